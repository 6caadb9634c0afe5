import type { Question } from '../../interactions.ts'
import type { Report } from '../../report.ts'
import {
  type BlendModelName,
  blendModelNames,
  blendModelOf,
  isWide,
  type PersonalizationData,
  placeOf,
  type TrainedModel,
} from '../models.ts'
import { trainCrossValidated } from './cross-validation.ts'
import { ndcgOf } from './ndcg-of-weights.ts'
import { shortlister } from './shortlist.ts'
import { type TuneSettings, trainTuned } from './tune-hyperparameters.ts'

/** This many questions tell whether order says anything. */
const PROBES = 300

/**
 * Trains the models that suit the data, each with the settings that answer the questions best, and tells how many
 * seconds each took. The model for users without events is tuned by questions of its own. Those that need order come
 * last: the models before them tell whether it says anything.
 */
export function trainModels(
  data: PersonalizationData,
  questions: readonly Question[],
  tuning: TuneSettings,
  report: Report,
): { readonly parts: readonly TrainedModel[]; readonly seconds: Readonly<Record<string, number>> } {
  const suiting = suitingModels(data, tuning)
  const probes = questions.slice(0, PROBES)
  const trained: TrainedModel[] = []
  const seconds: Record<string, number> = {}
  const needsOrder = (name: BlendModelName) => blendModelOf(name).needsOrder ?? false
  const inTurn = [...suiting.filter(name => !needsOrder(name)), ...suiting.filter(needsOrder)]
  for (const [done, name] of inTurn.entries()) {
    report({ phase: 'training', done, total: suiting.length })
    if (needsOrder(name) && isWide(data) && !orderMatters(trained, data.interactions.items, probes)) continue
    const started = performance.now()
    const isOfNewcomers = blendModelOf(name).role === 'cold-users'
    trained.push(
      isOfNewcomers
        ? trainCrossValidated(name, data, tuning, report)
        : trainTuned(name, data, questions, tuning, report),
    )
    seconds[name] = (performance.now() - started) / 1000
  }
  return { parts: trained.sort((a, b) => suiting.indexOf(a.name) - suiting.indexOf(b.name)), seconds }
}

function suitingModels(data: PersonalizationData, tuning: TuneSettings) {
  return blendModelNames.filter(name => {
    const { suits, role } = blendModelOf(name)
    return (suits?.(data, tuning) ?? true) && (role !== 'repeats' || tuning.repeats)
  })
}

/** Whether a model that knows what came after what is better than one that does not. */
function orderMatters(parts: readonly TrainedModel[], items: number, probes: readonly Question[]) {
  const pair = (['ordered', 'orderless'] as const).map(role => {
    const { name, state } = parts[placeOf(role, parts)]!
    return blendModelOf(name).open(state)
  })
  const lists = probes.map(shortlister(pair, items, { length: 50, repeats: false }))
  const [ordered, orderless] = [
    [1, 0],
    [0, 1],
  ].map(weights => ndcgOf(lists, { weights, floor: 1 }, { k: 10 }))
  return ordered! > orderless!
}
