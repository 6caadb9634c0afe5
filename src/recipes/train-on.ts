import { integer, type Parameters } from './parameters.ts'
import type { ParameterGroup, Recipe } from './recipe.ts'

/**
 * The hyperparameter of a solution that is not the service's: how many of the newest events it trains on at most. A map
 * of strings is the only member of CreateSolution in which a client of an unmodified SDK can say it.
 */
export const TRAIN_ON = 'trainOn'

/** Fewer are not enough to train on (limits.md). */
const LEAST = 1000

const trainOn: Parameters = { [TRAIN_ON]: integer(Number.POSITIVE_INFINITY, [LEAST, Number.POSITIVE_INFINITY]) }

/** The parameters that a request may set: those that the service describes, and `trainOn` of recipes of events. */
export function parametersOf(recipe: Recipe, group: ParameterGroup): Parameters {
  const described = recipe.parameters[group] ?? {}
  const mayLimit = group === 'algorithmHyperParameters' && recipe.datasets.INTERACTIONS && !recipe.domain
  return mayLimit ? { ...described, ...trainOn } : described
}
