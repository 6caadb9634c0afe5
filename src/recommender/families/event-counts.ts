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
  const counts = new Map<number, number>()
  let greatest = new Set<number>()
  let listed: Int32Array | undefined
  const compare = (a: number, b: number) =>
    before(b) + counts.get(b)! - before(a) - counts.get(a)! || compareItems(a, b)
  const keepGreatest = () => {
    // One that is left out comes back with its next event: until then those before it stay before it.
    if (greatest.size > most) greatest = new Set([...greatest].sort(compare).slice(0, most))
  }
  const list = () => {
    keepGreatest()
    // A set of 500 takes as long to read as all else that a request does with them.
    listed ??= Int32Array.from(greatest)
    return listed
  }
  return {
    list,
    of: item => counts.get(item) ?? 0,
    add(item, weight) {
      counts.set(item, (counts.get(item) ?? 0) + weight)
      if (!greatest.has(item)) listed = undefined
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
