import type { HPOConfig } from '../../contract/generated/types.ts'
import { createRandom } from '../../engine/math/random.ts'
import { serviceMetrics } from '../../engine/metrics/service.ts'
import type { HyperParameterValues } from '../../recipes/check-hyper-parameters.ts'
import { type Parameter, tunedBy } from '../../recipes/parameters.ts'
import type { Family, Trained, TrainingData } from '../families/family.ts'

/** How many trainings a search makes unless `maxNumberOfTrainingJobs` says fewer. */
const TRAININGS_MAX = 10
const METRIC = 'normalized_discounted_cumulative_gain_at_25'

/** The objectives of a search: the metrics of every model that has something to search. */
export const OBJECTIVES: readonly string[] = Object.keys(serviceMetrics([], [], 0))

/** The best model, and its hyperparameters. */
interface Found extends Trained {
  /** As DescribeSolutionVersion shows them, in strings. */
  readonly tuned: Readonly<Record<string, string>>
}

/**
 * Hyperparameter optimization (customizing-solution-config-hpo.md): random search (Bergstra and Bengio, "Random search
 * for hyper-parameter optimization", JMLR 2012), by the metric of the held-out users. The defaults are tried first, so
 * that the result is never worse. A default outside of the solution's range becomes the nearest inside. Only
 * hyperparameters that make a difference to the model are searched.
 */
export async function searchHyperparameters(family: Family, data: TrainingData): Promise<Found> {
  const { recipe, parameters, solutionConfig } = data.plan
  const tunable = Object.entries(recipe.parameters.algorithmHyperParameters ?? {}).filter(
    ([, { isTunable }]) => isTunable,
  )
  const { algorithmHyperParameterRanges, hpoObjective, hpoResourceConfig } = solutionConfig.hpoConfig ?? {}
  const searched = tunable.filter(([name]) => family.tunes?.includes(name))
  const metric = hpoObjective?.metricName ?? METRIC
  const sign = hpoObjective?.type?.toLowerCase() === 'minimize' ? -1 : 1
  const most = Math.min(TRAININGS_MAX, Number(hpoResourceConfig?.maxNumberOfTrainingJobs ?? TRAININGS_MAX))
  const random = createRandom(data.seed)
  const usual = tunable.map(([name, parameter]) => [
    name,
    within(choicesOf(name, parameter, algorithmHyperParameterRanges), parameters[name]!),
  ])
  const first: HyperParameterValues = { ...parameters, ...Object.fromEntries(usual) }
  let best: { readonly trained: Trained; readonly values: HyperParameterValues } | undefined
  const tried = new Set<string>()
  for (let n = 0; n < (searched.length === 0 ? 1 : most); n++) {
    const drawn = searched.map(([name, parameter]) => [
      name,
      draw(choicesOf(name, parameter, algorithmHyperParameterRanges), random),
    ])
    const values: HyperParameterValues = n === 0 ? first : { ...first, ...Object.fromEntries(drawn) }
    const key = JSON.stringify(values)
    if (tried.has(key)) continue
    tried.add(key)
    data.report({ phase: 'searching', done: n, total: most })
    const trained = await family.train({ ...data, plan: { ...data.plan, parameters: values } })
    const isBetter = !best || sign * (trained.metrics[metric] ?? 0) > sign * (best.trained.metrics[metric] ?? 0)
    if (isBetter) best = { trained, values }
  }
  const { trained, values } = best!
  return { ...trained, tuned: Object.fromEntries(tunable.map(([name]) => [name, String(values[name])])) }
}

type Choices =
  | { readonly kind: 'categorical'; readonly values: readonly HyperParameterValues[string][] }
  | { readonly kind: 'integer' | 'continuous'; readonly least: number; readonly greatest: number }

/** The choices that the solution's range allows a hyperparameter, or else the recipe's. */
function choicesOf(name: string, parameter: Parameter, ranges: HPOConfig['algorithmHyperParameterRanges']): Choices {
  if (parameter.kind === 'categorical') {
    const given = ranges?.categoricalHyperParameterRanges?.find(range => tunedBy(range) === name)?.values
    const names = given?.map(value => value.toLowerCase())
    const values = parameter.values.filter(value => names?.includes(String(value).toLowerCase()) ?? true)
    return { kind: 'categorical', values }
  }
  const member = parameter.kind === 'integer' ? 'integerHyperParameterRanges' : 'continuousHyperParameterRanges'
  const given = ranges?.[member]?.find(range => tunedBy(range) === name)
  const [least, greatest] = parameter.range
  return { kind: parameter.kind, least: given?.minValue ?? least, greatest: given?.maxValue ?? greatest }
}

function draw(choices: Choices, random: () => number): HyperParameterValues[string] {
  if (choices.kind === 'categorical') return choices.values[Math.floor(random() * choices.values.length)]!
  const { kind, least, greatest } = choices
  return kind === 'integer'
    ? Math.floor(least + random() * (greatest - least + 1))
    : least + random() * (greatest - least)
}

/** The value, or the nearest that may be chosen. */
function within(choices: Choices, value: HyperParameterValues[string]): HyperParameterValues[string] {
  if (choices.kind !== 'categorical') return Math.min(choices.greatest, Math.max(choices.least, Number(value)))
  return choices.values.includes(value) ? value : choices.values[0]!
}
