import type { SolutionConfig, TrainingDataConfig } from '../../contract/generated/types.ts'
import { foldName } from '../../datasets/names.ts'
import { fieldNamed, type Schema } from '../../datasets/schema.ts'
import { checkHyperParameters, type HyperParameterValues } from '../../recipes/check-hyper-parameters.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { recipe } from '../../recipes/recipes.ts'
import { EVERY_EVENT, type EventRule } from './event-rules.ts'

/** The subject and the settings of a training: a solution version or a recommender, read once. */
export interface Plan {
  readonly recipe: Recipe
  readonly datasetGroupArn: string
  /** Every hyperparameter and feature transformation parameter of the recipe. */
  readonly parameters: HyperParameterValues
  readonly rules: readonly EventRule[]
  readonly objective?: Objective | undefined
  /** Whether hyperparameters are searched for. */
  readonly performHPO: boolean
  readonly solutionConfig: SolutionConfig
  /** The fields of a schema that are not used. */
  excluded(schema: Schema): readonly string[]
}

/** The value that recommendations should bring besides being relevant (optimizing-solution-for-objective.md). */
export interface Objective {
  /** A numeric field of Items, as the client spells it. */
  readonly attribute: string
  /** How much it counts beside relevance: 0 not at all. */
  readonly sensitivity: number
}

const SENSITIVITIES = { OFF: 0, LOW: 0.25, MEDIUM: 0.5, HIGH: 1 } as const

/** The members of a solution version's or a recommender's document that a plan is made from. */
export interface PlanDocument {
  readonly recipeArn?: string
  readonly datasetGroupArn?: string
  readonly eventType?: string
  readonly performHPO?: boolean
  readonly solutionConfig?: SolutionConfig
  readonly recommenderConfig?: { readonly trainingDataConfig?: TrainingDataConfig }
}

/** @throws InvalidInputException for hyperparameters that the recipe does not have */
export function planOf(document: PlanDocument): Plan {
  const { recipeArn, datasetGroupArn, solutionConfig = {}, recommenderConfig, eventType } = document
  const known = recipe(recipeArn!)
  const { algorithmHyperParameters, featureTransformationParameters, optimizationObjective } = solutionConfig
  const config = solutionConfig.trainingDataConfig ?? recommenderConfig?.trainingDataConfig
  return {
    recipe: known,
    datasetGroupArn: datasetGroupArn!,
    parameters: {
      ...checkHyperParameters(known, algorithmHyperParameters, 'algorithmHyperParameters'),
      ...checkHyperParameters(known, featureTransformationParameters, 'featureTransformationParameters'),
    },
    rules: rulesOf(known, eventType, solutionConfig),
    objective: optimizationObjective?.itemAttribute
      ? {
          attribute: optimizationObjective.itemAttribute,
          sensitivity: SENSITIVITIES[optimizationObjective.objectiveSensitivity ?? 'OFF'],
        }
      : undefined,
    performHPO: document.performHPO ?? false,
    solutionConfig,
    excluded: schema => excludedIn(config, schema),
  }
}

/** The columns that a training data config leaves out: those that it excludes, or all but those that it includes. */
function excludedIn(config: TrainingDataConfig | undefined, { datasetType, fields }: Schema): readonly string[] {
  const columnsOf = (member: 'excludedDatasetColumns' | 'includedDatasetColumns') =>
    Object.entries(config?.[member] ?? {})
      .find(([type]) => foldName(type) === foldName(datasetType))?.[1]
      .flatMap(column => fieldNamed(fields, column)?.name ?? [])
  const included = columnsOf('includedDatasetColumns')
  const names = fields.map(({ name }) => name)
  return [
    ...(columnsOf('excludedDatasetColumns') ?? []),
    ...(included ? names.filter(name => !included.includes(name)) : []),
  ]
}

/**
 * A domain's use case is about the events of its required type. A solution is about those of its `eventType`, from its
 * `eventValueThreshold` on, or about those of its `eventsConfig` (event-values-types.md).
 */
function rulesOf(
  { events }: Recipe,
  eventType: string | undefined,
  { eventValueThreshold, eventsConfig }: SolutionConfig,
): readonly EventRule[] {
  const list = eventsConfig?.eventParametersList ?? []
  if (list.length > 0) {
    const rules = list.map(({ eventType, eventValueThreshold, weight = 1 }) => ({
      eventType,
      threshold: eventValueThreshold,
      weight,
    }))
    return relativeToGreatest(rules)
  }
  const only = eventType ?? events?.required
  const threshold = eventValueThreshold === undefined ? undefined : Number(eventValueThreshold)
  if (only === undefined && threshold === undefined) return EVERY_EVENT
  return [{ eventType: only, threshold, weight: 1 }]
}

/** Only the ratio of weights matters (optimizing-solution-events-config.md): the greatest becomes 1. */
function relativeToGreatest(rules: readonly EventRule[]): readonly EventRule[] {
  const greatest = Math.max(...rules.map(({ weight }) => weight))
  return greatest > 0 ? rules.map(rule => ({ ...rule, weight: rule.weight / greatest })) : rules
}
