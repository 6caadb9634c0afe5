import type { Interactions } from '../../src/engine/interactions.ts'
import { floatsOf } from '../../src/engine/math/floats.ts'

/** The events, in any order: of each the user's number, the item's, and the time. */
interface Events {
  readonly users: Int32Array
  readonly items: Int32Array
  readonly times: Float64Array
}

/** Puts events in each user's order of time; those of one moment stay in the order in which they came. */
export function fromEvents({ users, items, times }: Events, userCount: number, itemCount: number): Interactions {
  const order = users.map((_, event) => event)
  order.sort((a, b) => users[a]! - users[b]! || times[a]! - times[b]! || a - b)
  const offsets = new Int32Array(userCount + 1)
  for (const user of users) offsets[user + 1]!++
  for (let user = 0; user < userCount; user++) offsets[user + 1]! += offsets[user]!
  const sequence = order.map(event => items[event]!)
  return {
    users: userCount,
    items: itemCount,
    offsets,
    sequence,
    times: floatsOf(order, event => times[event]!),
  }
}

/** From each user's items in order. `items` is how many there are, one more than the greatest number unless given. */
export function fromSequences(sequences: readonly ArrayLike<number>[], items?: number): Interactions {
  const offsets = new Int32Array(sequences.length + 1)
  for (const [user, one] of sequences.entries()) offsets[user + 1] = offsets[user]! + one.length
  const sequence = new Int32Array(offsets.at(-1)!)
  for (const [user, one] of sequences.entries()) sequence.set(one, offsets[user]!)
  return {
    users: sequences.length,
    items: items ?? sequence.reduce((a, b) => Math.max(a, b), -1) + 1,
    offsets,
    sequence,
  }
}
