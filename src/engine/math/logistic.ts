/**
 * Examples of having features and of not having them: example e has features[offsets[e] .. offsets[e+1]], each once.
 */
export interface Examples {
  readonly offsets: Int32Array
  readonly features: Int32Array
  /** 1 or 0. */
  readonly labels: Uint8Array
}

interface LogisticSettings {
  /** λ; the first feature, the bias that every example has, is hardly penalised. */
  readonly regularization: number
  readonly roundsMax: number
}

/**
 * Logistic regression with a ridge, a weight at a time by Newton's method within bounds. Genkin, Lewis and Madigan,
 * "Large-scale Bayesian logistic regression for text categorization", Technometrics 2007. No randomness, no step size.
 *
 *     min Σ_e log(1 + exp(−±w·x_e)) + λ/2 |w|²        P(label_e = 1) = 1 / (1 + exp(−w·x_e))
 */
export function trainLogistic(
  { offsets, features, labels }: Examples,
  featureCount: number,
  { regularization, roundsMax }: LogisticSettings,
): Float64Array {
  const examplesOf = transpose(offsets, features, featureCount)
  const w = new Float64Array(featureCount)
  const margins = new Float64Array(labels.length)
  const bounds = new Float64Array(featureCount).fill(1)
  for (let round = 0; round < roundsMax; round++) {
    let moved = 0
    for (let f = 0; f < featureCount; f++) {
      const examples = examplesOf(f)
      if (examples.length === 0) continue
      const lambda = f === 0 ? 1e-3 : regularization
      let gradient = lambda * w[f]!
      let curvature = lambda
      for (const e of examples) {
        const p = sigmoid(margins[e]!)
        gradient += p - labels[e]!
        curvature += p * (1 - p)
      }
      const step = Math.max(-bounds[f]!, Math.min(bounds[f]!, -gradient / curvature))
      bounds[f] = Math.max(2 * Math.abs(step), bounds[f]! / 2)
      w[f]! += step
      for (const e of examples) margins[e]! += step
      moved = Math.max(moved, Math.abs(step))
    }
    if (moved < 1e-3) break
  }
  return w
}

/** The logistic function, 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function transpose(offsets: Int32Array, features: Int32Array, featureCount: number) {
  const starts = new Int32Array(featureCount + 1)
  for (const f of features) starts[f + 1]!++
  for (let f = 0; f < featureCount; f++) starts[f + 1]! += starts[f]!
  const next = starts.slice()
  const examples = new Int32Array(features.length)
  for (let e = 0; e < offsets.length - 1; e++)
    for (let at = offsets[e]!; at < offsets[e + 1]!; at++) examples[next[features[at]!]!++] = e
  return (f: number) => examples.subarray(starts[f], starts[f + 1])
}
