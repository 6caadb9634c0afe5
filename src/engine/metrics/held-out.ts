import type { Properties } from '../blend/models/model.ts'
import { newestCount, newestFrom, TESTED_SHARE } from '../blend/questions.ts'
import { filterEvents, type Interactions, type Question, type Split } from '../interactions.ts'
import { sample } from '../math/random.ts'

/**
 * The service's split for recommendations:
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html. A tenth of the users is left
 * out of training. Each of them asks with the oldest 90 % of the events for the items of the newest 10 %, one at least.
 * Users with a single event are not asked, nor is for what a request would not be given (see questions.ts).
 */
export function holdOutUsers(interactions: Interactions, seed: number, properties?: readonly Properties[]): Split {
  const isHeldOut = new Uint8Array(interactions.users)
  const askers = sample(interactions.users, Math.round(interactions.users / 10), seed)
  for (const user of askers) isHeldOut[user] = 1
  const questions = newestTenths(interactions, properties, askers)
  return { train: filterEvents(interactions, (_event, user) => isHeldOut[user] === 0), questions }
}

/** The items of each user's newest 10 % of events, asked for from the others. */
export function newestTenths(
  interactions: Interactions,
  properties: readonly Properties[] | undefined,
  users: Int32Array,
): Question[] {
  const givenOf = (events: number) => (events < 2 ? -1 : events - newestCount(events, TESTED_SHARE))
  return newestFrom(interactions, properties, users, givenOf)
}

/** Related items, asked of a recipe for items. */
export interface ItemQuestion extends Question {
  readonly item: number
  /**
   * The items that a request about this one would not return: the item itself, and those that the use case leaves out.
   */
  readonly left: ReadonlySet<number>
  readonly relevant: ReadonlySet<number>
}

/** The same questions about the last item known, as a request asks them; those that nothing can answer are left out. */
export function aboutLastItem(questions: readonly Question[]): ItemQuestion[] {
  return questions
    .map(question => {
      const item = question.history.at(-1)!
      const left = new Set([item, ...(question.leftOut ?? [])])
      return { ...question, item, left, relevant: new Set(question.targets.filter(target => !left.has(target))) }
    })
    .filter(({ relevant }) => relevant.size > 0)
}

/**
 * The service's split for user segments, of the same page: each user's oldest 80 % of events to train on, the newest
 * 20 % to be foretold. Users with a single event are trained on.
 */
export function holdOutNewest(interactions: Interactions): { train: Interactions; test: Interactions } {
  const { offsets } = interactions
  const isNewest = (event: number, user: number) =>
    event >= offsets[user + 1]! - newestCount(offsets[user + 1]! - offsets[user]!, 0.2)
  return {
    train: filterEvents(interactions, (event, user) => !isNewest(event, user)),
    test: filterEvents(interactions, isNewest),
  }
}
