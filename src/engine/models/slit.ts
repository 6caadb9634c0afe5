import { historyOf, type Interactions, weightsOf } from '../interactions.ts'
import { concatenateRows, greatestOfRows, type SparseRows } from '../math/sparse.ts'
import { invert, multiplySparse, type Square, square } from '../math/symmetric.ts'
import { forRecent, type Memory, type Model } from './model.ts'
import { DENSE_KEEP, DENSE_SIZE_MAX, mostPopular, numbersOf } from './most-popular.ts'
import { transitions } from './skip-markov.ts'

export interface SlitSettings {
  /** The prefix is remembered once by each: a short memory and a long one tell apart what is new and what is usual. */
  readonly memories: readonly Memory[]
  /** λ */
  readonly regularization: number
  /** The rows of S: items times memories. Where there are more items, the most popular ones are taken. */
  readonly sizeMax: number
  /** How many entries of a row of B are kept, those of the greatest magnitude. */
  readonly keep: number
}

export const SLIT: SlitSettings = {
  memories: [
    { decay: 0.5, length: 12 },
    { decay: 0.9, length: 50 },
  ],
  regularization: 200,
  sizeMax: DENSE_SIZE_MAX,
  keep: DENSE_KEEP,
}

/** With one memory in the middle: for catalogues of which two memories would leave too much out. */
export const WIDE_SLIT: SlitSettings = { ...SLIT, memories: [{ decay: 0.8, length: 20 }] }

export type SlitState = {
  /** The rows of the first memory, one for each of the most popular items in their order, then those of the second. */
  readonly B: SparseRows
  readonly popular: Int32Array
  readonly items: number
  readonly memories: readonly Memory[]
}

/**
 * SLIT, a linear model of the next item: after SLIST (Choi et al., "Session-aware linear item-item models for
 * session-based recommendation", WWW 2021) and TALE (Park et al., "Temporal linear item-item model for sequential
 * recommendation", WSDM 2025). One row per position of every sequence: S is the decayed prefix, Y the next item.
 *
 *     B = (SᵀS + λI)⁻¹ SᵀY        score = x_u B
 *
 * With several memories S is [S_1 S_2 ...], one decay each, solved for at once. S_mᵀY is the skip-Markov chain's M.
 */
export function trainSlit(interactions: Interactions, settings: SlitSettings = SLIT): SlitState {
  const { memories, regularization, sizeMax, keep } = settings
  const popular = mostPopular(interactions, Math.floor(sizeMax / memories.length))
  const n = popular.items.length
  const M = concatenateRows(
    memories.map(({ decay, length }) => transitions(popular.interactions, { lags: length, decay, reverse: 0 })),
  )
  const P = square(n * memories.length, M.values.length)
  for (let a = 0; a < memories.length; a++)
    for (let b = 0; b <= a; b++) addGram(popular.interactions, P, a * n, memories[a]!, b * n, memories[b]!)
  for (let i = 0; i < P.n; i++) P.data[i * P.stride + i]! += regularization
  invert(P)
  const product = multiplySparse(P, M, n)
  const B = greatestOfRows(P.n, i => product.subarray(i * n, (i + 1) * n), keep, popular.items)
  return { B, popular: popular.items, items: interactions.items, memories }
}

export function openSlit({ B, popular, items, memories }: SlitState): Model {
  const rows = numbersOf(popular, items)
  const n = popular.length
  return {
    score(asked, out) {
      for (const [m, memory] of memories.entries())
        forRecent(asked, memory, (item, weight) => {
          if (rows[item]! >= 0) out.addRow(B, m * n + rows[item]!, weight)
        })
    },
  }
}

/**
 * Adds S_aᵀS_b, or the lower triangle of it where a is b. Items p ≤ q of a sequence meet in the prefix of every later
 * position t that is followed by another, a^{t−p} b^{t−q} each time (a and b: the decays), with the weight of what
 * follows:
 *
 *     Σ_{t≥q} w_{t+1} a^{t−p} b^{t−q} = a^{q−p} R_q        R_q = w_{q+1} + ab R_{q+1}
 *
 * so a pair is added once, not once for every t. (How far back is too far is asked of q − p, not of t − p.)
 */
function addGram(
  interactions: Interactions,
  { data, stride }: Square,
  aAt: number,
  a: Memory,
  bAt: number,
  b: Memory,
): void {
  const lags = Math.max(a.length, b.length)
  const steps = ({ decay, length }: Memory) =>
    Float64Array.from({ length: lags }, (_, lag) => (lag < length ? decay ** lag : 0))
  const [aEarlier, bEarlier] = [steps(a), steps(b)]
  for (let user = 0; user < interactions.users; user++) {
    const history = historyOf(interactions, user)
    const weights = weightsOf(interactions, user)
    let R_q = 0
    for (let q = history.length - 2; q >= 0; q--) {
      R_q = (weights?.[q + 1] ?? 1) + a.decay * b.decay * R_q
      const meetings = R_q * (weights?.[q] ?? 1)
      const j = history[q]!
      for (let p = q; p >= 0 && q - p < lags; p--) {
        const i = history[p]!
        const met = weights ? meetings * weights[p]! : meetings
        if (aAt !== bAt || i >= j) data[(aAt + i) * stride + bAt + j]! += met * aEarlier[q - p]!
        if (p !== q && (aAt !== bAt || j >= i)) data[(aAt + j) * stride + bAt + i]! += met * bEarlier[q - p]!
      }
    }
  }
}
