import { historyOf, type Interactions } from '../interactions.ts'
import { invert, rowsOf, square } from '../math/symmetric.ts'
import { addDenseRow, forRecent, type Memory, type Model } from './model.ts'
import { amongAll, DENSE_SIZE_MAX, mostPopular } from './most-popular.ts'

/** The memory is that of x_u, at serving: training knows no order. */
export interface EaseSettings extends Memory {
  /** λ */
  readonly regularization: number
  /** Where there are more items, the most popular ones are taken. */
  readonly itemsMax: number
}

export const EASE: EaseSettings = { regularization: 300, decay: 0.9, length: 80, itemsMax: DENSE_SIZE_MAX }

/**
 * EASEᴿ: Steck, "Embarrassingly shallow autoencoders for sparse data" (WWW 2019).
 *
 *     P = (XᵀX + λI)⁻¹        B = −P / diag P, its diagonal zero        score = x_u B
 */
export function trainEase(interactions: Interactions, settings: EaseSettings = EASE): Model {
  const popular = mostPopular(interactions, settings.itemsMax)
  const n = popular.items.length
  const P = square(n)
  for (let user = 0; user < interactions.users; user++) {
    const X_u = new Set(historyOf(popular.interactions, user))
    for (const i of X_u) for (const j of X_u) P.data[i * P.stride + j]! += 1
  }
  for (let i = 0; i < n; i++) P.data[i * P.stride + i]! += settings.regularization
  invert(P)
  const B = rowsOf(P)
  const diagonal = Float64Array.from({ length: n }, (_, i) => B[i * n + i]!)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) B[i * n + j]! = i === j ? 0 : -B[i * n + j]! / diagonal[j]!
  return amongAll(
    {
      score(history, out) {
        out.fill(0)
        forRecent(history, settings, (item, weight) => addDenseRow(B, n, item, weight, out))
      },
    },
    popular,
  )
}
