import { historyOf, type Interactions } from './interactions.ts'

/** How many users interacted with each item. */
export function countUsers(interactions: Interactions): Float64Array {
  const counting = countingUsers(interactions.items)
  for (let user = 0; user < interactions.users; user++)
    for (const item of historyOf(interactions, user)) counting.add(item, user)
  return counting.counts()
}

/** Counts by item while events come, user by user. */
interface Counting {
  /** @param user any name of the user */
  add(item: number, user: unknown): void
  /** The counts of all items that came, by number. */
  counts(): Float64Array
}

/** Counts how many users interact with each item, each once. @param items how many items there are at least */
export function countingUsers(items: number): Counting {
  const counts: number[] = new Array(items).fill(0)
  const last: unknown[] = []
  return {
    add(item, user) {
      if (last[item] === user) return
      last[item] = user
      counts[item] = (counts[item] ?? 0) + 1
    },
    counts: () => Float64Array.from(counts, count => count ?? 0),
  }
}
