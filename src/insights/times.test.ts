import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TimeSummary } from './times.ts'

const seconds = (time: string) => Date.parse(time) / 1000
const NOW = Date.parse('2030-06-01T00:00:00Z')

function summaryOf(...times: readonly number[]) {
  const summary = new TimeSummary(NOW)
  for (const time of times) summary.add(time)
  return summary.report()
}

describe('TimeSummary', () => {
  it('returns the first and the last time, the days with events, and the longest gap', () => {
    const times = ['2030-01-01T10:00:00Z', '2030-01-01T23:00:00Z', '2030-01-03T00:00:00Z', '2030-01-10T12:00:00Z']
    const report = summaryOf(...times.map(seconds))!
    assert.deepEqual([report.first, report.last], [seconds(times[0]!), seconds(times[3]!)])
    assert.deepEqual([report.daysWith, report.days], [3, 10])
    assert.deepEqual(report.longestGap, { days: 6, from: '2030-01-04', to: '2030-01-09' })
    assert.deepEqual(report.histogram, [2, 0, 1, 0, 0, 0, 0, 0, 0, 1])
    assert.equal(report.isOneTime, false)
    assert.equal(summaryOf(), undefined)
  })

  it('counts numbers that are no time of an event', () => {
    const { in1970, inTheFuture, likeMilliseconds, days } = summaryOf(0, 12, NOW, seconds('2030-06-03T00:00:00Z'))!
    assert.deepEqual([in1970, inTheFuture, likeMilliseconds], [2, 1, 1])
    assert.equal(days, Math.floor(seconds('2030-06-03T00:00:00Z') / 86_400) + 1)
  })

  it('says if all times are the same, and if there is no gap', () => {
    const { isOneTime, longestGap, histogram } = summaryOf(5, 5)!
    assert.deepEqual([isOneTime, longestGap, histogram], [true, undefined, [2]])
    assert.equal(summaryOf(5, 86_400)!.longestGap, undefined)
  })
})
