import type { Scores } from '../math/scores.ts'
import type { BlendQuery, Model } from './models/model.ts'

/** How much each of several models has to say, in their order; the weights sum up to 1. */
export type Blend = {
  readonly weights: readonly number[]
  /** ε: how little a model can say against an item. */
  readonly floor: number
}

/** The blend of a class of users: those with this many events or more, up to the next class. */
export type BlendOfClass = Blend & {
  readonly eventsFrom: number
  /** How much the context of a request counts, beside weights of the sum 1. */
  readonly contextWeight: number
  /** τ: how far apart probabilities are (training/sharpness.ts); 1 unless given. */
  readonly sharpness?: number
}

/**
 * Several models together: a logarithmic opinion pool, each score as a share of the model's greatest one. Genest and
 * Zidek, "Combining probability distributions", Statistical Science 1986; a product of experts.
 *
 *     score = Σ_m w_m log(max(score_m, 0) / max score_m + ε)
 *
 * A sum of z-scores, the usual way, lets the model with the heaviest tail decide (figures:
 * docs/measurements/0004-linear-models-blended.md). training/coordinate-ascent.ts finds weights and ε. A model of
 * weight 0 is not asked.
 *
 * The prior is the score of an item that no model scores for this request: Σ w log ε. Models with a prior of their own
 * add that instead. A model's score is added to it, so the other items cost nothing.
 *
 * @param heard told of the scores of each model that is asked; they are valid until it returns
 * @param prior room for the prior, all 0
 */
export function openBlend(
  models: readonly Model[],
  { weights, floor }: Blend,
  items: number,
  heard?: (model: Model, scores: Scores) => void,
  prior: Float64Array = new Float64Array(items),
): Model & { readonly prior: Float64Array } {
  const asked: { model: Model; weight: number }[] = []
  let silent = 0
  for (const [m, model] of models.entries()) {
    const weight = weights[m]!
    if (weight === 0) continue
    if (model.prior) addLogs(model.prior, weight, floor, prior)
    else {
      asked.push({ model, weight })
      silent += weight * Math.log(floor)
    }
  }
  for (let item = 0; item < items; item++) prior[item]! += silent
  return {
    prior,
    score(question: BlendQuery, out: Scores) {
      for (const { model, weight } of asked) {
        out.parts.clear()
        model.score(question, out.parts)
        heard?.(model, out.parts)
        out.addLogsOfParts(weight, floor)
      }
    },
  }
}

function addLogs(scores: Float64Array, weight: number, floor: number, sums: Float64Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), 0) || 1
  for (let item = 0; item < sums.length; item++)
    sums[item]! += weight * Math.log(Math.max(scores[item]!, 0) / most + floor)
}
