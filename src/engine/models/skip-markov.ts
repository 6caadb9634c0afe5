import { type Interactions, itemCounts, occurrencesOf } from '../interactions.ts'
import { addRow, buildRows, columnSums, rowSums, type SparseRows } from '../math/sparse.ts'
import { forRecent, type Model } from './model.ts'

export interface SkipMarkovSettings {
  /** L: how many steps apart two items may be. */
  readonly lags: number
  /** How much a step further apart counts. */
  readonly decay: number
  /** β: how much j before i counts for i → j; 0 where the order says much. */
  readonly reverse: number
  /** c: the larger, the less is believed of an item that is seldom met. */
  readonly smoothing: number
  /** a and b: how strongly frequent items are held back, as origins and as destinations. */
  readonly originExponent: number
  readonly destinationExponent: number
  /** How many of the last items are gone from. */
  readonly length: number
  /** γ: a little popularity, which orders what no path leads to. */
  readonly popularity: number
}

export const SKIP_MARKOV: SkipMarkovSettings = {
  lags: 10,
  decay: 0.8,
  reverse: 0,
  smoothing: 20,
  originExponent: 0.5,
  destinationExponent: 0.3,
  length: 20,
  popularity: 0,
}

/** For catalogues so large that most pairs of items never meet. */
export const SPARSE_SKIP_MARKOV: SkipMarkovSettings = {
  ...SKIP_MARKOV,
  reverse: 0.5,
  smoothing: 5,
  destinationExponent: 0.15,
  popularity: 1e-3,
}

/**
 * A Markov chain that may skip items: after Shani, Heckerman and Brafman, "An MDP-based recommender system" (JMLR 2005),
 * whose skipping it takes, and the transition counts of FPMC (Rendle et al., WWW 2010), not factored.
 *
 *     M = Σ_{l≤L} 0.8^{l−1} count(i → j at lag l)        M ← M + β Mᵀ
 *     T_ij = M_ij / ((Σ_j M_ij + c)^a · max(Σ_i M_ij, 1)^b)
 *     score = x_u T + γ popularity / max popularity
 */
export function trainSkipMarkov(interactions: Interactions, settings: SkipMarkovSettings = SKIP_MARKOV): Model {
  const { smoothing, originExponent, destinationExponent, popularity } = settings
  const T = transitions(interactions, settings)
  const origins = rowSums(T)
  const destinations = columnSums(T, interactions.items)
  for (let i = 0; i < interactions.items; i++) {
    const origin = (origins[i]! + smoothing) ** originExponent
    for (let at = T.offsets[i]!; at < T.offsets[i + 1]!; at++)
      T.values[at]! /= origin * Math.max(destinations[T.columns[at]!]!, 1) ** destinationExponent
  }
  const counts = itemCounts(interactions)
  const most = counts.reduce((a, b) => Math.max(a, b), 1)
  const prior = counts.map(count => (popularity * count) / most)
  return {
    score(history, out) {
      out.set(prior)
      forRecent(history, settings, (item, weight) => addRow(T, item, weight, out))
    },
  }
}

/** M: how often j came up to L steps after i, nearer ones counting more. */
export function transitions(
  interactions: Interactions,
  { lags, decay, reverse }: Pick<SkipMarkovSettings, 'lags' | 'decay' | 'reverse'>,
): SparseRows {
  const { items, offsets, sequence } = interactions
  const at = occurrencesOf(interactions)
  const weights = Float64Array.from({ length: lags }, (_, l) => decay ** l)
  return buildRows(items, items, (i, add) => {
    for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
      const position = at.positions[o]!
      const end = offsets[at.users[o]! + 1]!
      const start = offsets[at.users[o]!]!
      for (let l = 1; l <= lags && position + l < end; l++) add(sequence[position + l]!, weights[l - 1]!)
      if (reverse === 0) continue
      for (let l = 1; l <= lags && position - l >= start; l++) add(sequence[position - l]!, reverse * weights[l - 1]!)
    }
  })
}
