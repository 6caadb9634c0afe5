import { countUsers } from '../count-users.ts'
import { type Interactions, itemCounts } from '../interactions.ts'
import { grown } from '../math/growing.ts'
import { holdOutUsers } from '../metrics/held-out.ts'
import { type ServiceMetrics, serviceMetrics } from '../metrics/service.ts'
import { byCount, Listing, type Ranked, type Wanted } from '../ranked.ts'

interface PopularSettings {
  /** The unit counted: `users` who interacted with an item, each once, or `events`, by their weights. */
  readonly count: 'users' | 'events'
  /** Chooses the users who are held out for the metrics. */
  readonly seed: number
}

export const POPULAR: PopularSettings = { count: 'users', seed: 1 }

export type PopularState = { readonly counts: Float64Array; readonly metrics: ServiceMetrics }

/** The most popular items, the same for everybody. */
interface Popular {
  /** All items, the greatest count first, of equal ones the lower number first. */
  rank(wanted?: Wanted): Ranked
  /** The numbers of all items in the same order, each found when it is asked for. */
  order(): Iterable<number>
  /** Counts more of an item, a new one too; the next request sees it. */
  add(item: number, count: number): void
  countOf(item: number): number
}

/**
 * Popularity: how many users an item has. The baseline of all models (Cremonesi, Koren and Turrin, "Performance of
 * recommender algorithms on top-N recommendation tasks", RecSys 2010). It counts as
 * https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-popularity.html says.
 *
 *     score_i = |{u : u interacted with i}|        or Σ of the weights of i's events
 */
export function trainPopular(interactions: Interactions, settings: PopularSettings = POPULAR): PopularState {
  const { train, questions } = holdOutUsers(interactions, settings.seed)
  const first = byCount(countItems(train, settings)).subarray(0, 25)
  const metrics = serviceMetrics(
    questions.map(() => first),
    questions.map(({ targets }) => new Set(targets)),
    interactions.items,
  )
  return { counts: countItems(interactions, settings), metrics }
}

function countItems(interactions: Interactions, { count }: PopularSettings): Float64Array {
  return count === 'users' ? countUsers(interactions) : itemCounts(interactions)
}

/** As many items may have changed before all are brought into order, which takes 40 ms where there are 750 thousand. */
const CHANGED_MAX = 1000

/**
 * Keeps counts and their order while they change. Changes are set aside and merged in while an answer is read. So an
 * answer begins after no more than `CHANGED_MAX` steps, and a change costs one.
 * @param compareItems the order of items with equal counts; by number unless given, as trained items always are
 * @param trained how many items there were at training, if there are counts of later ones as well
 */
export function openPopular(
  { counts: found }: Pick<PopularState, 'counts'>,
  compareItems = byNumber,
  trained = found.length,
): Popular {
  let counts: Float64Array = found.slice(0, trained)
  let size = counts.length
  let order = byCount(counts)
  let changed = new Set<number>()
  let aside: Aside | undefined

  const compare = (a: number, b: number) => counts[b]! - counts[a]! || compareItems(a, b)
  const setAside = (): Aside => {
    const items = [...changed].sort(compare)
    return { items, has: new Set(items) }
  }
  const add = (item: number, count: number) => {
    if (item >= counts.length) counts = grown(counts, Math.max(item + 1, 2 * counts.length))
    for (; size <= item; size++) changed.add(size)
    counts[item]! += count
    changed.add(item)
    aside = undefined
    if (changed.size <= CHANGED_MAX) return
    order = mergeAll(order, [...changed].sort(compare), compare)
    changed = new Set()
  }
  for (let item = trained; item < found.length; item++) add(item, found[item]!)
  const merged = () => {
    aside ??= setAside()
    return merge(order, counts, aside, compareItems)
  }
  return {
    order: merged,
    rank(wanted) {
      const listing = new Listing(wanted)
      for (const item of merged()) {
        if (listing.room <= 0) break
        listing.offer(item, counts[item]!)
      }
      return listing.ranked()
    },
    countOf: item => counts[item] ?? 0,
    add,
  }
}

/** The items that have changed, best first. */
interface Aside {
  readonly items: readonly number[]
  readonly has: ReadonlySet<number>
}

/** Both orders as one, without the old places of changed items. */
function* merge(
  order: Int32Array,
  counts: Float64Array,
  aside: Aside,
  compareItems: typeof byNumber,
): Generator<number, void, undefined> {
  const precedes = (one: number, item: number) =>
    counts[one]! > counts[item]! || (counts[one] === counts[item] && compareItems(one, item) < 0)
  let next = 0
  for (const item of order) {
    if (aside.has.has(item)) continue
    for (; next < aside.items.length && precedes(aside.items[next]!, item); next++) yield aside.items[next]!
    yield item
  }
  yield* aside.items.slice(next)
}

/** The order with the items that have changed in their new places. */
function mergeAll(order: Int32Array, changed: readonly number[], compare: (a: number, b: number) => number) {
  const isChanged = new Uint8Array(order.length + changed.length)
  for (const item of changed) isChanged[item] = 1
  const rest = order.filter(item => isChanged[item] === 0)
  const merged = new Int32Array(rest.length + changed.length)
  let next = 0
  for (let at = 0, to = 0; to < merged.length; to++) {
    const comes = next < changed.length && (at === rest.length || compare(changed[next]!, rest[at]!) < 0)
    merged[to] = comes ? changed[next++]! : rest[at++]!
  }
  return merged
}

function byNumber(a: number, b: number): number {
  return a - b
}
