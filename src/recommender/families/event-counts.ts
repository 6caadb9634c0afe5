import { grown } from '../../engine/math/growing.ts'

/** Sums of the weights of events, by item. */
interface EventCounts {
  add(item: number, weight: number): void
  of(item: number): number
  /** The items with the most, as many as were asked for, in no order. */
  greatest(): ReadonlySet<number>
  /** The same ones as a list. */
  list(): Int32Array
}

/**
 * Counts the events of items by their weights, and knows those with the most.
 * @param most how many of these at most
 * @param compareItems the order of items with as many
 * @param before how many events an item had before that count for its place as well
 */
export function openEventCounts(
  most: number,
  compareItems: (a: number, b: number) => number,
  before: (item: number) => number = () => 0,
): EventCounts {
  /** A Map would look into three places of the memory, and is asked twice for an event. */
  let counts = new Float64Array(0)
  let greatest = new Set<number>()
  let listed: Int32Array | undefined
  /** An item with less is none of the greatest: counts only grow. */
  let least = Number.NEGATIVE_INFINITY
  const totalOf = (item: number) => before(item) + counts[item]!
  const compare = (a: number, b: number) => totalOf(b) - totalOf(a) || compareItems(a, b)
  const keepGreatest = () => {
    if (greatest.size <= most) return
    // One that is left out comes back with an event that brings it near: until then those before it stay before it.
    const kept = [...greatest].sort(compare).slice(0, most)
    greatest = new Set(kept)
    least = totalOf(kept.at(-1)!)
  }
  const list = () => {
    keepGreatest()
    // A set of 500 takes as long to read as all else that a request does with them.
    listed ??= Int32Array.from(greatest)
    return listed
  }
  return {
    list,
    of: item => counts[item] ?? 0,
    add(item, weight) {
      if (item >= counts.length) counts = grown(counts, Math.max(item + 1, 2 * counts.length))
      counts[item]! += weight
      if (totalOf(item) < least || greatest.has(item)) return
      listed = undefined
      greatest.add(item)
      // One by one each would cost a look at all of them.
      if (greatest.size >= 2 * most) keepGreatest()
    },
    greatest() {
      keepGreatest()
      return greatest
    },
  }
}
