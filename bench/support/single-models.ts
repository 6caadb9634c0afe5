import { rankAll } from '../../src/engine/blend/answer-questions.ts'
import { UNTRAINED } from '../../src/engine/blend/habits.ts'
import {
  type BlendModelName,
  blendModelNames,
  blendModelOf,
  type PersonalizationData,
  placeOf,
} from '../../src/engine/blend/models.ts'
import type { PersonalizationState } from '../../src/engine/blend/personalization.ts'
import { TRAIN } from '../../src/engine/blend/train.ts'
import type { Question } from '../../src/engine/interactions.ts'
import { type Values, valuesOf } from './paired.ts'
import type { Protocol } from './protocols.ts'

/** What a user had comes last. */
const NEVER = { ...UNTRAINED, shift: -1000 }

/** What one model of a blend came to alone. */
export interface Single {
  readonly name: string
  readonly values: Values
}

/** A question with all that the user had; its history is the newest of it, as a campaign has it. */
export interface ServedQuestion extends Question {
  readonly seen: Int32Array
}

/** Whether a trained model is a blend of several. */
export function isBlend(model: unknown): model is PersonalizationState {
  return typeof model === 'object' && model !== null && 'parts' in model && 'blends' in model
}

/**
 * Each model of a blend alone, as the blend has it: trained on the same data, asked on all cores, items that it has no
 * score for by popularity, the history removed. Where users have properties, what these say alone, and first events
 * alone, have a row too.
 */
export function singleModels(
  state: PersonalizationState,
  questions: readonly ServedQuestion[],
  metrics: Protocol['metrics'],
): Single[] {
  const count = Math.max(...metrics.map(([, k]) => k))
  const knowsPeople = questions.some(({ properties }) => properties?.some(value => value !== null))
  const seen = questions.map(question => new Set(question.seen))
  /** Of what a user had, a model is not told more than a campaign is, and lists the rest. */
  const unknown = questions.reduce(
    (most, question) => Math.max(most, question.seen.length - (knowsPeople ? 0 : question.history.length)),
    0,
  )
  const prior = state.parts[placeOf('prior', state.parts)]!
  const cold = state.parts[placeOf('cold', state.parts)]
  const ask = (name: string, part: typeof prior, asked: readonly ServedQuestion[]): Single => {
    const parts = part === prior ? [prior] : [prior, part]
    const blends = [{ eventsFrom: 0, weights: parts.map(one => (one === part ? 1 : 0)), floor: 1, contextWeight: 0 }]
    const alone = { ...state, parts, blends, habits: NEVER, context: undefined }
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
 * The same with the models that a training left out because nothing gave them weight, trained on the same data: a blend
 * that is worse than one of these chose wrongly.
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

/** The weights that a blend has for each class of history, e.g. `8+ events (ε 0.1): slit 0.52, ease 0.48`. */
export function weightsOf({ parts, blends }: PersonalizationState): string[] {
  return blends.map(({ eventsFrom, weights, floor }, at) => {
    const named = parts.flatMap(({ name }, m) => (weights[m]! > 0 ? `${name} ${weights[m]!.toFixed(2)}` : []))
    return `${eventsFrom}${at === blends.length - 1 ? '+' : ''} events (ε ${floor}): ${named.join(', ')}`
  })
}
