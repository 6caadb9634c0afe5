import { historyOf, type Interactions } from '../interactions.ts'
import { concatenateRows } from '../math/sparse.ts'
import { invert, multiplySparse, type Square, square } from '../math/symmetric.ts'
import { addDenseRow, forRecent, type Memory, type Model } from './model.ts'
import { amongAll, DENSE_SIZE_MAX, mostPopular } from './most-popular.ts'
import { transitions } from './skip-markov.ts'

export interface SlitSettings {
  /** The prefix is remembered once by each: a short memory and a long one tell apart what is new and what is usual. */
  readonly memories: readonly Memory[]
  /** λ */
  readonly regularization: number
  /** The rows of S: items times memories. Where there are more items, the most popular ones are taken. */
  readonly sizeMax: number
}

export const SLIT: SlitSettings = {
  memories: [
    { decay: 0.5, length: 12 },
    { decay: 0.9, length: 50 },
  ],
  regularization: 200,
  sizeMax: DENSE_SIZE_MAX,
}

/** With one memory in the middle: for catalogues of which two memories would leave too much out. */
export const WIDE_SLIT: SlitSettings = { ...SLIT, memories: [{ decay: 0.8, length: 20 }] }

/**
 * SLIT, a linear model of the next item: after SLIST (Choi et al., "Session-aware linear item-item models for
 * session-based recommendation", WWW 2021) and TALE (Park et al., "Temporal linear item-item model for sequential
 * recommendation", WSDM 2025). One row per position of every sequence: S is the decayed prefix, Y the next item.
 *
 *     B = (SᵀS + λI)⁻¹ SᵀY        score = x_u B
 *
 * With several memories S is [S_1 S_2 ...], one decay each, solved for at once. S_mᵀY is the skip-Markov chain's M.
 */
export function trainSlit(interactions: Interactions, settings: SlitSettings = SLIT): Model {
  const { memories, regularization, sizeMax } = settings
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
  const B = multiplySparse(P, M, n)
  return amongAll(
    {
      score(history, out) {
        out.fill(0)
        for (const [m, memory] of memories.entries())
          forRecent(history, memory, (item, weight) => addDenseRow(B, n, m * n + item, weight, out))
      },
    },
    popular,
  )
}

/**
 * Adds S_aᵀS_b, or the lower triangle of it where a is b. Items p ≤ q of a sequence meet in the prefix of every later
 * position t that is followed by another, a^{t−p} b^{t−q} each time (a and b: the decays):
 *
 *     Σ_{t≥q} a^{t−p} b^{t−q} = a^{q−p} (1 − (ab)^{positions t}) / (1 − ab)
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
  const weights = (memory: Memory) =>
    Float64Array.from({ length: lags }, (_, lag) =>
      lag < memory.length ? memory.decay ** lag / (1 - a.decay * b.decay) : 0,
    )
  const [aEarlier, bEarlier] = [weights(a), weights(b)]
  for (let user = 0; user < interactions.users; user++) {
    const history = historyOf(interactions, user)
    for (let q = 0; q < history.length - 1; q++) {
      const meetings = 1 - (a.decay * b.decay) ** (history.length - 1 - q)
      const j = history[q]!
      for (let p = q; p >= 0 && q - p < lags; p--) {
        const i = history[p]!
        if (aAt !== bAt || i >= j) data[(aAt + i) * stride + bAt + j]! += meetings * aEarlier[q - p]!
        if (p !== q && (aAt !== bAt || j >= i)) data[(aAt + j) * stride + bAt + i]! += meetings * bEarlier[q - p]!
      }
    }
  }
}
