import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { quantile, type Reading, ratesOverTime, spanOf, withReading } from './readings.ts'

const START = Date.parse('2026-11-23T12:00:00Z')

interface Counts {
  readonly server?: string
  readonly second: number
  readonly requests: number
  readonly failed?: number
  readonly events?: number
}

/** All requests took up to 10 ms. */
function reading({ server = 'a', second, requests, failed = 0, events = 0 }: Counts): Reading {
  return {
    server,
    read: new Date(START + 1000 * second).toISOString(),
    bounds: [0.01, 0.1],
    operations: [
      {
        operation: 'PutEvents',
        requests,
        errors: failed > 0 ? { InvalidInputException: failed } : {},
        buckets: [requests, 0, 0],
      },
    ],
    refusals: failed > 0 ? [{ operation: 'PutEvents', reason: 'bad JSON', count: failed }] : [],
    records: events > 0 ? { events } : {},
  }
}

describe('the rates of requests', () => {
  it('are differences between two readings, divided by the time between them', () => {
    const history = [
      reading({ second: 0, requests: 100, failed: 5, events: 200 }),
      reading({ second: 4, requests: 140, failed: 7, events: 300 }),
    ]
    const span = spanOf(history, 60_000)!
    assert.deepEqual([span.total.perSecond, span.total.errorsPerSecond, span.seconds], [10, 0.5, 4])
    assert.deepEqual(span.records, { events: 25 })
    assert.deepEqual(span.refusals, [{ operation: 'PutEvents', reason: 'bad JSON', count: 2 }])
    assert.deepEqual(
      span.rates.map(({ operation, perSecond, p50 }) => [operation, perSecond, p50]),
      [['PutEvents', 10, 5]],
    )
  })

  it('need two readings, and leave out operations without a request in the time', () => {
    const first = reading({ second: 0, requests: 7 })
    assert.equal(spanOf([], 1000), undefined)
    assert.equal(spanOf([first], 1000), undefined)
    const span = spanOf([first, reading({ second: 1, requests: 7 })], 5000)!
    assert.deepEqual([span.rates, span.total.perSecond, span.total.p99], [[], 0, undefined])
  })

  it('never mix servers: one that was started again begins at nothing, and several are added up', () => {
    const restarted = [reading({ second: 0, requests: 900 }), reading({ server: 'b', second: 2, requests: 3 })]
    assert.equal(spanOf(restarted, 60_000), undefined)
    const both = [
      ...restarted,
      reading({ second: 4, requests: 908 }),
      reading({ server: 'b', second: 6, requests: 15 }),
    ]
    assert.equal(spanOf(both, 60_000)!.total.perSecond, 2 + 3)
    assert.deepEqual(
      ratesOverTime(both).map(([time, { total }]) => [time.getTime() - START, total.perSecond]),
      [
        [4000, 2],
        [6000, 5],
      ],
    )
  })

  it('are of the last minute, say, however long the history is', () => {
    const history = [
      reading({ second: 0, requests: 0 }),
      reading({ second: 100, requests: 1000 }),
      reading({ second: 110, requests: 1010 }),
    ]
    assert.equal(spanOf(history, 60_000)!.total.perSecond, 1)
    const kept = withReading(history, reading({ second: 120, requests: 1010 }), 30_000)
    assert.deepEqual(
      kept.map(({ read }) => (Date.parse(read) - START) / 1000),
      [100, 110, 120],
    )
  })
})

describe('the quantiles of latencies', () => {
  it('lie on a line inside of a bucket, and at the last bound beyond it', () => {
    const bounds = [0.01, 0.1]
    assert.equal(quantile([10, 0, 0], bounds, 0.5), 5)
    assert.equal(quantile([5, 5, 0], bounds, 0.9)!.toFixed(3), '82.000')
    assert.equal(quantile([0, 0, 3], bounds, 0.5), 100)
    assert.equal(quantile([0, 0, 0], bounds, 0.5), undefined)
  })
})
