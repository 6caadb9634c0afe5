import type { Question } from '../../interactions.ts'
import { floatsOf } from '../../math/floats.ts'
import { clearlyBest } from '../../math/mean.ts'
import type { Report } from '../../report.ts'
import { share } from '../../team/share.ts'
import {
  type BlendModelName,
  blendModelOf,
  type Overrides,
  type PersonalizationData,
  type TrainedModel,
  type Tuning,
} from '../models.ts'
import { gainsAlone } from './answer-questions.ts'

export interface TuneSettings extends Tuning {
  readonly seed: number
  /** The number of recommendations whose mean NDCG chooses the settings. */
  readonly k: number
  /** Whether items of the history are recommended as others are. */
  readonly repeats: boolean
}

/** With fewer questions settings are as they are. */
const QUESTIONS_MIN = 100

/**
 * Trains a model with the settings that answer the questions best, alone: coordinate descent over its axes, one pass.
 * Where nothing is better than the model's own settings by more than chance, these stand.
 */
export function trainTuned(
  name: BlendModelName,
  data: PersonalizationData,
  questions: readonly Question[],
  settings: TuneSettings,
  report: Report,
): TrainedModel {
  const { axes, train, forget } = blendModelOf(name)
  const trained = (overrides?: Overrides): TrainedModel => ({
    name,
    state: share(train(data, settings, overrides)),
    ...(overrides && { overrides }),
  })
  /** The best one with these settings besides. */
  const changed = (overrides: Overrides): TrainedModel => {
    const all = { ...best.overrides, ...overrides }
    const isServing = forget && Object.keys(overrides).every(key => key === 'forgetting')
    return isServing ? { name, state: forget(best.state, overrides.forgetting!), overrides: all } : trained(all)
  }
  let best = trained()
  if (questions.length < QUESTIONS_MIN) return best
  const gainsOf = answersOf(data, questions, settings, report)
  let gains: Float64Array | undefined
  for (const axis of axes?.(data, settings) ?? []) {
    const tried = axis
      .filter(overrides => Object.entries(overrides).some(([key, value]) => best.overrides?.[key] !== value))
      .map(changed)
    if (tried.length === 0) continue
    // The one from the axis before has answered them already.
    const all = gains ? [gains, ...gainsOf(tried)] : gainsOf([best, ...tried])
    const at = clearlyBest(all)
    best = [best, ...tried][at]!
    gains = all[at]!
  }
  return best
}

/** Returns a function for the gains of models by question, each on its own. */
function answersOf(
  { interactions }: PersonalizationData,
  questions: readonly Question[],
  { k, repeats }: TuneSettings,
  report: Report,
): (parts: readonly TrainedModel[]) => Float64Array[] {
  const [total, { items, sequence }] = [questions.length, interactions]
  return parts => {
    const gains = gainsAlone({ parts, items, k, repeats, questions }, sequence.length, done =>
      report({ phase: 'training', done: Math.min(done, total), total }),
    )
    return parts.map((_, m) => floatsOf(gains, own => own[m]!))
  }
}
