import type { TeamJob } from '../../team/part.ts'
import { runOnAllCores } from '../../team/team.ts'
import type { Blend } from '../blend.ts'
import { fitConditionalLogit } from './conditional-logit.ts'
import { type ChoiceSettings, rememberScored, Trial } from './ndcg-of-weights.ts'
import { type Shortlist, speaks } from './shortlist.ts'

interface ChosenBlend extends Blend {
  /** The NDCG@k of the questions that weights and floor were chosen on. */
  readonly ndcg: number
  /** The best model alone. */
  readonly alone: { readonly weights: readonly number[]; readonly ndcg: number }
  /** The weights that make the targets most likely, where the ascent began. */
  readonly likely: readonly number[]
}

/** The floors that are tried. With a large one the logarithm is nearly a line, and the pool a sum of shares. */
export const FLOORS: readonly number[] = [0.01, 0.1, 1]

/** A search for weights: by which shortlists, and how. */
interface Search {
  readonly lists: number
  readonly settings: ChoiceSettings
  readonly floors: readonly number[]
  /** Which of the five parts of the questions is left out, if any. */
  readonly without?: number | undefined
  /** Weights from which the most likely ones are found sooner. */
  readonly near?: readonly number[] | undefined
  /** Whether each model may have weight; all may unless given. */
  readonly among?: readonly boolean[] | undefined
}

/**
 * Chooses weights and ε by questions that no model was trained on. It is coordinate ascent from the most likely weights
 * or from the best single model: one weight is changed at a time, and a change stays when the NDCG gets better. A model
 * may end with weight 0. Searches run on all cores.
 */
export function ascendAll(
  lists: readonly (readonly Shortlist[])[],
  models: number,
  wanted: readonly Search[],
): ChosenBlend[] {
  const sizes = lists.map(some => some.reduce((sum, { size, targets }) => sum + (targets > 0 ? size : 0), 0))
  const searches = wanted
    .flatMap(({ floors, ...search }, of) => floors.map(floor => ({ ...search, of, floor })))
    // Those of one ε together, which have the same logarithms; the longest first, so that no thread waits for them.
    .sort((a, b) => a.floor - b.floor || sizes[b.lists]! - sizes[a.lists]!)
  const listed = searches.reduce((sum, search) => sum + sizes[search.lists]!, 0)
  const telling = lists.map(some => some.map(list => (list.targets > 0 ? list : SILENT)))
  const tried = runOnAllCores(ascents, { lists: telling, models, searches }, [searches.length], STEPS * listed)
  return wanted.map((_, of) =>
    tried.filter((_, at) => searches[at]!.of === of).reduce((a, b) => (b.ndcg > a.ndcg ? b : a)),
  )
}

/** The shortlist of a question that has no target on it: nothing is learned from it, and it is told to no thread. */
const SILENT: Shortlist = {
  shares: new Float32Array(),
  size: 0,
  targets: 0,
  relevant: 0,
  habits: new Float32Array(),
  lags: new Float32Array(),
  lifts: new Float32Array(),
  steps: new Float32Array(),
}

/** How often every score is looked at in an ascent, about. */
const STEPS = 200

interface Ascents {
  readonly lists: readonly (readonly Shortlist[])[]
  readonly models: number
  readonly searches: readonly (Omit<Search, 'floors'> & { readonly floor: number })[]
}

/** A chunk is a search with one floor. */
export const ascents: TeamJob<Ascents, ChosenBlend> = {
  module: import.meta.url,
  name: 'ascents',
  begin({ lists, models, searches }) {
    const scoredOf = rememberScored(lists.flat(), [...Array(models).keys()])
    return (_phase, chunk) => {
      const { lists: at, without, floor, settings, near, among } = searches[chunk]!
      const asked = lists[at]!.filter((_, question) => question % FOLDS !== without)
      const isActive = Array.from(
        { length: models },
        (_, m) => (among?.[m] ?? true) && asked.some(list => speaks(list, m)),
      )
      const trial = new Trial(scoredOf(asked, floor, settings), asked.length, settings.k)
      return { floor, ...ascend(trial, isActive, near) }
    }
  },
}

/** The number of parts that questions are put into; a search may leave one part out. */
export const FOLDS = 5

/** Weights that a change tries: relative to the others, finer and finer. */
const FACTORS = [0, 0.5, 0.7, 0.85, 1.18, 1.4, 2]
const FIRST = [0.1, 0.25, 0.5, 1, 2]
const ROUNDS_MAX = 6
/** Less is not worth asking for. */
const WEIGHT_MIN = 0.02

/** Weights as shares of their sum. */
export function shares(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(weight => weight / sum)
}

/** The weights without those that are too small to ask for. */
export const withoutSmall = (weights: readonly number[]) =>
  shares(weights.map(weight => (weight < WEIGHT_MIN ? 0 : weight)))

/**
 * @param isActive of each model whether it says anything; the others keep a weight of 0
 * @param near weights near which the most likely ones are
 */
function ascend(trial: Trial, isActive: readonly boolean[], near: readonly number[] | undefined) {
  const models = isActive.length
  const units = Array.from({ length: models }, (_, m) => Array.from({ length: models }, (_, at) => (at === m ? 1 : 0)))
  const likely = fitConditionalLogit(trial.choices, isActive, near)
  const starts = [...units, ...(likely.some(weight => weight > 0) ? [shares(likely)] : [])].map(weights => ({
    weights,
    ndcg: trial.set(weights),
  }))
  const bestOfAll = (some: typeof starts) => some.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  const alone = bestOfAll(starts.slice(0, models))
  let { weights, ndcg: best } = bestOfAll(starts)
  trial.take(weights)
  let unchanged = 0
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = best
    for (let m = 0; m < models && unchanged < models; m++) {
      unchanged++
      if (!isActive[m]) continue
      const values = weights[m] === 0 ? FIRST : FACTORS.map(factor => factor * weights[m]!)
      const some = values.filter(value => value > 0 || weights.some((weight, at) => at !== m && weight > 0))
      const ndcgs = trial.qualities(
        m,
        some.map(value => value - weights[m]!),
      )
      const tried = some.map((value, at) => ({ value, ndcg: ndcgs[at]! }))
      const change = tried.reduce((a, b) => (b.ndcg > a.ndcg ? b : a), { value: weights[m]!, ndcg: best })
      if (change.ndcg === best) continue
      best = change.ndcg
      weights = weights.with(m, change.value)
      trial.take(weights)
      unchanged = 0
    }
    if (best - before < 1e-5) break
  }
  const kept = withoutSmall(shares(weights))
  return { weights: kept, ndcg: trial.set(kept), alone, likely }
}
