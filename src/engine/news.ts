import type { Interactions } from './interactions.ts'

/** The first events of a user with an item, this many, count whole. */
const WHOLE = 4

/**
 * How much events tell others of their items: a user's n-th event with an item counts 4/n of the first, but no more. So
 * a program that calls a page a thousand times counts as some 26 events. A user who buys milk each week still counts
 * for more than a user who bought it once.
 */
export class News {
  readonly #lasts = new Map<number, { user: unknown; time: number; events: number }>()
  readonly #pause: number

  /** @param pause after so long without an event a user's next one is a first one again */
  constructor(pause = Number.POSITIVE_INFINITY) {
    this.#pause = pause
  }

  /** The share that the next event counts; events come user by user. @param user any name of the user */
  shareOf(item: number, user: unknown, time = 0): number {
    const last = this.#lasts.get(item)
    if (!last) {
      this.#lasts.set(item, { user, time, events: 1 })
      return 1
    }
    last.events = last.user === user && time - last.time < this.#pause ? last.events + 1 : 1
    last.user = user
    last.time = time
    return Math.min(1, WHOLE / last.events)
  }
}

/** The weights of events for what they tell others; a user's newest event with an item counts the most. */
export function newsWeights({ users, offsets, sequence, weights }: Interactions): Float32Array {
  const news = new News()
  const found = new Float32Array(sequence.length)
  for (let user = 0; user < users; user++)
    for (let event = offsets[user + 1]! - 1; event >= offsets[user]!; event--)
      found[event] = (weights?.[event] ?? 1) * news.shareOf(sequence[event]!, user)
  return found
}
