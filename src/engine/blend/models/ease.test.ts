import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { invertSmall } from '../../math/dense.ts'
import { createRandom, sample } from '../../math/random.ts'
import { Scores } from '../../math/scores.ts'
import { EASE, trainEase } from './ease.ts'

describe('EASE', () => {
  for (const [users, items] of [
    [12, 60],
    [60, 12],
  ] as const)
    it(`is −P / diag P of ${users} users and ${items} items, whichever matrix is inverted`, () => {
      const sequences = Array.from({ length: users }, (_, user) => [...sample(items, 3 + (user % 6), user)])
      // A user without events has no row, and an item that comes twice counts once.
      const interactions = fromSequences([...sequences, [], [0, 0]], items)
      const random = createRandom(1)
      const weights = Float32Array.from(interactions.sequence, () => 1 + Math.floor(3 * random()))
      const rows = [...sequences, [0, 0]].map(() => new Float64Array(items))
      let event = 0
      for (const [row, sequence] of [...sequences, [0, 0]].entries())
        for (const item of sequence) rows[row]![item] = Math.max(rows[row]![item]!, weights[event++]!)
      const gram = Float64Array.from({ length: items ** 2 }, (_, at) => {
        const [i, j] = [Math.floor(at / items), at % items]
        return rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 5 : 0)
      })
      const P = invertSmall(gram, items)
      const { B } = trainEase({ ...interactions, weights }, { ...EASE, regularization: 5 })
      for (let i = 0; i < items; i++) {
        const row = new Scores(items)
        row.addPackedRow(B, i, 1)
        for (const [j, entry] of row.values.entries()) {
          const expected = i === j ? 0 : -P[i * items + j]! / P[j * items + j]!
          assert.ok(Math.abs(entry - expected) < 2e-5, `${i}, ${j}: ${entry}, not ${expected}`)
        }
      }
    })

  it('leaves out the items of the last hundredth of the events where a large matrix is one of items', () => {
    const sequences = Array.from({ length: 200 }, (_, user) => [user % 5, (user + 1) % 5, (user + 2) % 5])
    const interactions = fromSequences([...sequences, [0, 5]], 6)
    const large = { ...EASE, wholeMax: 5 }
    assert.deepEqual([...trainEase(interactions, large).popular], [0, 1, 2, 3, 4])
    assert.deepEqual([...trainEase(interactions).popular], [0, 1, 2, 3, 4, 5])
    const wide = fromSequences(
      [
        [0, 1, 2],
        [0, 5],
      ],
      6,
    )
    assert.deepEqual([...trainEase(wide, large).popular], [0, 1, 2, 3, 4, 5])
  })
})
