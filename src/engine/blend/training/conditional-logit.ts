import type { Shortlist } from './shortlist.ts'

/** One question: the logarithms that the weights multiply, [model][item], and what every item has besides. */
export interface ChoiceSet extends Pick<Shortlist, 'size' | 'targets'> {
  readonly logs: Float32Array
  readonly base: Float64Array
}

/** λ of the ridge on the weights: enough to decide between models that say the same. */
const REGULARIZATION = 1
/** So many questions tell the weights well enough: they are where a climb begins. */
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
 * @param heard whether a model says anything; the others keep a weight of 0
 * @param near weights to begin at
 * @returns the weight of each model
 */
export function fitConditionalLogit(
  questions: readonly ChoiceSet[],
  heard: readonly boolean[],
  near: readonly number[] = heard.map(() => 1),
): readonly number[] {
  const models = [...heard.keys()].filter(m => heard[m])
  const all = questions.filter(({ targets }) => targets > 0)
  const apart = Math.ceil(all.length / QUESTIONS_MAX)
  const answerable = all.filter((_, at) => at % apart === 0)
  let w = models.map(m => near[m]!)
  let best = likelihood(answerable, models, w)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const step = newtonStep(slopes(answerable, models, w), w)
    const before = best
    for (let length = 1; length > 1e-3; length /= 2) {
      const tried = w.map((weight, a) => Math.max(0, weight + length * step[a]!))
      const reached = likelihood(answerable, models, tried)
      if (reached <= best) continue
      ;[w, best] = [tried, reached]
      break
    }
    if (best - before < PROGRESS_MIN * answerable.length) break
  }
  return heard.map((_, m) => w[models.indexOf(m)] ?? 0)
}

/** The mean log likelihood of a target, without the ridge. */
export function logLikelihood(questions: readonly ChoiceSet[], weights: readonly number[]): number {
  const models = [...weights.keys()].filter(m => weights[m]! > 0)
  const w = models.map(m => weights[m]!)
  return (likelihood(questions, models, w) + ridge(w)) / Math.max(1, questions.length)
}

const ridge = (w: readonly number[]) => w.reduce((sum, weight) => sum + (REGULARIZATION / 2) * weight ** 2, 0)

/** exp(b + w x) by item, divided by the greatest. Returns their sum. */
function odds({ logs, base, size }: ChoiceSet, models: readonly number[], w: readonly number[], out: Float64Array) {
  out.set(base)
  for (let a = 0; a < models.length; a++) {
    const [from, weight] = [models[a]! * size, w[a]!]
    if (weight > 0) for (let i = 0; i < size; i++) out[i]! += weight * logs[from + i]!
  }
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < size; i++) most = Math.max(most, out[i]!)
  let total = 0
  for (let i = 0; i < size; i++) total += out[i] = Math.exp(out[i]! - most)
  return total
}

function likelihood(questions: readonly ChoiceSet[], models: readonly number[], w: readonly number[]): number {
  const room = roomFor(questions)
  let sum = -ridge(w)
  for (const question of questions) {
    const total = odds(question, models, w, room)
    for (let t = 0; t < question.targets; t++) sum += Math.log(Math.max(room[t]! / total, P_MIN)) / question.targets
  }
  return sum
}

/** The gradient of the likelihood, and its Hessian times −1: the covariances of the x. */
function slopes(questions: readonly ChoiceSet[], models: readonly number[], w: readonly number[]) {
  const n = models.length
  const gradient = Float64Array.from(w, weight => -REGULARIZATION * weight)
  const hessian = Array.from({ length: n }, (_, a) => new Float64Array(n).fill(0).with(a, REGULARIZATION))
  const [room, weighed] = [roomFor(questions), roomFor(questions)]
  const means = new Float64Array(n)
  for (const question of questions) {
    const { logs, size, targets } = question
    const total = odds(question, models, w, room)
    for (let a = 0; a < n; a++) {
      const from = models[a]! * size
      let [mean, own] = [0, 0]
      for (let i = 0; i < size; i++) mean += weighed[i] = room[i]! * logs[from + i]!
      for (let t = 0; t < targets; t++) own += logs[from + t]!
      means[a] = mean / total
      gradient[a]! += own / targets - means[a]!
      for (let b = 0; b <= a; b++) {
        const other = models[b]! * size
        let product = 0
        for (let i = 0; i < size; i++) product += weighed[i]! * logs[other + i]!
        hessian[a]![b]! += product / total - means[a]! * means[b]!
      }
    }
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) hessian[b]![a] = hessian[a]![b]!
  return { gradient, hessian }
}

/** The step to the top of the quadratic model, within w + step ≥ 0, a weight at a time. */
function newtonStep({ gradient, hessian }: ReturnType<typeof slopes>, w: readonly number[]): Float64Array {
  const step = new Float64Array(w.length)
  for (let pass = 0; pass < PASSES; pass++)
    for (let a = 0; a < w.length; a++) {
      const slope = gradient[a]! - hessian[a]!.reduce((sum, second, b) => sum + second * step[b]!, 0)
      step[a] = Math.max(-w[a]!, step[a]! + slope / hessian[a]![a]!)
    }
  return step
}

const roomFor = (questions: readonly ChoiceSet[]) =>
  new Float64Array(questions.reduce((most, { size }) => Math.max(most, size), 0))
