import type { Properties } from '../../src/engine/blend/models/model.ts'
import { newestOf, questionAt, questionsAt } from '../../src/engine/blend/questions.ts'
import { historyOf, type Interactions, type Question, type Split } from '../../src/engine/interactions.ts'
import { fromSequences } from './interactions.ts'

/** The newest events of each user, each asked for on its own from what was before it: `each` of a user at most. */
export function nextEvents(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  each: number,
): Question[] {
  return questionsAt(interactions, properties, users, events => newestOf(events, each))
}

/** All that users do after their first `given` events, of those who do anything. */
export function laterEvents(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
  given: number,
): Question[] {
  return Array.from(users, user => questionAt(interactions, properties, user, given)).filter(
    ({ targets }) => targets.length > 0,
  )
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
