import { historyOf, type Interactions, weightsOf } from '../interactions.ts'
import { greatestOfRows, type SparseRows } from '../math/sparse.ts'
import { invert, square } from '../math/symmetric.ts'
import { forRecent, type Memory, type Model } from './model.ts'
import { DENSE_KEEP, DENSE_SIZE_MAX, mostPopular, numbersOf } from './most-popular.ts'

/** The memory is that of x_u, at serving: training knows no order. */
export interface EaseSettings {
  /** λ */
  readonly regularization: number
  readonly memory: Memory
  /** Where there are more items, the most popular ones are taken. */
  readonly itemsMax: number
  /** How many entries of a row are kept, those of the greatest magnitude. */
  readonly keep: number
}

export const EASE: EaseSettings = {
  regularization: 300,
  memory: { decay: 0.9, length: 80 },
  itemsMax: DENSE_SIZE_MAX,
  keep: DENSE_KEEP,
}

export type EaseState = {
  /** A row for each of the most popular items, in their order; its columns are items. */
  readonly B: SparseRows
  readonly popular: Int32Array
  readonly items: number
  readonly memory: Memory
}

/**
 * EASEᴿ: Steck, "Embarrassingly shallow autoencoders for sparse data" (WWW 2019).
 *
 *     P = (XᵀX + λI)⁻¹        B = −P / diag P, its diagonal zero        score = x_u B
 */
export function trainEase(interactions: Interactions, settings: EaseSettings = EASE): EaseState {
  const popular = mostPopular(interactions, settings.itemsMax)
  const n = popular.items.length
  const P = square(n)
  for (let user = 0; user < interactions.users; user++) {
    const { items, weights } = strongest(historyOf(popular.interactions, user), weightsOf(popular.interactions, user))
    for (let p = 0; p < items.length; p++)
      for (let q = 0; q <= p; q++) P.data[items[p]! * P.stride + items[q]!]! += weights[p]! * weights[q]!
  }
  for (let i = 0; i < n; i++) P.data[i * P.stride + i]! += settings.regularization
  invert(P)
  const minusDiagonal = Float32Array.from({ length: n }, (_, i) => -P.data[i * P.stride + i]!)
  const B_i = new Float32Array(n)
  const row = (i: number) => {
    for (let j = 0; j < n; j++) B_i[j] = i === j ? 0 : P.data[i * P.stride + j]! / minusDiagonal[j]!
    return B_i
  }
  const B = greatestOfRows(n, row, settings.keep, popular.items)
  return { B, popular: popular.items, items: interactions.items, memory: settings.memory }
}

export function openEase({ B, popular, items, memory }: EaseState): Model {
  const rows = numbersOf(popular, items)
  return {
    score(asked, out) {
      forRecent(asked, memory, (item, weight) => {
        if (rows[item]! >= 0) out.addRow(B, rows[item]!, weight)
      })
    },
  }
}

/** X_u: each item once, in rising order, with the greatest weight that one of its events has. */
function strongest(history: Int32Array, weights: Float32Array | undefined) {
  const most = new Map<number, number>()
  for (const [at, item] of history.entries()) most.set(item, Math.max(most.get(item) ?? 0, weights?.[at] ?? 1))
  const items = Int32Array.from(most.keys()).sort()
  return { items, weights: Float32Array.from(items, item => most.get(item)!) }
}
