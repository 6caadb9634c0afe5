import { historyOf, type Interactions, type Question, weightsOf } from '../interactions.ts'
import type { Properties } from './models/model.ts'

/**
 * A question of training is built as a request is built: the same length of the history, the same items left out, the
 * same properties. So weights, metrics and answers are about the same thing.
 */

/** Of a user's events, this many of the newest are what a model looks at. */
export const HISTORY_MAX = 200

/** The events of a user from `given` on, `count` of them, asked for from those before. */
export function questionAt(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  user: number,
  given: number,
  count = Number.POSITIVE_INFINITY,
): Question {
  const events = historyOf(interactions, user)
  const first = Math.max(0, given - HISTORY_MAX)
  const leftOut = endedItems(interactions, user, given)
  const targets = events.subarray(given, given + count)
  return {
    user,
    history: events.subarray(first, given),
    targets: leftOut ? targets.filter(item => !leftOut.includes(item)) : targets,
    weights: weightsOf(interactions, user)?.subarray(first, given),
    properties: properties?.[user],
    context: contextOf(interactions, interactions.offsets[user]! + given),
    leftOut,
  }
}

/** The items that a use case no longer recommends to this user after the first `given` events. */
function endedItems({ offsets, sequence, endings }: Interactions, user: number, given: number): Int32Array | undefined {
  if (!endings) return undefined
  const start = offsets[user]!
  return sequence.subarray(start, start + given).filter((_, at) => endings[start + at] === 1)
}

/**
 * Questions to these users, each about the next `count` events after the first ones. A question without a target is
 * left out.
 * @param givens after how many events a user with this many is asked
 */
export function questionsAt(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  givens: (events: number) => readonly number[],
  count = 1,
): Question[] {
  return Array.from(users)
    .flatMap(user =>
      givens(historyOf(interactions, user).length).map(given =>
        questionAt(interactions, properties, user, given, count),
      ),
    )
    .filter(({ targets }) => targets.length > 0)
}

/** After how many events a user with this many is asked for the newest `count`, one by one: never for the first. */
export function newestOf(events: number, count: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(count, events - 1)) }, (_, back) => events - 1 - back)
}

/** A share of each user's events, the newest, one at least, asked for from the others. */
export function newestShare(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  share: number,
): Question[] {
  return newestFrom(interactions, properties, users, events => events - shareOf(events, share))
}

/**
 * Each user's events after the first `givenOf`, of a user with this many; none is asked where it is below 0. Where the
 * use case leaves all of them out, a little more of the newest is asked for. An event that tells nothing new, such as a
 * click on a video that was watched, has no answer.
 */
export function newestFrom(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  givenOf: (events: number) => number,
): Question[] {
  return Array.from(users).flatMap(user => {
    const from = givenOf(historyOf(interactions, user).length)
    const least = Math.max(Math.min(from, 1), from - BACK_MAX)
    for (let given = from; given >= Math.max(0, least); given--) {
      const question = questionAt(interactions, properties, user, given)
      if (question.targets.length > 0) return [question]
    }
    return []
  })
}

/** At most this many more events are asked for. */
const BACK_MAX = 10

/** The newest share of a user's events that metrics ask for (working-with-training-metrics.md). */
export const TESTED_SHARE = 0.1

/** How many of a user's events metrics ask for, as a share of them: at least one, none of a single event. */
export function newestCount(events: number, share: number): number {
  return events < 2 ? 0 : Math.max(1, Math.round(events * share))
}

/** How many events a share of them is, one at least. */
export function shareOf(events: number, share: number): number {
  return Math.max(1, Math.floor(events * share))
}

function contextOf({ contexts }: Interactions, event: number): Properties | undefined {
  return contexts?.values.map((texts, c) => texts[contexts.classes[event * contexts.values.length + c]!] ?? null)
}
