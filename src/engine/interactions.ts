/** What users did, as numbers: each user's items in order of time, one user after another. What every model trains on. */
export interface Interactions {
  readonly users: number
  readonly items: number
  /** User u has sequence[offsets[u] .. offsets[u+1]]. */
  readonly offsets: Int32Array
  readonly sequence: Int32Array
  /** As many, where they are known. */
  readonly times?: Float64Array
}

/** What happened, in any order: of each event the user's number, the item's, and when. */
export interface Events {
  readonly users: Int32Array
  readonly items: Int32Array
  readonly times: Float64Array
}

/** Puts events in each user's order of time; those of one moment stay in the order in which they came. */
export function fromEvents({ users, items, times }: Events, userCount: number, itemCount: number): Interactions {
  const order = Int32Array.from(users, (_, event) => event)
  order.sort((a, b) => users[a]! - users[b]! || times[a]! - times[b]! || a - b)
  const offsets = new Int32Array(userCount + 1)
  for (const user of users) offsets[user + 1]!++
  for (let user = 0; user < userCount; user++) offsets[user + 1]! += offsets[user]!
  const sequence = Int32Array.from(order, event => items[event]!)
  return {
    users: userCount,
    items: itemCount,
    offsets,
    sequence,
    times: Float64Array.from(order, event => times[event]!),
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

/** A view of a user's items, the oldest first. */
export function historyOf({ offsets, sequence }: Interactions, user: number): Int32Array {
  return sequence.subarray(offsets[user], offsets[user + 1])
}

/** The same without the last `count` events of each user; a user with fewer keeps none. */
export function withoutLast(interactions: Interactions, count: number): Interactions {
  const kept = Array.from({ length: interactions.users }, (_, user) => {
    const history = historyOf(interactions, user)
    return history.subarray(0, Math.max(0, history.length - count))
  })
  return fromSequences(kept, interactions.items)
}

/** What a model is asked and what it should have answered. */
export interface Question {
  readonly user: number
  readonly history: Int32Array
  readonly targets: Int32Array
  /** The user's, where any are known: see `Properties` of models/model.ts. */
  readonly properties?: readonly (string | null)[]
}

/** A training set and the questions that a model trained on it is judged by. */
export interface Split {
  readonly train: Interactions
  readonly questions: readonly Question[]
}

/**
 * Leaves out each user's last item for the test and the one before it for validation. Strict: neither set trains on
 * either of the two. Users with fewer than three events are trained on whole and not asked.
 */
export function leaveLastOut(interactions: Interactions): { validation: Split; test: Split } {
  const histories = Array.from({ length: interactions.users }, (_, user) => historyOf(interactions, user))
  const train = fromSequences(
    histories.map(history => (history.length < 3 ? history : history.subarray(0, -2))),
    interactions.items,
  )
  const questions = (back: number): Question[] =>
    histories.flatMap((history, user) => {
      const at = history.length - back
      return history.length < 3
        ? []
        : [{ user, history: history.subarray(0, at), targets: history.subarray(at, at + 1) }]
    })
  return { validation: { train, questions: questions(2) }, test: { train, questions: questions(1) } }
}

/** How often each item occurs. */
export function itemCounts({ items, sequence }: Interactions): Float64Array {
  const counts = new Float64Array(items)
  for (const item of sequence) counts[item]!++
  return counts
}

/** Where each item occurs: item i at sequence[positions[offsets[i] .. offsets[i+1]]], with the user it was. */
export interface Occurrences {
  readonly offsets: Int32Array
  readonly positions: Int32Array
  readonly users: Int32Array
}

export function occurrencesOf(interactions: Interactions): Occurrences {
  const { items, sequence } = interactions
  const offsets = new Int32Array(items + 1)
  for (const item of sequence) offsets[item + 1]!++
  for (let item = 0; item < items; item++) offsets[item + 1]! += offsets[item]!
  const next = offsets.slice()
  const positions = new Int32Array(sequence.length)
  const users = new Int32Array(sequence.length)
  for (let user = 0; user < interactions.users; user++)
    for (let at = interactions.offsets[user]!; at < interactions.offsets[user + 1]!; at++) {
      const to = next[sequence[at]!]!++
      positions[to] = at
      users[to] = user
    }
  return { offsets, positions, users }
}
