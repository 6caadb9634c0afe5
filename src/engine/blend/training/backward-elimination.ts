import { meanOf } from '../../math/mean.ts'
import type { TeamJob } from '../../team/part.ts'
import { runOnAllCores } from '../../team/team.ts'
import { fitConditionalLogit, logLikelihood } from './conditional-logit.ts'
import { type ChoiceSettings, scoredLists } from './ndcg-of-weights.ts'
import { type Shortlist, speaks } from './shortlist.ts'

/**
 * A model that takes a tenth of a question's time has to add a tenth of this to the log likelihood of its target. On
 * MovieLens-1M .0004 of that likelihood goes with a thousandth of NDCG@10.
 */
const WORTH = 0.01

/** A model that takes fewer is never left out for its time: they take some 35 of the 600 to 1,000 µs of a request. */
const FREE_STEPS = 50_000

/** Questions whose blend is chosen. */
interface Judging {
  readonly lists: readonly Shortlist[]
  readonly floor: number
  readonly settings: ChoiceSettings
  /** Weights from which the most likely ones are found sooner. */
  readonly near?: readonly number[] | undefined
}

/** How often every score is looked at, about. */
const STEPS = 200

/** `worthwhile` of several sets of questions, on all cores. */
export function allWorthwhile(sets: readonly Judging[], models: number): boolean[][] {
  const telling = sets.map(set => ({ ...set, lists: set.lists.filter(({ targets }) => targets > 0) }))
  const listed = telling.flatMap(({ lists }) => lists).reduce((sum, { size }) => sum + size, 0)
  return runOnAllCores(judgements, { sets: telling, models }, [sets.length], STEPS * listed)
}

/** A chunk is a set of questions. */
export const judgements: TeamJob<{ readonly sets: readonly Judging[]; readonly models: number }, boolean[]> = {
  module: import.meta.url,
  name: 'judgements',
  begin({ sets, models }) {
    return (_phase, chunk) => worthwhile(sets[chunk]!, models)
  },
}

/**
 * Whether each model may have weight in a blend: those whose time is worth what they make of the targets' likelihood,
 * beside the others. The model that lacks the most is left out, then the next, until each earns its time (backward
 * elimination). The likelihood tells so from 300 questions on, where NDCG@10 tells of 10,000. A model that takes next
 * to no time may always have weight.
 */
export function worthwhile({ lists, floor, settings, near }: Judging, models: number): boolean[] {
  const asked = lists.filter(({ targets }) => targets > 0)
  const choices = scoredLists(asked, [...Array(models).keys()], floor, settings)
  const steps = Array.from({ length: models }, (_, m) => meanOf(asked.map(list => list.steps[m]!))).map(mean =>
    mean < FREE_STEPS ? 0 : mean,
  )
  const fit = (among: readonly boolean[], from: readonly number[] | undefined) => {
    const weights = fitConditionalLogit(choices, among, from)
    return { weights, likelihood: logLikelihood(choices, weights) }
  }
  let kept = steps.map((_, m) => asked.some(list => speaks(list, m)))
  let best = fit(kept, near)
  for (;;) {
    kept = kept.map((isKept, m) => isKept && (steps[m] === 0 || best.weights[m]! > 0))
    const total = steps.reduce((sum, own, m) => sum + (kept[m] ? own : 0), 0)
    const tried = [...kept.keys()]
      .filter(m => kept[m] && steps[m]! > 0)
      .map(m => {
        const among = kept.with(m, false)
        const without = fit(among, best.weights)
        return { among, without, lacks: (WORTH * steps[m]!) / total - (best.likelihood - without.likelihood) }
      })
    const least = tried.reduce<(typeof tried)[number] | undefined>(
      (a, b) => (a && a.lacks >= b.lacks ? a : b),
      undefined,
    )
    if (!least || least.lacks <= 0) return kept
    kept = least.among
    best = least.without
  }
}
