import type { CreateRecommenderCommandInput, CreateSolutionCommandInput } from '@aws-sdk/client-personalize'
import { checkHyperParameters } from '../../../../../src/recipes/check-hyper-parameters.ts'
import type { Parameter } from '../../../../../src/recipes/parameters.ts'
import type { ParameterGroup, Recipe } from '../../../../../src/recipes/recipe.ts'

/** A weight of a type of events, as it is typed. */
export interface EventWeight {
  readonly eventType: string
  readonly weight: string
  readonly threshold: string
}

/** The settings of a solution or a recommender, as they are typed. A blank one is left out of the call. */
export interface Draft {
  readonly name: string
  readonly isTrainedBySchedule: boolean
  readonly everyDays: string
  readonly performHPO: boolean
  readonly eventType: string
  readonly eventValueThreshold: string
  readonly eventWeights: readonly EventWeight[]
  readonly objective: string
  readonly sensitivity: 'LOW' | 'MEDIUM' | 'HIGH' | 'OFF'
  /** Columns that training leaves out, by the type of the dataset. */
  readonly excluded: Readonly<Record<string, readonly string[]>>
  /** Values that differ from their defaults, by the member of the API and the name. */
  readonly parameters: Readonly<Partial<Record<ParameterGroup, Readonly<Record<string, string>>>>>
}

/** A draft with the defaults of the API. */
export const NEW_DRAFT: Draft = {
  name: '',
  isTrainedBySchedule: true,
  everyDays: '7',
  performHPO: false,
  eventType: '',
  eventValueThreshold: '',
  eventWeights: [],
  objective: '',
  sensitivity: 'LOW',
  excluded: {},
  parameters: {},
}

/** The call that creates a solution of a recipe with the settings of a draft. */
export function solutionInput(draft: Draft, recipe: Recipe, datasetGroupArn: string): CreateSolutionCommandInput {
  const { name, isTrainedBySchedule, everyDays, performHPO, eventType, eventValueThreshold, objective } = draft
  const eventParametersList = draft.eventWeights.map(({ eventType, weight, threshold }) => ({
    eventType,
    ...(weight && { weight: Number(weight) }),
    ...(threshold && { eventValueThreshold: Number(threshold) }),
  }))
  const config = {
    ...groupsOf(draft, ['algorithmHyperParameters', 'featureTransformationParameters']),
    ...(eventValueThreshold && { eventValueThreshold }),
    ...(eventParametersList.length > 0 && { eventsConfig: { eventParametersList } }),
    ...(objective && {
      optimizationObjective: { itemAttribute: objective, objectiveSensitivity: draft.sensitivity },
    }),
    ...trainingDataOf(draft),
    ...(isTrainedBySchedule &&
      everyDays !== NEW_DRAFT.everyDays && {
        autoTrainingConfig: { schedulingExpression: rateOf(everyDays) },
      }),
  }
  return {
    name,
    datasetGroupArn,
    recipeArn: recipe.recipeArn,
    performAutoTraining: isTrainedBySchedule,
    ...(performHPO && { performHPO }),
    ...(eventType && { eventType }),
    ...(Object.keys(config).length > 0 && { solutionConfig: config }),
  }
}

/** The call that creates a recommender of a use case with the settings of a draft. */
export function recommenderInput(draft: Draft, recipe: Recipe, datasetGroupArn: string): CreateRecommenderCommandInput {
  const config = { ...groupsOf(draft, ['itemExplorationConfig']), ...trainingDataOf(draft) }
  return {
    name: draft.name,
    datasetGroupArn,
    recipeArn: recipe.recipeArn,
    ...(Object.keys(config).length > 0 && { recommenderConfig: config }),
  }
}

function groupsOf({ parameters }: Draft, groups: readonly ParameterGroup[]) {
  const given = groups.flatMap(group => {
    const values = Object.entries(parameters[group] ?? {}).filter(([, value]) => value !== '')
    return values.length > 0 ? [[group, Object.fromEntries(values)] as const] : []
  })
  return Object.fromEntries(given) as Partial<Record<ParameterGroup, Record<string, string>>>
}

function trainingDataOf({ excluded }: Draft) {
  const columns = Object.entries(excluded).filter(([, names]) => names.length > 0)
  if (columns.length === 0) return {}
  return {
    trainingDataConfig: {
      excludedDatasetColumns: Object.fromEntries(columns.map(([type, names]) => [type, [...names]])),
    },
  }
}

/** Why a parameter cannot have this value, in the words of the server; undefined where it can. */
export function faultOf(recipe: Recipe, group: ParameterGroup, name: string, value: string): string | undefined {
  if (value === '') return undefined
  try {
    checkHyperParameters(recipe, { [name]: value }, group)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Why a name cannot be that of a resource; undefined where it can. */
export function faultOfName(name: string): string | undefined {
  if (name === '') return 'It needs a name.'
  if (name.length > 63) return 'A name has 63 characters at most.'
  return /^[a-zA-Z0-9][a-zA-Z0-9\-_]*$/.test(name)
    ? undefined
    : 'A name has letters, digits, - and _, and begins with a letter or a digit.'
}

/** Why a schedule cannot be: it is from 1 to 30 whole days. */
export function faultOfDays(days: string): string | undefined {
  return /^\d{1,2}$/.test(days) && Number(days) >= 1 && Number(days) <= 30 ? undefined : 'From 1 to 30 days.'
}

/** A schedule as the API has it: `rate(7 days)`. */
export function rateOf(days: string): string {
  return `rate(${days} ${days === '1' ? 'day' : 'days'})`
}

/** The values of a parameter, such as `from 0 to 1`. */
export function rangeOf(parameter: Parameter): string {
  if (parameter.kind === 'categorical') return parameter.values.join(', ')
  const [least, most] = parameter.range
  return most === Infinity ? `${least} or more` : `from ${least} to ${most}`
}
