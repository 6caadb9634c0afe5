import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NumberSummary } from './numbers.ts'

function summaryOf(numbers: Iterable<number>) {
  const summary = new NumberSummary()
  for (const number of numbers) summary.add(number)
  return summary.report()
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('NumberSummary', () => {
  it('returns the quantiles and the mean', () => {
    const { min, median, max, mean, isSample, outliersBeyond } = summaryOf([...range(101)].reverse())!
    assert.deepEqual([min, median, max, isSample, outliersBeyond], [0, 50, 100, false, undefined])
    assert.ok(Math.abs(mean - 50) < 1e-9)
    assert.equal(summaryOf([]), undefined)
  })

  it('samples many numbers, and returns the least and the greatest of all', () => {
    const { min, median, max, isSample } = summaryOf(range(200_000))!
    assert.deepEqual([min, max, isSample], [0, 199_999, true])
    assert.ok(Math.abs(median - 100_000) < 5000, String(median))
  })

  it('finds outliers on either side', () => {
    const ages = range(100).map(n => 18 + (n % 60))
    assert.ok(summaryOf([...ages, 999])!.outliersBeyond!.high < 999)
    assert.ok(summaryOf([...ages, -500])!.outliersBeyond!.low > -500)
  })

  it('finds no outliers in the long tail of prices, nor where nearly all have one value', () => {
    const prices = range(1000).map(n => Math.exp(n / 200))
    assert.equal(summaryOf(prices)!.outliersBeyond, undefined)
    assert.equal(summaryOf([...range(100).map(() => 0), 1, 5])!.outliersBeyond, undefined)
  })
})
