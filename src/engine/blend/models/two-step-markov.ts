import type { Interactions } from '../../interactions.ts'
import { buildTogether, rowBuilder, rowsJob, type Sums } from '../../math/build-rows.ts'
import { packRows } from '../../math/packed-rows.ts'
import type { SparseRows } from '../../math/sparse.ts'
import {
  openSkipMarkov,
  type SkipMarkovSettings,
  type SkipMarkovState,
  SPARSE_SKIP_MARKOV,
  scaledTransitions,
} from './skip-markov.ts'

interface TwoStepSettings {
  /** N: what comes with an item. */
  readonly neighbours: SkipMarkovSettings
  /** T: what comes after it. */
  readonly transitions: SkipMarkovSettings
  /** How many destinations an item keeps at most. */
  readonly keep: number
  /** How many all items keep together, about: every one has as many. Few of the farther ones matter. */
  readonly entriesMax: number
}

export const TWO_STEPS: TwoStepSettings = {
  neighbours: { ...SPARSE_SKIP_MARKOV, originExponent: 0.5, destinationExponent: 0.5, keep: 50 },
  transitions: { ...SPARSE_SKIP_MARKOV, keep: 300 },
  keep: 500,
  // 50 MB. With 100 destinations instead of 500, NDCG@10 of Amazon Toys was lower by .0001 ± .0002.
  entriesMax: 8e6,
}

const KEEP_MIN = 50

/**
 * A Markov chain by way of neighbours: what comes after the items that come with those of the history. On sparse data
 * most pairs of items never meet, and this says something of them; a factorization would too, at more cost.
 *
 *     score = x_u N T        N and T are skip-Markov chains, N with frequent items held back at both ends
 */
export function trainTwoStepMarkov(
  interactions: Interactions,
  { neighbours, transitions, keep: most, entriesMax }: TwoStepSettings = TWO_STEPS,
): SkipMarkovState {
  const { items } = interactions
  const N = scaledTransitions(interactions, neighbours)
  const T = scaledTransitions(interactions, transitions)
  const origins = N.offsets.subarray(1).reduce((count, end, row) => count + (end > N.offsets[row]! ? 1 : 0), 0)
  const keep = Math.min(most, Math.max(KEEP_MIN, Math.floor(entriesMax / Math.max(1, origins))))
  const additions = (N.values.length * T.values.length) / Math.max(1, items)
  const { forgetting, length } = transitions
  return {
    T: packRows(buildTogether(product, { rows: items, N, T, keep }, additions), items),
    memory: { decay: forgetting, length },
  }
}

/** Scores by what comes after the neighbours of the history's items, newer ones more. */
export const openTwoStepMarkov = openSkipMarkov

/** From this mean number of events of an item on, pairs of items meet often enough. */
const EVENTS_ENOUGH = 25

/** Whether most pairs of items never meet. */
export function seldomMeet({ items, sequence }: Pick<Interactions, 'items' | 'sequence'>): boolean {
  return sequence.length < EVENTS_ENOUGH * items
}

interface Factors {
  readonly rows: number
  readonly N: SparseRows
  readonly T: SparseRows
  readonly keep: number
}

export const product = rowsJob<Factors>(import.meta.url, 'product', ({ rows, N, T, keep }) => {
  const fill = (i: number, sums: Sums) => {
    for (let n = N.offsets[i]!; n < N.offsets[i + 1]!; n++) sums.addRow(T, N.columns[n]!, N.values[n]!)
  }
  return rowBuilder(rows, fill, { keep })
})
