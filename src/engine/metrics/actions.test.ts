import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionMetrics, areaUnderTheCurve, bestThreshold, type Judged } from './actions.ts'

const judge = (action: number, ...scores: readonly (readonly [score: number, isTaken: boolean])[]): Judged[] =>
  scores.map(([score, isTaken]) => ({ action, score, isTaken }))

describe('actionMetrics', () => {
  it("are the guide's 60 of 100 and 50 of 100", () => {
    const recommended = Array.from({ length: 100 }, (_, user) => [0.9, user < 60] as const)
    assert.equal(actionMetrics(judge(0, ...recommended), 0.5).precision, 0.6)
    const takers = Array.from({ length: 100 }, (_, user) => [user < 50 ? 0.9 : 0.1, true] as const)
    assert.equal(actionMetrics(judge(0, ...takers), 0.5).recall, 0.5)
  })

  it('are means over the actions that have one', () => {
    const judged = [...judge(0, [0.9, true], [0.8, false]), ...judge(1, [0.9, true]), ...judge(2, [0.1, false])]
    const { precision, recall } = actionMetrics(judged, 0.5)
    assert.equal(precision, 0.75)
    assert.equal(recall, 1)
  })
})

describe('areaUnderTheCurve', () => {
  it('counts the pairs in the right order, equal ones half: 3.5 of 4', () => {
    assert.equal(areaUnderTheCurve(judge(0, [0.9, true], [0.5, true], [0.5, false], [0.1, false])), 0.875)
  })
  it('is 0 where there is nothing to tell apart', () => {
    assert.equal(areaUnderTheCurve(judge(0, [0.9, true])), 0)
    assert.equal(areaUnderTheCurve([]), 0)
  })
})

describe('bestThreshold', () => {
  it('takes in what is more often taken than not', () => {
    assert.equal(bestThreshold(judge(0, [0.9, true], [0.8, true], [0.7, false], [0.6, true], [0.2, false])), 0.6)
    assert.equal(bestThreshold([]), 0.5)
  })
})
