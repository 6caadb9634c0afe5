import { LRUCache } from 'lru-cache'

/** An event of a user. */
export interface WrittenEvent {
  readonly item: number
  /** How much it counts. */
  readonly weight: number
  /** When it was written, beside others: the greater is the newer. */
  readonly seq: number
}

/** How two events of a user are counted. */
export interface Pairing {
  /** How many steps apart they may be. Where there is no limit, each pair of items counts once a user. */
  readonly window: number
  /** The weight of an event this many steps after another, and of the one before it. */
  after(steps: number): number
  before(steps: number): number
}

/** Which items go together with late ones: those that had no event at training. */
export interface LatePairs {
  isLate(item: number): boolean
  /** Told of each event. Returns whether it makes pairs, so that `add` wants the user's events. */
  concerns(item: number, userId: string): boolean
  /**
   * Counts pairs with a late item. Events add the pairs that there are with them, less those that there were when they
   * were written. So the order in which events came does not matter, nor how many came at once.
   * @param events of one user, the oldest first
   */
  add(events: readonly WrittenEvent[], isNew: (event: WrittenEvent) => boolean): void
  /** How many users had a late item since the training. */
  usersOf(item: number): number
  /** Calls back with the items that were paired with an item: of one that is not late with late ones alone. */
  eachPaired(item: number, each: (other: number, sum: number) => void): void
  /** All late items that users had, those with the most users first. */
  byUsers(): readonly number[]
}

/** This many users tell with which items a late one goes: later ones are counted, and not asked for their events. */
const ENOUGH = 1000
/** This many events after a late one make pairs with it. */
const NEXT = 30
/** Weights are multiples of this: so sums are exact, and the same in any order. */
const UNIT = 2 ** -32
/** At most this many users are remembered who had late items, and pairs, in some 100 MB. */
const [USERS_MAX, PAIRS_MAX] = [100_000, 1_000_000]

/** @param compareItems the order of late items with equal counts */
export function openLatePairs(
  isLate: (item: number) => boolean,
  pairing: Pairing,
  compareItems: (a: number, b: number) => number,
): LatePairs {
  /** How many more events of a user make pairs. */
  const next = new LRUCache<string, number>({ max: USERS_MAX })
  const sums = new Map<number, Map<number, number>>()
  const users = new Map<number, { paired: number; others: number }>()
  const usersOfLate = (item: number) => users.getOrInsertComputed(item, () => ({ paired: 0, others: 0 }))
  const expect = (userId: string, events: number) => {
    if (events > 0) next.set(userId, events)
    else next.delete(userId)
  }
  let pairs = 0
  let sorted: readonly number[] | undefined
  const addPair = (item: number, other: number, weight: number) => {
    const row = sums.getOrInsertComputed(item, () => new Map())
    const known = row.get(other)
    if (known === undefined && pairs === PAIRS_MAX) return
    const sum = (known ?? 0) + Math.round(weight / UNIT) * UNIT
    // Below 0 where pairs of before were not counted, such as those of a user who was forgotten.
    if (sum > 0) row.set(other, sum)
    else row.delete(other)
    pairs += Number(sum > 0) - Number(known !== undefined)
  }
  /** Whether pairs with an item count: later users of one that has enough are not asked for their events. */
  const isOpen = (item: number) => isLate(item) && (users.get(item)?.paired ?? 0) < ENOUGH
  const addPairs = (events: readonly WrittenEvent[], sign: 1 | -1) => {
    const some = pairing.window === Number.POSITIVE_INFINITY ? firstOfEach(events) : events
    for (const [at, event] of some.entries())
      for (let later = at + 1; later < Math.min(some.length, at + pairing.window + 1); later++) {
        const other = some[later]!
        if (!(isOpen(event.item) || isOpen(other.item)) || event.item === other.item) continue
        addPair(event.item, other.item, sign * pairing.after(later - at) * other.weight)
        addPair(other.item, event.item, sign * pairing.before(later - at) * event.weight)
      }
  }
  const countUsers = (events: readonly WrittenEvent[], before: readonly WrittenEvent[]) => {
    const had = new Set(before.map(({ item }) => item))
    for (const { item } of firstOfEach(events)) if (isLate(item) && !had.has(item)) usersOfLate(item).paired++
    sorted = undefined
  }
  /** How many users an item has for each of those that made its pairs. */
  const scaleOf = (item: number) => {
    const { paired, others } = users.get(item) ?? { paired: 0, others: 0 }
    return paired === 0 ? 1 : (paired + others) / paired
  }
  const usersOf = (item: number) => {
    const { paired, others } = users.get(item) ?? { paired: 0, others: 0 }
    return paired + others
  }
  return {
    isLate,
    usersOf,
    concerns(item, userId) {
      if (!isLate(item)) {
        const left = next.get(userId) ?? 0
        if (left > 0) expect(userId, left - 1)
        return left > 0
      }
      if ((users.get(item)?.paired ?? 0) >= ENOUGH) {
        usersOfLate(item).others++
        sorted = undefined
        return false
      }
      expect(userId, NEXT)
      return true
    },
    add(events, isNew) {
      for (const { first, last } of runsOf(events, isNew)) {
        const before = events.filter(({ seq }) => seq < first)
        const after = events.filter(({ seq }) => seq <= last)
        addPairs(after, 1)
        addPairs(before, -1)
        countUsers(after, before)
      }
    },
    eachPaired(item, each) {
      const own = scaleOf(item)
      for (const [other, sum] of sums.get(item) ?? []) each(other, sum * Math.max(own, scaleOf(other)))
    },
    byUsers() {
      sorted ??= [...users.keys()]
        .filter(item => usersOf(item) > 0)
        .sort((a, b) => usersOf(b) - usersOf(a) || compareItems(a, b))
      return sorted
    },
  }
}

interface Run {
  readonly first: number
  last: number
}

/** The numbers of new events that were written one after the other, without another between them. */
function runsOf(events: readonly WrittenEvent[], isNew: (event: WrittenEvent) => boolean): readonly Run[] {
  const runs: Run[] = []
  let open: Run | undefined
  for (const event of events.toSorted((a, b) => a.seq - b.seq)) {
    if (!isNew(event)) open = undefined
    else if (open) open.last = event.seq
    else {
      open = { first: event.seq, last: event.seq }
      runs.push(open)
    }
  }
  return runs
}

/** Of each item the first event. */
function firstOfEach(events: readonly WrittenEvent[]): readonly WrittenEvent[] {
  const met = new Set<number>()
  return events.filter(({ item }) => met.size < met.add(item).size)
}

/** Items by their users at training, the most first; the late ones come after those that have as many. */
export function* withLate(popular: Iterable<number>, users: ArrayLike<number>, pairs: LatePairs): Generator<number> {
  const late = pairs.byUsers()
  let at = 0
  for (const item of popular) {
    for (; at < late.length && pairs.usersOf(late[at]!) > users[item]!; at++) yield late[at]!
    if (pairs.usersOf(item) === 0) yield item
  }
  yield* late.slice(at)
}

/** There are no late items. */
const NO_PAIRS: LatePairs = {
  isLate: () => false,
  concerns: () => false,
  add() {},
  usersOf: () => 0,
  eachPaired() {},
  byUsers: () => [],
}

/** The changes since its training that a model of pairs has to know. */
export interface Since {
  /** The order of items with equal scores; by number where it is undefined. */
  places(): Int32Array | undefined
  /** The users of items that had none at training. */
  pairs(): LatePairs
}

export const NOTHING_SINCE: Since = { places: () => undefined, pairs: () => NO_PAIRS }
