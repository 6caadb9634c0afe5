import { filterEvents, historyOf, type Interactions, type Question, weightsOf } from '../interactions.ts'
import { sample, shuffle } from '../math/random.ts'
import type { Properties } from './models/model.ts'

/** Users held out whole: some to choose by, others to measure by. */
export interface HeldOut {
  /** The events of all others. */
  readonly train: Interactions
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** A tenth of the users for the test and as many for validation, none of whom has fewer than two events. */
export function holdOut(interactions: Interactions, most: { validation: number; test: number }, seed: number): HeldOut {
  const { users, offsets } = interactions
  const asked = Int32Array.from({ length: users }, (_, user) => user).filter(
    user => offsets[user + 1]! - offsets[user]! > 1,
  )
  const tenth = Math.floor(asked.length / 10)
  const count = { validation: Math.min(tenth, most.validation), test: Math.min(tenth, most.test) }
  const drawn = sample(asked.length, count.validation + count.test, seed).map(at => asked[at]!)
  const held = shuffle(drawn, seed)
  const isHeld = new Uint8Array(users)
  for (const user of held) isHeld[user] = 1
  return {
    train: filterEvents(interactions, (_event, user) => isHeld[user] === 0),
    validation: held.slice(0, count.validation),
    test: held.slice(count.validation),
  }
}

/** The events of a user from `given` on, `count` of them, asked for from those before. */
export function questionAt(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  user: number,
  given: number,
  count = Number.POSITIVE_INFINITY,
): Question {
  const history = historyOf(interactions, user)
  return {
    user,
    history: history.subarray(0, given),
    targets: history.subarray(given, given + count),
    weights: weightsOf(interactions, user)?.subarray(0, given),
    properties: properties?.[user],
    context: contextOf(interactions, interactions.offsets[user]! + given),
  }
}

/** The newest events of each user, each asked for on its own from what was before it: `each` of a user at most. */
export function nextEvents(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  each: number,
): Question[] {
  return Array.from(users).flatMap(user => {
    const { length } = historyOf(interactions, user)
    return Array.from({ length: Math.max(0, Math.min(each, length - 1)) }, (_, back) =>
      questionAt(interactions, properties, user, length - 1 - back, 1),
    )
  })
}

/** All that users do after their first `given` events, of those who do anything. */
export function laterEvents(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  given: number,
): Question[] {
  return Array.from(users)
    .filter(user => historyOf(interactions, user).length > given)
    .map(user => questionAt(interactions, properties, user, given))
}

/**
 * A share of each user's events, the newest, one at least, asked for from the others; the service measures by a tenth.
 */
export function newestShare(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  share: number,
): Question[] {
  return Array.from(users).map(user => {
    const { length } = historyOf(interactions, user)
    return questionAt(interactions, properties, user, length - Math.max(1, Math.floor(length * share)))
  })
}

function contextOf({ contexts }: Interactions, event: number): Properties | undefined {
  return contexts?.values.map((texts, c) => texts[contexts.classes[event * contexts.values.length + c]!] ?? null)
}
