import { InvalidInputException } from '../../contract/errors.ts'
import type {
  AutoTrainingConfig,
  CreateSolutionRequest,
  EventsConfig,
  OptimizationObjective,
} from '../../contract/generated/types.ts'
import type { Schemas } from '../../datasets/of-group.ts'
import { quote } from '../../datasets/values.ts'
import { checkHyperParameters } from '../../recipes/check-hyper-parameters.ts'
import type { Allowance, Recipe } from '../../recipes/recipe.ts'
import { recipesAllowing } from '../../recipes/recipes.ts'
import { checkTrainingData, numericField } from '../shared/training-data.ts'
import { checkHpo } from './hpo.ts'

type Checked = Pick<CreateSolutionRequest, 'eventType' | 'performIncrementalUpdate' | 'solutionConfig'>

/**
 * Checks the settings of a solution against its recipe and the schemas of its dataset group.
 * https://docs.aws.amazon.com/personalize/latest/dg/customizing-solution-config.html
 * @throws InvalidInputException naming the setting
 */
export function checkSolutionConfig(
  { eventType, performIncrementalUpdate, solutionConfig: config = {} }: Checked,
  recipe: Recipe,
  schemas: Schemas,
): void {
  checkHyperParameters(recipe, config.algorithmHyperParameters)
  checkHyperParameters(recipe, config.featureTransformationParameters, 'featureTransformationParameters')
  checkHpo(config.hpoConfig, recipe)
  checkEvents(eventType, config.eventValueThreshold, schemas)
  checkEventsConfig('solutionConfig.eventsConfig', config.eventsConfig, recipe, schemas)
  checkObjective(config.optimizationObjective, recipe, schemas)
  checkTrainingData('solutionConfig.trainingDataConfig', config.trainingDataConfig, recipe, schemas)
  checkAutoTraining('solutionConfig.autoTrainingConfig', config.autoTrainingConfig)
  checkIncrementalUpdate(performIncrementalUpdate, recipe)
}

function checkEvents(eventType: string | undefined, threshold: string | undefined, schemas: Schemas): void {
  if (eventType !== undefined) assertColumn('eventType', 'EVENT_TYPE', schemas)
  if (threshold === undefined) return
  const path = 'solutionConfig.eventValueThreshold'
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(threshold)) {
    throw new InvalidInputException(`${path} must be a number such as "0.5", got ${quote(threshold)}`)
  }
  assertColumn(path, 'EVENT_VALUE', schemas)
}

/**
 * Checks the weights of events.
 * https://docs.aws.amazon.com/personalize/latest/dg/optimizing-solution-events-config.html
 * @param path the path for error messages
 * @throws InvalidInputException
 */
export function checkEventsConfig(
  path: string,
  config: EventsConfig | undefined,
  recipe: Recipe,
  schemas: Schemas,
): void {
  if (!config) return
  assertAllowed('eventsConfig', path, recipe)
  assertColumn(path, 'EVENT_TYPE', schemas)
  const seen = new Set<string>()
  for (const [i, { eventType, eventValueThreshold }] of (config.eventParametersList ?? []).entries()) {
    const at = `${path}.eventParametersList.${i + 1}.member`
    if (!eventType) throw new InvalidInputException(`${at}.eventType is required`)
    if (seen.has(eventType)) throw new InvalidInputException(`${at}.eventType: ${quote(eventType)} comes twice`)
    seen.add(eventType)
    if (eventValueThreshold !== undefined) assertColumn(`${at}.eventValueThreshold`, 'EVENT_VALUE', schemas)
  }
}

/** https://docs.aws.amazon.com/personalize/latest/dg/optimizing-solution-for-objective.html */
function checkObjective(objective: OptimizationObjective | undefined, recipe: Recipe, schemas: Schemas): void {
  if (!objective) return
  const path = 'solutionConfig.optimizationObjective'
  assertAllowed('objective', path, recipe)
  const { itemAttribute } = objective
  if (!itemAttribute) throw new InvalidInputException(`${path}.itemAttribute is required`)
  const { nullable } = numericField(`${path}.itemAttribute`, itemAttribute, 'ITEMS', schemas)
  if (nullable)
    throw new InvalidInputException(`${path}.itemAttribute: ${itemAttribute} must not allow null in the schema`)
}

/** Checks the interval of automatic training. @throws InvalidInputException where it is not from 1 to 30 days */
export function checkAutoTraining(path: string, { schedulingExpression }: AutoTrainingConfig = {}): void {
  if (schedulingExpression === undefined) return
  const days = daysOf(schedulingExpression)
  if (days >= 1 && days <= 30) return
  throw new InvalidInputException(
    `${path}.schedulingExpression must be from rate(1 day) to rate(30 days), got ${schedulingExpression}`,
  )
}

/** The days of `rate(7 days)`. The model's pattern has checked the text. */
export function daysOf(schedulingExpression: string): number {
  return Number(/\d+/.exec(schedulingExpression)?.[0])
}

/** @throws InvalidInputException where the recipe does not learn between trainings */
export function checkIncrementalUpdate(performIncrementalUpdate: boolean | undefined, recipe: Recipe): void {
  if (performIncrementalUpdate) assertAllowed('incrementalUpdate', 'performIncrementalUpdate', recipe)
}

function assertAllowed(allowance: Allowance, path: string, { name, allows }: Recipe): void {
  if (allows.includes(allowance)) return
  throw new InvalidInputException(
    `${path}: ${name} does not support it, only ${recipesAllowing(allowance).join(' and ')}`,
  )
}

/** A dataset that does not exist yet may still have the column. Training checks again. */
function assertColumn(path: string, column: string, { INTERACTIONS: interactions }: Schemas): void {
  if (!interactions || interactions.fields.some(({ name }) => name === column)) return
  throw new InvalidInputException(`${path} needs the column ${column}, which the Interactions dataset does not have`)
}
