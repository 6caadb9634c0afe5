import { type Interactions, occurrencesOf } from '../interactions.ts'
import { forRecent, type Model } from './model.ts'

export interface ContextKnnSettings {
  /** K: how many positions like this one are asked what came next. */
  readonly neighbours: number
  readonly decay: number
  readonly length: number
  /** How much more a nearer one is believed. */
  readonly exponent: number
}

export const CONTEXT_KNN: ContextKnnSettings = { neighbours: 1000, decay: 0.8, length: 20, exponent: 3 }

/**
 * Nearest neighbours among all moments of all users: in the manner of VS-kNN (Ludewig and Jannach, UMUAI 2018) and STAN
 * (Garg et al., SIGIR 2019), with a position of a sequence in the place of a session.
 *
 *     score_j = Σ_{t ∈ the K positions with the greatest cos(x_u, x_t), next item j} cos(x_u, x_t)³
 *
 * Nothing is trained; a request costs as many steps as the history's items have occurrences, times `length`.
 */
export function trainContextKnn(interactions: Interactions, settings: ContextKnnSettings = CONTEXT_KNN): Model {
  const { sequence, offsets } = interactions
  const { neighbours, decay, length, exponent } = settings
  const at = occurrencesOf(interactions)
  const norms = prefixNorms(interactions, settings)
  const dots = new Float32Array(sequence.length)
  const met = new Int32Array(sequence.length)
  const weights = Float64Array.from({ length }, (_, l) => decay ** l)
  return {
    score(history, out) {
      let count = 0
      forRecent(history, settings, (item, weight) => {
        for (let o = at.offsets[item]!; o < at.offsets[item + 1]!; o++) {
          const position = at.positions[o]!
          const steps = Math.min(length, offsets[at.users[o]! + 1]! - 1 - position)
          for (let l = 0; l < steps; l++) {
            if (dots[position + l] === 0) met[count++] = position + l
            dots[position + l]! += weight * weights[l]!
          }
        }
      })
      const positions = met.subarray(0, count)
      const norm = Math.sqrt(sumOfSquares(history, settings))
      for (const position of positions) dots[position] = dots[position]! / norms[position]! / norm
      const least = leastOfGreatest(positions, dots, neighbours)
      out.fill(0)
      for (const position of positions) {
        if (dots[position]! >= least) out[sequence[position + 1]!]! += dots[position]! ** exponent
        dots[position] = 0
      }
    },
  }
}

const STEPS = 2048

/** The k-th greatest cosine to 1/2048, rounded down, so that those from it on are k or a few more. No sorting. */
function leastOfGreatest(positions: Int32Array, cosines: Float32Array, k: number): number {
  const counts = new Int32Array(STEPS + 1)
  for (const position of positions) counts[Math.min(STEPS, Math.floor(cosines[position]! * STEPS))]!++
  let step = STEPS
  for (let count = counts[step]!; count < k && step > 0; count += counts[step]!) step--
  return step / STEPS
}

/** |x_t| of every position. An item that occurs twice within one prefix is counted apart. */
function prefixNorms(interactions: Interactions, settings: ContextKnnSettings): Float32Array {
  const norms = new Float32Array(interactions.sequence.length)
  for (let user = 0; user < interactions.users; user++)
    for (let at = interactions.offsets[user]!; at < interactions.offsets[user + 1]!; at++) {
      const prefix = Math.min(settings.length, at - interactions.offsets[user]! + 1)
      norms[at] = Math.sqrt((1 - settings.decay ** (2 * prefix)) / (1 - settings.decay ** 2))
    }
  return norms
}

function sumOfSquares(history: Int32Array, settings: ContextKnnSettings): number {
  let sum = 0
  forRecent(history, settings, (_item, weight) => {
    sum += weight * weight
  })
  return sum
}
