import { addUp, type Choices, type Placed, setWeights } from './choices.ts'

/** λ of the ridge on the weights: enough to decide between models that say the same. */
const REGULARIZATION = 1
/** This many questions tell the weights well enough: they are where a climb begins. */
const QUESTIONS_MAX = 1000
const ROUNDS_MAX = 20
/** A round that raises a question's mean log likelihood by less is the last. */
const PROGRESS_MIN = 1e-4
const PASSES = 30
/** A target that habits rule out has no logarithm. */
const P_MIN = 1e-12

/**
 * Fits the conditional logit model of the choice of an item from a shortlist, by Newton's method with weights of 0 or
 * more (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974).
 *
 *     P(i) ∝ exp(b_i + Σ_m w_m x_mi)        max_{w ≥ 0} Σ_questions mean_targets log P(target) − λ/2 |w|²
 *
 * All places of a target tell something here, while NDCG@k tells of the first k alone. So fewer questions will do.
 *
 * @param isActive whether a model says anything; the others keep a weight of 0
 * @param near weights to begin at
 * @returns the weight of each model
 */
export function fitConditionalLogit(
  choices: Choices,
  isActive: readonly boolean[],
  near: readonly number[] = isActive.map(() => 1),
): readonly number[] {
  const all = choices.questions.filter(({ targets }) => targets > 0)
  const apart = Math.ceil(all.length / QUESTIONS_MAX)
  const asked = { ...choices, questions: all.filter((_, at) => at % apart === 0) }
  const totals = new Float64Array(asked.questions.length)
  let w = near.map((weight, m) => (isActive[m] ? weight : 0))
  let best = likelihood(asked, w, totals)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    // The odds that the likelihood was found by are those of w.
    const step = newtonStep(derivatives(asked, isActive, w, totals), w)
    const before = best
    for (let length = 1; length > 1e-3; length /= 2) {
      const tried = w.map((weight, m) => Math.max(0, weight + length * step[m]!))
      const reached = likelihood(asked, tried, totals)
      if (reached <= best) continue
      ;[w, best] = [tried, reached]
      break
    }
    if (best - before < PROGRESS_MIN * asked.questions.length) break
  }
  return w
}

/** The mean log likelihood of a target, without the ridge. */
export function logLikelihood(choices: Choices, weights: readonly number[]): number {
  const { length } = choices.questions
  return (likelihood(choices, weights, new Float64Array(length)) + ridge(weights)) / Math.max(1, length)
}

const ridge = (w: readonly number[]) => w.reduce((sum, weight) => sum + (REGULARIZATION / 2) * weight ** 2, 0)

/** Writes exp(b + w x) by item, divided by the greatest, and the totals of these by question. */
function likelihood(choices: Choices, w: readonly number[], totals: Float64Array): number {
  const { kernel, data, questions } = choices
  setWeights(choices, w)
  let sum = -ridge(w)
  for (let at = 0; at < questions.length; at++) {
    const question = questions[at]!
    const { sums, odds, bytes, targets } = question
    addUp(choices, question)
    const total = kernel.takeOdds(odds, sums, bytes)
    totals[at] = total
    for (let t = 0; t < targets; t++) sum += Math.log(Math.max(data[odds / 4 + t]! / total, P_MIN)) / targets
  }
  return sum
}

/** The gradient of the likelihood, and its Hessian times −1: the covariances of the x. */
function derivatives(choices: Choices, isActive: readonly boolean[], w: readonly number[], totals: Float64Array) {
  const { kernel, row, questions } = choices
  const n = w.length
  const models = [...w.keys()].filter(m => isActive[m])
  const gradient = Float64Array.from(w, weight => -REGULARIZATION * weight)
  const hessian = Array.from({ length: n }, (_, a) => new Float64Array(n).fill(0).with(a, REGULARIZATION))
  const means = new Float64Array(n)
  for (const [at, question] of questions.entries()) {
    const { odds, logs, bytes, targets } = question
    const total = totals[at]!
    for (const a of models) {
      means[a] = kernel.multiplyRows(row, odds, logs + a * bytes, bytes) / total
      gradient[a]! += sumOfTargets(choices, question, a) / targets - means[a]!
      for (const b of models) {
        if (b > a) break
        hessian[a]![b]! += kernel.productOfRows(row, logs + b * bytes, bytes) / total - means[a]! * means[b]!
      }
    }
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) hessian[b]![a] = hessian[a]![b]!
  return { gradient, hessian }
}

function sumOfTargets({ data }: Choices, { logs, bytes, targets }: Placed, model: number): number {
  const from = (logs + model * bytes) / 4
  let sum = 0
  for (let t = 0; t < targets; t++) sum += data[from + t]!
  return sum
}

/** The step to the top of the quadratic model, within w + step ≥ 0, a weight at a time. */
function newtonStep({ gradient, hessian }: ReturnType<typeof derivatives>, w: readonly number[]): Float64Array {
  const step = new Float64Array(w.length)
  for (let pass = 0; pass < PASSES; pass++)
    for (let a = 0; a < w.length; a++) {
      const slope = gradient[a]! - hessian[a]!.reduce((sum, second, b) => sum + second * step[b]!, 0)
      step[a] = Math.max(-w[a]!, step[a]! + slope / hessian[a]![a]!)
    }
  return step
}
