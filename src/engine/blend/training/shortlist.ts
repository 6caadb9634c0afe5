import type { Question } from '../../interactions.ts'
import { floatsOf, gather } from '../../math/floats.ts'
import { greatest } from '../../math/greatest.ts'
import { Scores } from '../../math/scores.ts'
import { type HabitsState, openHabits, UNTRAINED } from '../habits.ts'
import type { Model } from '../models/model.ts'

/** The models' scores of the items of a question that any of them would recommend. */
export interface Shortlist {
  /** [model][item], of each model's greatest score. */
  readonly shares: Float32Array
  readonly size: number
  /** How many of the items are targets; these come first. */
  readonly targets: number
  /** How many targets there are, listed or not. */
  readonly relevant: number
  /** By item, the log odds that it is taken again, where it is in the history; NaN where it is not. */
  readonly habits: Float32Array
  /** By item, the log lift of the steps since it was had. */
  readonly lags: Float32Array
  /** By item, the score of the request's context: log P(context | item) / P(context). */
  readonly lifts: Float32Array
  /** [model], about how long the question takes each: this many entries of a row. */
  readonly steps: Float32Array
}

/** Whether a model has any score above 0: without events, most have not. */
export function speaks({ shares, size }: Pick<Shortlist, 'shares' | 'size'>, m: number): boolean {
  for (let at = m * size; at < (m + 1) * size; at++) if (shares[at]! > 0) return true
  return false
}

/** A logarithm of a score takes as long as this many entries of a row. */
const STEPS_OF_LOGARITHM = 2

interface ShortlistSettings {
  /** How many of each model's best items of a question are looked at when weights are chosen. */
  readonly length: number
  /** Whether items of the history are listed too. */
  readonly repeats: boolean
  /** Scores the context of a request. */
  readonly context?: Model | undefined
  /** How users come back to what they had, where items of the history are listed. */
  readonly habits?: HabitsState | undefined
}

/** Returns a function that makes the shortlist of a question. */
export function shortlister(
  models: readonly Model[],
  items: number,
  { length, repeats, context, habits = UNTRAINED }: ShortlistSettings,
): (question: Question) => Shortlist {
  const all = Int32Array.from({ length: items }, (_, item) => item)
  const priors = models.map(
    ({ prior }) =>
      prior && { order: greatest(all, prior, length + SEEN_MAX), most: prior.reduce((a, b) => Math.max(a, b), 0) || 1 },
  )
  const scores = models.map(({ prior }) => new Scores(prior ? 0 : items))
  const lifted = new Scores(context ? items : 0)
  const eachOwnItem = openHabits(habits, items)
  const mosts = models.map((_, m) => priors[m]?.most ?? 1)
  const steps = new Float32Array(models.length)
  const isLeft = new Uint8Array(items)
  let last: Question | undefined
  return question => {
    const left = [repeats ? NOTHING : question.history, question.leftOut ?? NOTHING]
    for (const some of left) for (const item of some) isLeft[item] = 1
    const relevant = new Set([...question.targets].filter(item => isLeft[item] === 0))
    const found = new Set<number>()
    for (const [m, model] of models.entries()) {
      const order = priors[m]?.order
      const { values } = scores[m]!
      if (!order && (model.knows || !isAskedAgain(question, last))) {
        scores[m]!.clear()
        model.score(question, scores[m]!)
        mosts[m] = scores[m]!.greatest() || 1
        steps[m] = (model.steps?.(question) ?? 0) + STEPS_OF_LOGARITHM * scores[m]!.scored
        for (const some of left) for (const item of some) values[item] = 0
      }
      let taken = 0
      for (const item of order ?? greatest(scores[m]!.among(length), values, length)) {
        if (taken === length) break
        if (isLeft[item] === 1) continue
        taken++
        found.add(item)
      }
    }
    last = question
    for (const some of left) for (const item of some) isLeft[item] = 0
    const targets = [...relevant].filter(item => found.has(item))
    const listed = Int32Array.from(new Set([...targets, ...found]))
    const shares = new Float32Array(listed.length * models.length)
    let at = 0
    for (const [m, model] of models.entries()) {
      const values = model.prior ?? scores[m]!.values
      for (const item of listed) shares[at++] = Math.max(values[item]!, 0) / mosts[m]!
    }
    lifted.clear()
    context?.score(question, lifted)
    const [odds, since] = [new Map<number, number>(), new Map<number, number>()]
    if (repeats)
      eachOwnItem(question.history, (item, logOdds, lag) => {
        odds.set(item, logOdds)
        since.set(item, lag)
      })
    return {
      shares,
      size: listed.length,
      targets: targets.length,
      relevant: relevant.size,
      habits: new Float32Array(floatsOf(listed, item => odds.get(item) ?? Number.NaN)),
      lags: new Float32Array(floatsOf(listed, item => since.get(item) ?? 0)),
      lifts: new Float32Array(context ? gather(lifted.values, listed) : NOTHING),
      steps: steps.slice(),
    }
  }
}

/** Whether only the properties may be others than in the question before. */
function isAskedAgain({ history, weights, context }: Question, last: Question | undefined): boolean {
  return last?.history === history && last.weights === weights && last.context === context
}

const NOTHING = new Int32Array()
/** Of a long history, at most this many of the most popular items may have been seen. */
const SEEN_MAX = 1000
