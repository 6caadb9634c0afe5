import { createRandom } from '../../engine/math/random.ts'
import { gathered, type PlaceIn, type Recommendations } from '../serving/recommendations.ts'

/**
 * Puts promoted items among the others (promoting-items.md): a given share of the results, at random places, in their
 * own order. If there are fewer, all of them. Where an item is both, it is promoted.
 */
export function promote(
  found: Recommendations,
  promoted: Recommendations,
  count: number,
  percent: number,
  random = createRandom(Math.floor(Math.random() * 2 ** 31)),
): Recommendations {
  const chosen = promoted.ids.slice(0, Math.round((count * percent) / 100))
  const ids = new Set(chosen)
  const foundIds = found.ids.slice()
  const others = [...foundIds.keys()].filter(at => !ids.has(foundIds[at]!)).slice(0, count - chosen.length)
  const places: PlaceIn[] = []
  for (let [first, second] = [0, 0]; first < chosen.length || second < others.length; ) {
    const isPromoted = random() * (chosen.length - first + others.length - second) < chosen.length - first
    places.push(isPromoted ? [promoted, first++] : [found, others[second++]!])
  }
  return gathered(places)
}
