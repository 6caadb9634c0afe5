import { meanOf } from '../math/mean.ts'

/** An action that was recommended, or might have been, and the outcome. */
export interface Judged {
  readonly action: number
  /** P(taken), as it was foretold. */
  readonly score: number
  readonly isTaken: boolean
}

export type ActionMetrics = {
  readonly precision: number
  readonly recall: number
  readonly area_under_the_curve: number
}

/**
 * The metrics of PERSONALIZED_ACTIONS:
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html. Precision of an action: the
 * share of the users it was recommended to who took it. Recall: the share of the users who took it that it was
 * recommended to. Both are means over the actions that have one.
 *
 * @param threshold from this score on an action counts as recommended
 */
export function actionMetrics(judged: readonly Judged[], threshold: number): ActionMetrics {
  const byAction = Map.groupBy(judged, ({ action }) => action)
  const shares = (of: (one: Judged) => boolean, among: (one: Judged) => boolean) =>
    meanOf(
      [...byAction.values()].flatMap(all => {
        const some = all.filter(among)
        return some.length === 0 ? [] : [some.filter(of).length / some.length]
      }),
    )
  const isRecommended = ({ score }: Judged) => score >= threshold
  const isTaken = (one: Judged) => one.isTaken
  return {
    precision: shares(isTaken, isRecommended),
    recall: shares(isRecommended, isTaken),
    area_under_the_curve: areaUnderTheCurve(judged),
  }
}

/**
 * The probability that a taken action has a greater score than one not taken, equal ones counting half; 0 without any
 * pair.
 */
export function areaUnderTheCurve(judged: readonly Judged[]): number {
  const sorted = judged.toSorted((a, b) => a.score - b.score)
  let below = 0
  let pairs = 0
  for (let from = 0; from < sorted.length; ) {
    let [taken, not] = [0, 0]
    const { score } = sorted[from]!
    for (; from < sorted.length && sorted[from]!.score === score; from++) sorted[from]!.isTaken ? taken++ : not++
    pairs += taken * (below + not / 2)
    below += not
  }
  const taken = judged.length - below
  return taken * below === 0 ? 0 : pairs / (taken * below)
}

/** Returns the score from which on recommending has the best F₁ over all. */
export function bestThreshold(judged: readonly Judged[]): number {
  const sorted = judged.toSorted((a, b) => b.score - a.score)
  const all = sorted.filter(({ isTaken }) => isTaken).length
  let best = { f: 0, threshold: 0.5 }
  let taken = 0
  for (const [at, { score, isTaken }] of sorted.entries()) {
    if (isTaken) taken++
    const f = (2 * taken) / (at + 1 + all)
    if (f > best.f && sorted[at + 1]?.score !== score) best = { f, threshold: score }
  }
  return best.threshold
}
