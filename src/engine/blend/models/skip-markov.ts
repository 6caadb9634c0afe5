import { type Interactions, type Occurrences, occurrencesOf, type Sequences, sequencesOf } from '../../interactions.ts'
import { buildTogether, rowBuilder, rowsJob, type Sums } from '../../math/build-rows.ts'
import { type PackedRows, packRows } from '../../math/packed-rows.ts'
import { RowList } from '../../math/row-list.ts'
import type { SparseRows } from '../../math/sparse.ts'
import { share } from '../../team/share.ts'
import { forRecent, type Memory, type Model, rowParts, rowSteps } from './model.ts'

export interface SkipMarkovSettings {
  /** L: how many steps apart two items may be. */
  readonly lags: number
  /** How much a step further apart counts. */
  readonly decay: number
  /** β: how much j before i counts for i → j; 0 where the order says much, 1 where it says nothing. */
  readonly reverse: number
  /** c: the larger, the less is believed of an item that is seldom met. */
  readonly smoothing: number
  /** a and b: how strongly frequent items are held back, as origins and as destinations. */
  readonly originExponent: number
  readonly destinationExponent: number
  /** How many of the last items are gone from, and how much one further back counts of the next. */
  readonly length: number
  readonly forgetting: number
  /** How many destinations an item keeps. */
  readonly keep: number
}

export const SKIP_MARKOV: SkipMarkovSettings = {
  lags: 10,
  decay: 0.8,
  reverse: 0,
  smoothing: 20,
  originExponent: 0.5,
  destinationExponent: 0.3,
  length: 20,
  forgetting: 0.8,
  keep: 250,
}

/** For catalogues so large that most pairs of items never meet. */
export const SPARSE_SKIP_MARKOV: SkipMarkovSettings = {
  ...SKIP_MARKOV,
  reverse: 0.3,
  smoothing: 5,
  originExponent: 0.2,
  destinationExponent: 0.2,
}

export type SkipMarkovState = { readonly T: PackedRows; readonly memory: Memory }

/**
 * A Markov chain that may skip items, as in Shani, Heckerman and Brafman, "An MDP-based recommender system" (JMLR
 * 2005). It has the transition counts of FPMC (Rendle et al., WWW 2010), not factored.
 *
 *     M = Σ_{l≤L} decay^{l−1} count(i → j at lag l)        M ← M + β Mᵀ
 *     T_ij = M_ij / ((Σ_j M_ij + c)^a · max(Σ_i M_ij, 1)^b)
 *     score = x_u T
 */
export function trainSkipMarkov(
  interactions: Interactions,
  settings: SkipMarkovSettings = SKIP_MARKOV,
): SkipMarkovState {
  const { forgetting, length } = settings
  return {
    T: packRows(scaledTransitions(interactions, settings), interactions.items),
    memory: { decay: forgetting, length },
  }
}

/** T, with all its digits. */
export function scaledTransitions(interactions: Interactions, settings: SkipMarkovSettings): SparseRows {
  const { smoothing, originExponent, destinationExponent, keep } = settings
  const { origins, destinations } = transitionSums(interactions, settings)
  const origin = origins.map(sum => (sum + smoothing) ** -originExponent)
  const destination = destinations.map(sum => Math.max(sum, 1) ** -destinationExponent)
  return transitions(interactions, settings, { keep, origin, destination })
}

/** Scores by the transitions from the items of the history, newer ones more. */
export function openSkipMarkov({ T: rows, memory }: SkipMarkovState): Model {
  const T = packRows(rows, rows.offsets.length - 1)
  const list = new RowList()
  return {
    score(query, out) {
      list.clear()
      forRecent(query, memory, (item, weight) => list.add(item, weight))
      out.addPackedRows(T, list)
    },
    steps: query => rowSteps(query, memory, T),
    contributions: (query, items, each) => rowParts(query, { memory, matrix: T }, items, each),
  }
}

type Lags = Pick<SkipMarkovSettings, 'lags' | 'decay' | 'reverse'>

/** How T is made of M: how many destinations are kept, and the factors of an entry. */
interface Scaling {
  readonly keep: number
  readonly origin: Float64Array
  readonly destination: Float64Array
}

/** M: how often j came up to L steps after i, nearer ones counting more. Scaled, it is T. */
export function transitions(
  interactions: Interactions,
  lags: Lags,
  scaling: Scaling = unscaled(interactions.items),
): SparseRows {
  const sequences = sequencesOf(interactions)
  const at = occurrencesOf(interactions)
  const { lags: most, decay, reverse } = lags
  const shared = {
    rows: interactions.items,
    sequences,
    at,
    lags: { lags: most, decay, reverse },
    scaling: share(scaling),
  }
  return buildTogether(chain, shared, 2 * most * interactions.sequence.length)
}

function unscaled(items: number): Scaling {
  const ones = new Float64Array(items).fill(1)
  return { keep: items, origin: ones, destination: ones }
}

interface Chain {
  readonly rows: number
  readonly sequences: Sequences
  readonly at: Occurrences
  readonly lags: Lags
  readonly scaling: Scaling
}

export const chain = rowsJob<Chain>(import.meta.url, 'chain', ({ rows, sequences, at, lags: settings, scaling }) => {
  const { offsets, sequence, weights } = sequences
  const { lags, decay, reverse } = settings
  const { keep, origin, destination } = scaling
  const steps = Float64Array.from({ length: lags }, (_, l) => decay ** l)
  const fill = (i: number, sums: Sums) => {
    for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
      const position = at.positions[o]!
      const end = Math.min(offsets[at.users[o]! + 1]! - 1, position + lags)
      const start = Math.max(offsets[at.users[o]!]!, position - lags)
      const counts = origin[i]! * (weights ? weights[position]! : 1)
      const add = (q: number, step: number) => {
        const j = sequence[q]!
        sums.add(j, counts * step * destination[j]! * (weights ? weights[q]! : 1))
      }
      for (let q = position + 1; q <= end; q++) add(q, steps[q - position - 1]!)
      if (reverse === 0) continue
      for (let q = position - 1; q >= start; q--) add(q, reverse * steps[position - q - 1]!)
    }
  }
  return rowBuilder(rows, fill, { keep })
})

/** Σ_j M_ij and Σ_i M_ij, without M. */
function transitionSums({ users, items, offsets, sequence, weights }: Interactions, { lags, decay, reverse }: Lags) {
  const [origins, destinations] = [new Float64Array(items), new Float64Array(items)]
  const steps = Float64Array.from({ length: lags }, (_, l) => decay ** l)
  for (let user = 0; user < users; user++)
    for (let p = offsets[user]!; p < offsets[user + 1]!; p++)
      for (let q = p + 1; q <= Math.min(p + lags, offsets[user + 1]! - 1); q++) {
        const count = steps[q - p - 1]! * (weights ? weights[p]! * weights[q]! : 1)
        origins[sequence[p]!]! += count
        destinations[sequence[q]!]! += count
        origins[sequence[q]!]! += reverse * count
        destinations[sequence[p]!]! += reverse * count
      }
  return { origins, destinations }
}
