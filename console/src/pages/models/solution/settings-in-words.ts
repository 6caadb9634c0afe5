import type { Solution } from '@aws-sdk/client-personalize'
import type { Recipe } from '../../../../../src/recipes/recipe.ts'

/** A setting in words. */
interface Setting {
  readonly label: string
  readonly value: string
}

/** The settings of a solution in words: its schedule, and whatever was set otherwise than the recipe has it. */
export function settingsOf(solution: Solution, recipe: Recipe | undefined): readonly Setting[] {
  const { eventType, performHPO, solutionConfig: config = {} } = solution
  const { optimizationObjective: objective, trainingDataConfig, eventsConfig } = config
  const weights = eventsConfig?.eventParametersList?.map(({ eventType, weight, eventValueThreshold: least }) => {
    return `${eventType} ${weight ?? 1}${least === undefined ? '' : ` from ${least}`}`
  })
  const excluded = Object.entries(trainingDataConfig?.excludedDatasetColumns ?? {})
  const settings: readonly (readonly [label: string, value: string | undefined])[] = [
    ['Training', scheduleOf(solution)],
    ['Search for the best parameters', performHPO ? 'on' : undefined],
    ['Event type', eventType],
    ['Least value of an event', config.eventValueThreshold],
    ['Weights of event types', weights?.join(', ')],
    ['Objective', objective?.itemAttribute && `${objective.itemAttribute}, ${objective.objectiveSensitivity ?? 'LOW'}`],
    ...excluded.map(([type, columns]) => [`Columns of ${type} left out`, columns.join(', ')] as const),
    ...parametersOf(config.algorithmHyperParameters, recipe?.parameters.algorithmHyperParameters),
    ...parametersOf(config.featureTransformationParameters, recipe?.parameters.featureTransformationParameters),
  ]
  return settings.flatMap(([label, value]) => (value ? [{ label, value }] : []))
}

function scheduleOf({ performAutoTraining, solutionConfig }: Solution): string {
  if (!performAutoTraining) return 'by hand'
  const rate = solutionConfig?.autoTrainingConfig?.schedulingExpression ?? 'rate(7 days)'
  return `every ${/\((.*)\)/.exec(rate)?.[1] ?? rate}`
}

function parametersOf(
  given: Readonly<Record<string, string>> = {},
  known: Recipe['parameters'][keyof Recipe['parameters']],
) {
  return Object.entries(given)
    .filter(([name, value]) => String(known?.[name]?.default) !== value)
    .map(([name, value]) => [name, value] as const)
}
