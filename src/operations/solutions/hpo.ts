import { InvalidInputException } from '../../contract/errors.ts'
import type { HPOConfig, HPOObjective, HPOResourceConfig } from '../../contract/generated/types.ts'
import { quote } from '../../datasets/values.ts'
import { type Parameter, tunedBy } from '../../recipes/parameters.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { OBJECTIVES } from '../../recommender/training/hyperparameter-search.ts'

const PATH = 'solutionConfig.hpoConfig'

/**
 * Checks that hyperparameter optimization chooses only among values of tunable parameters. The service ignores
 * `hpoObjective`. Here it must be one of the metrics of a solution version.
 * https://docs.aws.amazon.com/personalize/latest/dg/customizing-solution-config-hpo.html
 * @throws InvalidInputException naming the parameter
 */
export function checkHpo(config: HPOConfig | undefined, recipe: Recipe): void {
  const ranges = config?.algorithmHyperParameterRanges ?? {}
  for (const { name, minValue, maxValue } of ranges.integerHyperParameterRanges ?? []) {
    checkRange(name, 'integer', minValue, maxValue, recipe)
  }
  for (const { name, minValue, maxValue } of ranges.continuousHyperParameterRanges ?? []) {
    checkRange(name, 'continuous', minValue, maxValue, recipe)
  }
  for (const { name, values = [] } of ranges.categoricalHyperParameterRanges ?? []) checkValues(name, values, recipe)
  checkHpoObjective(config?.hpoObjective)
  checkResources(config?.hpoResourceConfig)
}

const TYPES = ['Maximize', 'Minimize']

/** @throws InvalidInputException that names the possible metrics */
export function checkHpoObjective({ metricName, type }: HPOObjective = {}): void {
  const path = `${PATH}.hpoObjective`
  if (metricName !== undefined && !OBJECTIVES.includes(metricName))
    throw new InvalidInputException(`${path}.metricName must be ${OBJECTIVES.join(', ')}; got ${quote(metricName)}`)
  if (type !== undefined && !TYPES.some(one => one.toLowerCase() === type.toLowerCase()))
    throw new InvalidInputException(`${path}.type must be ${TYPES.join(' or ')}, got ${quote(type)}`)
}

/** The service's limits (API_HPOResourceConfig.md). */
const JOBS_MAX = { maxNumberOfTrainingJobs: 40, maxParallelTrainingJobs: 10 } as const

function checkResources(config: HPOResourceConfig = {}): void {
  for (const member of ['maxNumberOfTrainingJobs', 'maxParallelTrainingJobs'] as const) {
    const [text, most] = [config[member], JOBS_MAX[member]]
    if (text === undefined || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most)) continue
    throw new InvalidInputException(
      `${PATH}.hpoResourceConfig.${member} must be a number from 1 to ${most} in quotes, got ${quote(text)}`,
    )
  }
}

function checkRange(
  name: string | undefined,
  kind: 'integer' | 'continuous',
  least: number | undefined,
  most: number | undefined,
  recipe: Recipe,
): void {
  const { range } = tunable(name, kind, recipe)
  if (least !== undefined && most !== undefined && least <= most && least >= range[0] && most <= range[1]) return
  const right = `minValue must not exceed maxValue, and both must be from ${range[0]} to ${range[1]}`
  throw new InvalidInputException(`${pathOf(kind)}: ${name}: ${right}; got ${least} and ${most}`)
}

function checkValues(name: string | undefined, values: readonly string[], recipe: Recipe): void {
  const { values: right } = tunable(name, 'categorical', recipe)
  const wrong = values.find(value => !right.some(one => String(one) === value.toLowerCase()))
  if (values.length > 0 && wrong === undefined) return
  const got = wrong === undefined ? 'none' : quote(wrong)
  throw new InvalidInputException(
    `${pathOf('categorical')}: ${name}: values must be of ${right.join(', ')}; got ${got}`,
  )
}

/** Returns the tunable parameter of this name and kind. @throws InvalidInputException where there is none */
function tunable<Kind extends Parameter['kind']>(name = '', kind: Kind, { name: recipe, parameters }: Recipe) {
  const all = Object.entries(parameters.algorithmHyperParameters ?? {}).filter(([, { isTunable }]) => isTunable)
  const found = all.find(([one]) => one === tunedBy({ name }))?.[1]
  if (found?.kind === kind) return found as Extract<Parameter, { kind: Kind }>
  const known = all.map(([one, parameter]) => `${one} (${parameter.kind})`).join(', ') || 'none'
  throw new InvalidInputException(
    `${pathOf(kind)}: ${quote(name)} is no ${kind} hyperparameter that can be tuned for ${recipe}; it has: ${known}`,
  )
}

const pathOf = (kind: Parameter['kind']) => `${PATH}.algorithmHyperParameterRanges.${kind}HyperParameterRanges`
