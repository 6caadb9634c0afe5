import { createRandom } from '../../engine/math/random.ts'
import type { Recommended } from '../serving/remembered-lists.ts'

/**
 * Puts promoted items among the others (promoting-items.md): a given share of the results, at random places, in their
 * own order. If there are fewer, all of them. Where an item is both, it is promoted.
 */
export function promote(
  found: readonly Recommended[],
  promoted: readonly Recommended[],
  count: number,
  percent: number,
  random = createRandom(Math.floor(Math.random() * 2 ** 31)),
): readonly Recommended[] {
  const chosen = promoted.slice(0, Math.round((count * percent) / 100))
  const ids = new Set(chosen.map(({ id }) => id))
  const others = found.filter(({ id }) => !ids.has(id)).slice(0, count - chosen.length)
  const result: Recommended[] = []
  const left = { chosen: [...chosen], others: [...others] }
  while (left.chosen.length + left.others.length > 0) {
    const isPromoted = random() * (left.chosen.length + left.others.length) < left.chosen.length
    result.push((isPromoted ? left.chosen : left.others).shift()!)
  }
  return result
}
