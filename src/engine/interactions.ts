import type { BlendQuery } from './blend/models/model.ts'
import { share, sharedDoubles, sharedFloats, sharedIntegers } from './team/share.ts'

/** The events as numbers: each user's items in order of time, one user after another. Every model trains on them. */
export interface Interactions {
  readonly users: number
  readonly items: number
  /** User u has sequence[offsets[u] .. offsets[u+1]]. */
  readonly offsets: Int32Array
  readonly sequence: Int32Array
  /** As many, where they are known. */
  readonly times?: Float64Array | undefined
  /** How much each event counts, none below 0; 1 unless given. */
  readonly weights?: Float32Array | undefined
  readonly contexts?: Contexts | undefined
  /** 1 for an event after which a use case does not recommend its item to the user again. */
  readonly endings?: Uint8Array | undefined
}

/** Where and how each event happened, in columns: such as the device, the place, the kind of day. */
export interface Contexts {
  /** The texts that occur in each column. */
  readonly values: readonly (readonly string[])[]
  /** Of event e in column c the number of its text, −1 where it is not known, at e · columns + c. */
  readonly classes: Int32Array
  /** Of each column, whether `|` separates several categories in a text; in none unless given. */
  readonly lists?: readonly boolean[] | undefined
}

/** The data that most models look at, in shared memory. */
export type Sequences = Pick<Interactions, 'users' | 'items' | 'offsets' | 'sequence' | 'weights'>

/** The sequences of all users, moved to memory that threads share. */
export function sequencesOf({ users, items, offsets, sequence, weights }: Interactions): Sequences {
  return { users, items, offsets: share(offsets), sequence: share(sequence), weights: share(weights) }
}

/** A view of a user's items, the oldest first. */
export function historyOf({ offsets, sequence }: Interactions, user: number): Int32Array {
  return sequence.subarray(offsets[user], offsets[user + 1])
}

/** A view of the weights of a user's events; undefined where all count the same. */
export function weightsOf({ offsets, weights }: Interactions, user: number): Float32Array | undefined {
  return weights?.subarray(offsets[user], offsets[user + 1])
}

/** The same with the events for which `keep` holds alone; users and items keep their numbers. */
export function filterEvents(interactions: Interactions, keep: (event: number, user: number) => boolean): Interactions {
  const { users, offsets, sequence } = interactions
  const kept = new Int32Array(sequence.length)
  const keptOffsets = sharedIntegers(users + 1)
  let count = 0
  for (let user = 0; user < users; user++) {
    for (let event = offsets[user]!; event < offsets[user + 1]!; event++) if (keep(event, user)) kept[count++] = event
    keptOffsets[user + 1] = count
  }
  return { ...reorder(interactions, kept.subarray(0, count)), offsets: keptOffsets }
}

/** The same users with other events: those of these numbers, in this order. They are in shared memory. */
export function reorder(interactions: Interactions, events: Int32Array): Interactions {
  const { sequence, times, weights, contexts, endings } = interactions
  const count = events.length
  return {
    ...interactions,
    sequence: pick(sequence, events, sharedIntegers(count)),
    times: times && pick(times, events, sharedDoubles(count)),
    weights: weights && pick(weights, events, sharedFloats(count)),
    endings: endings && pick(endings, events, new Uint8Array(count)),
    contexts: contexts && { ...contexts, classes: pickRows(contexts, events) },
  }
}

function pick<Numbers extends Int32Array | Float32Array | Float64Array | Uint8Array>(
  from: Numbers,
  events: Int32Array,
  to: Numbers,
): Numbers {
  for (let at = 0; at < events.length; at++) to[at] = from[events[at]!]!
  return to
}

function pickRows({ values, classes }: Contexts, events: Int32Array): Int32Array {
  const columns = values.length
  const picked = new Int32Array(events.length * columns)
  for (let at = 0; at < events.length; at++)
    for (let c = 0; c < columns; c++) picked[at * columns + c] = classes[events[at]! * columns + c]!
  return picked
}

/** A question to a model, with the right answer. */
export interface Question extends BlendQuery {
  readonly user: number
  readonly targets: Int32Array
  /** Items that a request would not be given, since the use case leaves them out; none of them is a target. */
  readonly leftOut?: Int32Array | undefined
}

/** A training set and the questions that a model trained on it is judged by. */
export interface Split {
  readonly train: Interactions
  readonly questions: readonly Question[]
}

/** How often each item occurs, by the weights of its events. */
export function itemCounts({
  items,
  sequence,
  weights,
}: Pick<Interactions, 'items' | 'sequence' | 'weights'>): Float64Array {
  const counts = new Float64Array(items)
  for (let event = 0; event < sequence.length; event++) counts[sequence[event]!]! += weights ? weights[event]! : 1
  return counts
}

/** Where each item occurs: item i at sequence[positions[offsets[i] .. offsets[i+1]]], with the user it was. */
export interface Occurrences {
  readonly offsets: Int32Array
  readonly positions: Int32Array
  readonly users: Int32Array
}

/** Where each item occurs in the sequences: the transposed index. */
export function occurrencesOf(interactions: Sequences): Occurrences {
  const { items, sequence } = interactions
  const offsets = sharedIntegers(items + 1)
  for (let event = 0; event < sequence.length; event++) offsets[sequence[event]! + 1]!++
  for (let item = 0; item < items; item++) offsets[item + 1]! += offsets[item]!
  const next = new Int32Array(offsets)
  const positions = sharedIntegers(sequence.length)
  const users = sharedIntegers(sequence.length)
  for (let user = 0; user < interactions.users; user++)
    for (let at = interactions.offsets[user]!; at < interactions.offsets[user + 1]!; at++) {
      const to = next[sequence[at]!]!++
      positions[to] = at
      users[to] = user
    }
  return { offsets, positions, users }
}
