import type { Question } from '../interactions.ts'
import { BLEND, type Blend, type BlendSettings, trainBlend } from './blend.ts'
import type { Model } from './model.ts'

/** From so many events on, up to the next one, a blend of its own is used. */
const EVENTS_FROM = [0, 1, 2, 4, 8] as const

export interface FewEvents extends Model {
  readonly blends: readonly { readonly eventsFrom: number; readonly blend: Blend }[]
}

/**
 * Lets the history take over from popularity and properties as it grows: one blend for users without events, one for
 * those with one, and so on, each with weights chosen on the same questions, cut down to so many first events. A prior
 * that yields to evidence, as in empirical Bayes, with the rate of yielding measured instead of assumed.
 *
 * The questions are whole histories: what comes after the events that are given is what should be recommended.
 */
export function trainFewEvents(
  models: readonly Model[],
  items: number,
  questions: readonly Question[],
  settings: BlendSettings = BLEND,
): FewEvents {
  const blends = EVENTS_FROM.map(eventsFrom => {
    const cut = questions.flatMap(question => firstEvents(question, eventsFrom) ?? [])
    return { eventsFrom, blend: trainBlend(models, items, cut, settings) }
  })
  return {
    blends,
    score(history, out, properties) {
      blends.findLast(({ eventsFrom }) => eventsFrom <= history.length)!.blend.score(history, out, properties)
    },
  }
}

/** The question with the first `count` of its targets given; undefined where none would be left to ask for. */
export function firstEvents(question: Question, count: number): Question | undefined {
  const { targets } = question
  return targets.length <= count
    ? undefined
    : { ...question, history: targets.subarray(0, count), targets: targets.subarray(count) }
}
