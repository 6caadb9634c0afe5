import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { discount } from '../../metrics/ranking.ts'
import { gainsOf, scoredLists, Trial } from './ndcg-of-weights.ts'
import type { Shortlist } from './shortlist.ts'

const MODELS = 3
const K = 5
const random = createRandom(7)
const below = (n: number) => Math.floor(n * random())

/** Shares of so few values that many items tie, and habits that rule some items out. */
const lists = Array.from({ length: 300 }, (): Shortlist => {
  const size = 1 + below(30)
  const targets = below(Math.min(size, 9) + 1)
  return {
    size,
    targets,
    relevant: targets + below(3),
    shares: Float32Array.from({ length: MODELS * size }, () => below(4) / 3),
    habits: Float32Array.from({ length: size }, () => (below(4) === 0 ? Number.NEGATIVE_INFINITY : Number.NaN)),
    lags: new Float32Array(size),
    lifts: Float32Array.from({ length: size }, () => below(2)),
    steps: new Float32Array(MODELS),
  }
})

const settings = { k: K, habit: { shift: 0, weight: 1 }, contextWeight: 0.3 }

/** By its definition: a target has the place behind all others that are not worse, and behind better targets. */
function expected({ size, targets, relevant, shares, habits, lifts }: Shortlist, weights: readonly number[]): number {
  const scores = Array.from({ length: size }, (_, i) => {
    // As sums of numbers of 32 bits, so that the same items tie.
    const base = Math.fround((Number.isNaN(habits[i]!) ? 0 : habits[i]!) + settings.contextWeight * lifts[i]!)
    return weights.reduce((sum, weight, m) => sum + weight * Math.log(shares[m * size + i]! + 0.1), base)
  })
  const best = scores.slice(0, targets).sort((a, b) => b - a)
  const others = scores.slice(targets)
  const gain = best.reduce((sum, score, before) => {
    const place = 1 + before + others.filter(other => other >= score - 1e-5).length
    return sum + (score > Number.NEGATIVE_INFINITY && place <= K ? discount(place) : 0)
  }, 0)
  const ideal = Array.from({ length: Math.min(K, relevant) }, (_, at) => discount(at + 1)).reduce((a, b) => a + b, 0)
  return targets === 0 ? 0 : gain / ideal
}

describe('the NDCG of weights', () => {
  const weights = [0.7, 0, 0.4]

  it('is that of the places of all targets, after others of the same score', () => {
    const [gains] = gainsOf(lists, [{ blend: { weights, floor: 0.1 }, settings }])
    for (const [at, list] of lists.entries())
      assert.ok(Math.abs(gains![at]! - expected(list, weights)) < 1e-9, `${gains![at]} of question ${at}`)
  })

  it('is the same for a blend beside others, and with other settings', () => {
    const blends = [weights, [0, 1, 1], [0, 0, 1]].map(weights => ({ weights, floor: 0.1 }))
    const askings = [...blends, { ...blends[0]!, floor: 0.5 }].flatMap(blend =>
      [settings, { k: K }].map(settings => ({ blend, settings })),
    )
    const together = gainsOf(lists, askings)
    for (const [at, asking] of askings.entries()) assert.deepEqual(together[at], gainsOf(lists, [asking])[0])
  })

  it('is tried with one weight changed', () => {
    const trial = new Trial(scoredLists(lists, [0, 1, 2], 0.1, settings), lists.length, K)
    trial.take(weights)
    const mean = (of: readonly number[]) => lists.reduce((sum, list) => sum + expected(list, of), 0) / lists.length
    for (const [at, quality] of trial.qualities(1, [0, 0.25, 2]).entries())
      assert.ok(Math.abs(quality - mean(weights.with(1, [0, 0.25, 2][at]!))) < 1e-9)
  })
})
