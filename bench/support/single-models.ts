import { UNTRAINED } from '../../src/engine/blend/habits.ts'
import {
  type BlendModelName,
  blendModelNames,
  blendModelOf,
  type PersonalizationData,
  placeOf,
} from '../../src/engine/blend/models.ts'
import type { PersonalizationState } from '../../src/engine/blend/serving/personalization.ts'
import { rankAll } from '../../src/engine/blend/training/answer-questions.ts'
import { TRAIN } from '../../src/engine/blend/training/train.ts'
import type { Question } from '../../src/engine/interactions.ts'
import { type Values, valuesOf } from './paired.ts'
import type { Protocol } from './protocols.ts'

/** Items that the user had come last. */
const NEVER = { ...UNTRAINED, shift: -1000 }

/** The figures of a single model of a blend. */
export interface Single {
  readonly name: string
  readonly values: Values
}

/** A question with all items that the user had. Its history has the newest of them, as a campaign reads them. */
export interface ServedQuestion extends Question {
  readonly seen: Int32Array
}

/** Whether a trained model is a blend. */
export function isBlend(model: unknown): model is PersonalizationState {
  return typeof model === 'object' && model !== null && 'parts' in model && 'blends' in model
}

/**
 * Returns the figures of each single model of a blend, trained on the same data and asked on all cores. Items without a
 * score are ordered by popularity, and the history is removed. If users have properties, there are also rows for the
 * properties alone and for the first events alone.
 */
export function singleModels(
  state: PersonalizationState,
  questions: readonly ServedQuestion[],
  metrics: Protocol['metrics'],
): Single[] {
  const count = Math.max(...metrics.map(([, k]) => k))
  const knowsPeople = questions.some(({ properties }) => properties?.some(value => value !== null))
  const seen = questions.map(question => new Set(question.seen))
  /** A model reads no more of a user's items than a campaign does, so the others may be in its list. */
  const unknown = questions.reduce(
    (most, question) => Math.max(most, question.seen.length - (knowsPeople ? 0 : question.history.length)),
    0,
  )
  const prior = state.parts[placeOf('prior', state.parts)]!
  const cold = state.parts[placeOf('cold-users', state.parts)]
  const ask = (name: string, part: typeof prior, asked: readonly ServedQuestion[]): Single => {
    const parts = part === prior ? [prior] : [prior, part]
    const blends = [{ eventsFrom: 0, weights: parts.map(one => (one === part ? 1 : 0)), floor: 1, contextWeight: 0 }]
    const alone = { ...state, parts, blends, blendsWithoutProperties: undefined, habits: NEVER, context: undefined }
    const lists = rankAll({ state: alone, questions: asked, count: count + unknown }, 0, () => {})
    const left = lists.map((list, at) => list.filter(item => !seen[at]!.has(item)).subarray(0, count))
    return { name, values: valuesOf(questions, left, metrics) }
  }
  const singles = state.parts.map(part => ask(part.name, part, questions))
  if (!knowsPeople || !cold) return singles
  const nothing = new Int32Array(0)
  return [
    ...singles,
    ask(
      'properties',
      cold,
      questions.map(question => ({ ...question, history: nothing, weights: undefined })),
    ),
    ask(
      'first events',
      cold,
      questions.map(question => ({ ...question, properties: undefined })),
    ),
  ]
}

/**
 * Adds the models that a training left out because they got no weight, trained on the same data. A blend that is worse
 * than one of these chose wrongly.
 */
export function withLeftOut(state: PersonalizationState, data: PersonalizationData): PersonalizationState {
  const isLeftOut = (name: BlendModelName) => {
    const { suits, role } = blendModelOf(name)
    const isThere = state.parts.some(part => part.name === name)
    return !isThere && role !== 'repeats' && (suits?.(data, TRAIN) ?? true)
  }
  const left = blendModelNames.filter(isLeftOut)
  const parts = left.map(name => ({ name, state: blendModelOf(name).train(data, TRAIN) }))
  return { ...state, parts: [...state.parts, ...parts] }
}

/** Returns the weights of a blend for each class of history, e.g. `8+ events (ε 0.1): slit 0.52, ease 0.48`. */
export function weightsOf({ parts, blends }: PersonalizationState): string[] {
  return blends.map(({ eventsFrom, weights, floor }, at) => {
    const named = parts.flatMap(({ name }, m) => (weights[m]! > 0 ? `${name} ${weights[m]!.toFixed(2)}` : []))
    return `${eventsFrom}${at === blends.length - 1 ? '+' : ''} events (ε ${floor}): ${named.join(', ')}`
  })
}
