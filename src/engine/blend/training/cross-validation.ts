import { filterEvents, historyOf, type Interactions } from '../../interactions.ts'
import { clearlyBest } from '../../math/mean.ts'
import { sample, shuffle } from '../../math/random.ts'
import type { Report } from '../../report.ts'
import { share } from '../../team/share.ts'
import { isKnown, type Properties } from '../models/model.ts'
import { type BlendModelName, blendModelOf, type PersonalizationData, type TrainedModel } from '../models.ts'
import { questionsAt } from '../questions.ts'
import { gainsAlone } from './answer-questions.ts'
import type { TuneSettings } from './tune-hyperparameters.ts'

/** As many users with properties are trained on and asked. With fewer, settings are as they are. */
const USERS_MAX = 1500
const USERS_MIN = 60
const FOLDS = 3
/** The ridge of a fold needs no rows of events, and the most popular items tell. It takes a fifth of the time. */
const IN_A_FOLD = { eventsMax: 0, itemsMax: 1000 }

/**
 * Trains a model with those settings of its only axis that recommend best to users without events, by their properties.
 * Each of some users is asked, of models that know two thirds of the others: cross-validation (Stone, "Cross-validatory
 * choice", JRSS B 1974). Where nothing is better than the model's own settings by more than chance, these stand.
 */
export function trainCrossValidated(
  name: BlendModelName,
  data: PersonalizationData,
  settings: TuneSettings,
  report: Report,
): TrainedModel {
  const { axes, train } = blendModelOf(name)
  const [axis = [{}]] = axes?.(data, settings) ?? []
  const { interactions, users = [] } = data
  const known = knownUsers(interactions, users, settings.seed)
  const all = axis.map((): number[] => [])
  for (let fold = 0; fold < FOLDS && axis.length > 1 && known.length >= USERS_MIN; fold++) {
    const asked = known.filter((_, at) => at % FOLDS === fold)
    const isTrained = new Set(known).difference(new Set(asked))
    const others = { ...data, interactions: filterEvents(interactions, (_, user) => isTrained.has(user)) }
    const parts = axis.map(overrides => ({
      name,
      state: share(train(others, settings, { ...overrides, ...IN_A_FOLD })),
    }))
    const questions = questionsAt(interactions, users, asked, () => [0], Number.POSITIVE_INFINITY)
    const asking = { parts, items: interactions.items, k: settings.k, repeats: settings.repeats, questions }
    const gains = gainsAlone(asking, others.interactions.sequence.length, done =>
      report({ phase: 'training', done: Math.min(done, questions.length), total: questions.length }),
    )
    for (const own of gains) for (const [m, gain] of own.entries()) all[m]!.push(gain)
  }
  const overrides = axis[clearlyBest(all.map(gains => Float64Array.from(gains)))]!
  return { name, state: share(train(data, settings, overrides)), overrides }
}

/** Users with events of whom a property is known, in any order. */
function knownUsers(interactions: Interactions, properties: readonly Properties[], seed: number): Int32Array {
  const known = Int32Array.from(properties.keys()).filter(
    user => isKnown(properties[user]) && historyOf(interactions, user).length > 0,
  )
  return shuffle(sample(known.length, USERS_MAX, seed), seed).map(at => known[at]!)
}
