import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { overTime, periodsOf } from './series.ts'

const HOUR = 3600
const at = (hour: number) => `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`
const value = (hour: number, source: string, value: number, metricName = 'plays') => {
  return { timestamp: at(hour), metricName, eventType: 'watch', function: 'SAMPLECOUNT', source, value }
}

describe('the periods of a time', () => {
  it('begin at multiples of their length, and the last has the end in it', () => {
    const from = Date.parse('2026-11-23T10:20:00Z')
    const periods = periodsOf(from, from + 2 * 3_600_000, HOUR)
    assert.deepEqual(
      periods,
      [10, 11, 12].map(hour => Date.parse(at(hour))),
    )
    assert.deepEqual(periodsOf(from, from - 2 * 3_600_000, HOUR), [])
  })
})

describe('metrics over time', () => {
  const measured = {
    from: at(0),
    to: at(12),
    period: HOUR,
    notes: [],
    metrics: [
      value(11, 'mail', 1),
      value(11, 'shop', 4),
      value(9, 'mail', 2),
      value(3, 'mail', 100),
      value(9, 'mail', 7, 'buys'),
    ],
  }

  it('have a value for each period, by source, those with the most first', () => {
    const [buys, plays] = overTime(measured, 4 * HOUR)
    assert.deepEqual([buys!.metricName, buys!.total], ['buys', 7])
    assert.deepEqual([plays!.metricName, plays!.total], ['plays', 7])
    assert.deepEqual(
      plays!.sources.map(({ source, total, points }) => [source, total, points.map(({ y }) => y)]),
      [
        ['shop', 4, [0, 0, 0, 4]],
        ['mail', 3, [0, 2, 0, 1]],
      ],
    )
    assert.deepEqual(plays!.sources[0]!.points[0]!.x, new Date(at(8)))
  })

  it('are nothing where nothing was attributed in the time', () => {
    assert.deepEqual(overTime({ ...measured, metrics: [] }, HOUR), [])
  })
})
