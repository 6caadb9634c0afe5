import { historyOf, type Interactions } from '../interactions.ts'
import { greatest } from '../math/sparse.ts'
import { invertSmall } from '../math/symmetric.ts'
import type { Model, Properties } from './model.ts'

export interface ColdUserSettings {
  /** λ of every property and pair, and of the bias. */
  readonly regularization: number
  readonly biasRegularization: number
  /** How many properties and pairs of them are used, those of the most users. */
  readonly featuresMax: number
}

export const COLD_USER: ColdUserSettings = { regularization: 300, biasRegularization: 1e-3, featuresMax: 600 }

/**
 * What users like, from their properties alone: ridge regression (Hoerl and Kennard, 1970) of their interactions on
 * their properties and on pairs of these, with a bias that is hardly penalised, so that of somebody of whom nothing is
 * known it gives the popularity.
 *
 *     W = (FᵀF + λI)⁻¹ FᵀX        score = f_u W
 */
export function trainColdUser(
  interactions: Interactions,
  properties: readonly Properties[],
  settings: ColdUserSettings = COLD_USER,
): Model {
  const { items } = interactions
  const numbers = numberFeatures(properties, settings.featuresMax)
  const F = properties.map(one => featuresOf(one, numbers))
  const n = numbers.size + 1
  const FtF = new Float64Array(n * n)
  const FtX = new Float64Array(n * items)
  for (const [user, f_u] of F.entries())
    for (const i of f_u) {
      for (const j of f_u) FtF[i * n + j]! += 1
      for (const item of historyOf(interactions, user)) FtX[i * items + item]! += 1
    }
  for (let i = 0; i < n; i++) FtF[i * n + i]! += i === BIAS ? settings.biasRegularization : settings.regularization
  const inverse = invertSmall(FtF, n)
  return {
    score(_history, out, properties = []) {
      const f_u = featuresOf(properties, numbers)
      out.fill(0)
      // (f_u (FᵀF + λI)⁻¹) FᵀX: the row first, so that W need not be kept.
      for (let i = 0; i < n; i++) {
        const weight = f_u.reduce((sum, f) => sum + inverse[f * n + i]!, 0)
        const row = i * items
        for (let item = 0; item < items; item++) out[item]! += weight * FtX[row + item]!
      }
    },
  }
}

const BIAS = 0

/** Gives the most frequent properties and pairs the numbers from 1. */
function numberFeatures(properties: readonly Properties[], most: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const one of properties) for (const name of namesOf(one)) counts.set(name, (counts.get(name) ?? 0) + 1)
  const names = [...counts.keys()].sort()
  const all = Int32Array.from(names, (_, i) => i)
  const frequent = greatest(
    all,
    names.map(name => counts.get(name)!),
    most,
  )
  return new Map(Array.from(frequent, (at, number) => [names[at]!, number + 1]))
}

function featuresOf(properties: Properties, numbers: ReadonlyMap<string, number>): number[] {
  return [BIAS, ...namesOf(properties).flatMap(name => numbers.get(name) ?? [])]
}

/** Of ['f', '25'] the names ["0=f"], ["1=25"] and the pair of both; what is not known (null) has none. */
function namesOf(properties: Properties): string[] {
  const known = properties.flatMap((value, column) => (value === null ? [] : [JSON.stringify([column, value])]))
  return known.flatMap((one, i) => [one, ...known.slice(0, i).map(other => other + one)])
}
