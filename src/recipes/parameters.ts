/** A parameter, of one of the service's three kinds. The range of a number includes both ends. */
export type Parameter = NumberParameter | CategoricalParameter

export type Parameters = Readonly<Record<string, Parameter>>

export interface NumberParameter {
  readonly kind: 'integer' | 'continuous'
  readonly default: number
  readonly range: Range
  /** Whether hyperparameter optimization may tune it. */
  readonly isTunable: boolean
}

interface CategoricalParameter {
  readonly kind: 'categorical'
  readonly default: string | boolean
  readonly values: readonly (string | boolean)[]
  readonly isTunable: boolean
}

type Range = readonly [least: number, most: number]
type Tunable = 'tunable'

/** A hyperparameter that is a whole number. @param tunable whether hyperparameter optimization may tune it */
export function integer(standard: number, range: Range, tunable?: Tunable): Parameter {
  return { kind: 'integer', default: standard, range, isTunable: tunable === 'tunable' }
}

/** A hyperparameter that is a number. @param tunable whether hyperparameter optimization may tune it */
export function continuous(standard: number, range: Range, tunable?: Tunable): Parameter {
  return { kind: 'continuous', default: standard, range, isTunable: tunable === 'tunable' }
}

/** A hyperparameter that is `true` or `false`. */
export function boolean(standard: boolean, tunable?: Tunable): Parameter {
  return { kind: 'categorical', default: standard, values: [true, false], isTunable: tunable === 'tunable' }
}

/** A hyperparameter that is one of several words. Hyperparameter optimization does not tune it. */
export function oneOf(standard: string, values: readonly string[]): Parameter {
  return { kind: 'categorical', default: standard, values, isTunable: false }
}

/**
 * The name of the hyperparameter that a range of a search is for. The service's DescribeSolution shows `training.bptt`
 * and `data.recency_mask` for ranges that were created as `bptt` and `recency_mask`, so a copied solution has these.
 * https://docs.aws.amazon.com/personalize/latest/dg/customizing-solution-config-hpo.html
 */
export const tunedBy = ({ name = '' }: { readonly name?: string }): string => name.replace(/^(data|training)\./, '')

/** The parameters of the recurrent recipes, with the default number of hidden variables. */
export function recurrent(hiddenDimension: number): Parameters {
  return {
    hidden_dimension: integer(hiddenDimension, [32, 256], 'tunable'),
    bptt: integer(32, [2, 32], 'tunable'),
    recency_mask: boolean(true, 'tunable'),
  }
}

/** Leaves the users with the shortest and the longest histories out of training. */
export function historyLengths(least: number, most: number): Parameters {
  return {
    min_user_history_length_percentile: continuous(least, [0, 1]),
    max_user_history_length_percentile: continuous(most, [0, 1]),
  }
}

/** The share of exploration, and the greatest age of an explored item, in days. */
export const exploration: Parameters = {
  explorationWeight: continuous(0.3, [0, 1]),
  explorationItemAgeCutOff: continuous(30, [1, Infinity]),
}
