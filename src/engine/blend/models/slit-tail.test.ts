import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scoresOf } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../../math/random.ts'
import { openSlit, type SlitSettings, trainSlit } from './slit.ts'
import { isSparse } from './slit-tail.ts'

const memory = { decay: 0.8, length: 20 }
const settings: SlitSettings = { memories: [memory], regularization: 3, sizeMax: 1000, keep: 1000 }

/** Items 0 to 4 are popular, each of the others is in one sequence, never with another of them. */
function aloneInTheTail() {
  const random = createRandom(1)
  const popular = () => Math.floor(random() * 5)
  const sequences = Array.from({ length: 30 }, (_, at) => [popular(), 5 + at, popular()])
  return fromSequences(sequences)
}

describe('SLIT with a tail', () => {
  it('is exact where no two items of the tail meet', () => {
    const interactions = aloneInTheTail()
    const wide = { ...interactions, items: 45 }
    assert.ok(isSparse(wide, memory))
    const exact = openSlit(trainSlit(wide, settings))
    const withTail = openSlit(trainSlit(wide, { ...settings, headMax: 5 }))
    for (const history of [[0], [7], [1, 30, 2], [12, 3, 4]]) {
      const [expected, scores] = [exact, withTail].map(model => scoresOf(model, 45, { history }))
      for (const [item, score] of scores!.entries())
        assert.ok(Math.abs(score - expected![item]!) < 1e-4, `${history} → ${item}: ${score}, not ${expected![item]}`)
    }
  })

  it('knows what follows an item of the tail, though the tail is full of items that meet', () => {
    const random = createRandom(2)
    const chains = Array.from({ length: 400 }, () => {
      const start = Math.floor(random() * 196)
      return [start, start + 1, start + 2, start + 3]
    })
    const interactions = fromSequences(chains, 200)
    const model = openSlit(trainSlit(interactions, { ...settings, headMax: 20 }))
    let first = 0
    for (let item = 10; item < 190; item++) {
      const scores = scoresOf(model, 200, { history: [item] })
      if (scores.indexOf(Math.max(...scores)) === item + 1) first++
    }
    assert.ok(first > 0.9 * 180, `${first} of 180`)
  })

  it('stays finite where two items of the tail are always together', () => {
    const robots = Array.from({ length: 50 }, (_, at) =>
      Array.from({ length: 40 }, (_, event) => 50 + 2 * (at % 4) + (event % 2)),
    )
    const interactions = fromSequences(
      [...robots, ...Array.from({ length: 100 }, (_, at) => [at % 50, (at + 1) % 50])],
      800,
    )
    assert.ok(isSparse(interactions, memory))
    const model = openSlit(trainSlit(interactions, { ...settings, headMax: 2 }))
    assert.ok(scoresOf(model, 800, { history: [50, 51] }).every(Number.isFinite))
  })
})
