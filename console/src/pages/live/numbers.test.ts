import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { millisecondsText, rateText, shareText } from './numbers.ts'

describe('the numbers of the live page', () => {
  it('have as many digits as tell something', () => {
    assert.deepEqual([undefined, 0, 0.25, 3.14, 1234.5].map(rateText), ['–', '0', '0.25', '3.1', '1235'])
    assert.deepEqual([undefined, 0.4, 25, 2500].map(millisecondsText), ['–', '0.4 ms', '25 ms', '2.5 s'])
  })

  it('are per cent of a whole, and nothing of nothing', () => {
    assert.deepEqual(
      [shareText(1, 4), shareText(1, 1000), shareText(0, 9), shareText(0, 0)],
      ['25 %', '0.10 %', '0 %', '0 %'],
    )
    assert.equal(shareText(undefined, undefined), '–')
  })
})
