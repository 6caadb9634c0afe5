import { clearlyBest, meanOf } from '../../math/mean.ts'
import type { TeamJob } from '../../team/part.ts'
import { runOnAllCores } from '../../team/team.ts'
import type { Blend } from '../blend.ts'
import { allWorthwhile } from './backward-elimination.ts'
import { fitConditionalLogit } from './conditional-logit.ts'
import { type ChoiceSettings, gainsOf, rememberScored, Trial } from './ndcg-of-weights.ts'
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

/** The choice to make: of which shortlists, and how. */
interface Wish {
  readonly lists: number
  readonly settings: ChoiceSettings
  readonly floors: readonly number[]
  /** The fifth of the questions that is left out, if any. */
  readonly without?: number | undefined
  /** Weights from which the most likely ones are found sooner. */
  readonly near?: readonly number[] | undefined
  /** Whether each model may have weight; all may unless given. */
  readonly among?: readonly boolean[] | undefined
}

/**
 * Chooses weights and ε by questions that no model was trained on. It is coordinate ascent from the most likely weights
 * or from the best single model: one weight is changed at a time, and a change stays when the NDCG gets better. A model
 * may end with weight 0. Wishes are seen to on all cores.
 */
export function chooseAll(
  lists: readonly (readonly Shortlist[])[],
  models: number,
  wishes: readonly Wish[],
): ChosenBlend[] {
  const sizes = lists.map(some => some.reduce((sum, { size, targets }) => sum + (targets > 0 ? size : 0), 0))
  const climbs = wishes
    .flatMap(({ floors, ...wish }, of) => floors.map(floor => ({ ...wish, of, floor })))
    // Those of one ε together, which have the same logarithms; the longest first, so that no thread waits for them.
    .sort((a, b) => a.floor - b.floor || sizes[b.lists]! - sizes[a.lists]!)
  const listed = climbs.reduce((sum, climb) => sum + sizes[climb.lists]!, 0)
  const telling = lists.map(some => some.map(list => (list.targets > 0 ? list : SILENT)))
  const tried = runOnAllCores(climbing, { lists: telling, models, climbs }, [climbs.length], STEPS * listed)
  return wishes.map((_, of) =>
    tried.filter((_, at) => climbs[at]!.of === of).reduce((a, b) => (b.ndcg > a.ndcg ? b : a)),
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

interface Climbing {
  readonly lists: readonly (readonly Shortlist[])[]
  readonly models: number
  readonly climbs: readonly (Omit<Wish, 'floors'> & { readonly floor: number })[]
}

/** A chunk is a wish with one floor. */
export const climbing: TeamJob<Climbing, ChosenBlend> = {
  module: import.meta.url,
  name: 'climbing',
  begin({ lists, models, climbs }) {
    const scoredOf = rememberScored(lists.flat(), [...Array(models).keys()])
    return (_phase, chunk) => {
      const { lists: at, without, floor, settings, near, among } = climbs[chunk]!
      const asked = lists[at]!.filter((_, question) => question % PARTS !== without)
      const heard = Array.from(
        { length: models },
        (_, m) => (among?.[m] ?? true) && asked.some(list => speaks(list, m)),
      )
      const trial = new Trial(scoredOf(asked, floor, settings), asked.length, settings.k)
      return { floor, ...ascend(trial, heard, near) }
    }
  },
}

/** The NDCG@k that a blend has on the shortlists. */
export function qualityOf(shortlists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): number {
  return meanOf(gainsOf(shortlists, [{ blend, settings }])[0]!)
}

/** Into how many parts questions are put, each asked of what the others choose. */
const PARTS = 5

/** A blend, and the choices that it was made of: each knows four fifths of the questions. */
export interface SoundBlend extends Blend {
  readonly folds: readonly Blend[]
}

/** Questions that choose a blend. */
interface SoundSet {
  readonly lists: readonly Shortlist[]
  /** Its ε, or the place of the set whose ε it has; it is chosen unless given. */
  readonly floor?: number | undefined
  readonly floorOf?: number | undefined
}

/**
 * A blend for each set of questions; undefined where there are fewer than `enough`. Its weights are the mean of five
 * choices, each without a fifth of the questions (bagging: Breiman, Machine Learning 1996): one choice follows chance.
 * Only models that are worth their time have weight.
 * The best model alone stands unless the blend is better by more than chance.
 */
export function chooseSoundly(
  sets: readonly SoundSet[],
  models: number,
  settings: ChoiceSettings,
  enough: number,
): (SoundBlend | undefined)[] {
  const lists = sets.map(({ lists }) => lists)
  const asked = [...sets.keys()].filter(set => lists[set]!.length >= enough)
  const open = asked.filter(set => sets[set]!.floor === undefined && sets[set]!.floorOf === undefined)
  const best = chooseAll(
    lists,
    models,
    open.map(set => ({ lists: set, settings, floors: FLOORS })),
  )
  const bestOf = (set: number) => best[open.indexOf(sets[set]!.floorOf ?? set)]
  const judged = asked.map(set => {
    const best = bestOf(set)
    return { lists: lists[set]!, settings, floor: sets[set]!.floor ?? best?.floor ?? FLOORS[0]!, near: best?.likely }
  })
  const allowed = allWorthwhile(judged, models)
  const wishes = asked.flatMap((set, at) => {
    const { floor, near } = judged[at]!
    const wish = { lists: set, settings, floors: [floor], near, among: allowed[at]! }
    return Array.from({ length: PARTS }, (_, without) => ({ ...wish, without }))
  })
  const chosen = chooseAll(lists, models, wishes)
  const found: (SoundBlend | undefined)[] = sets.map(() => undefined)
  for (const [at, set] of asked.entries()) {
    const own = chosen.slice(at * PARTS, (at + 1) * PARTS)
    const alone = own.map(({ alone, floor }) => ({ weights: alone.weights, floor }))
    const folds = isBetter(lists[set]!, own, alone, settings) ? own : alone
    found[set] = { ...bagged(folds), folds }
  }
  return found
}

/**
 * The places of the sets of questions whose own choice is better than a blend by more than chance. They are asked what
 * they chose by, which favours them. So no set that is missing here would be better by a sounder judgement.
 */
export function promising(
  sets: readonly (readonly Shortlist[])[],
  others: readonly Blend[],
  models: number,
  settings: ChoiceSettings,
): number[] {
  const own = chooseAll(
    sets,
    models,
    sets.map((_, lists) => ({ lists, settings, floors: [others[lists]!.floor], near: others[lists]!.weights })),
  )
  return [...sets.keys()].filter(set => {
    const askings = [others[set]!, own[set]!].map(blend => ({ blend, settings }))
    return clearlyBest(gainsOf(sets[set]!, askings)) === 1
  })
}

/**
 * The blend that was chosen by these questions where it is better on them than another, by more than chance; otherwise
 * the other, which more questions chose.
 */
export function soundest(lists: readonly Shortlist[], own: SoundBlend, other: Blend, settings: ChoiceSettings): Blend {
  return isBetter(
    lists,
    own.folds,
    own.folds.map(() => other),
    settings,
  )
    ? own
    : other
}

/**
 * Whether one choice is clearly better than another, each fifth of the questions asked of what the others chose (Stone,
 * "Cross-validatory choice", JRSS B 1974).
 */
function isBetter(
  lists: readonly Shortlist[],
  chosen: readonly Blend[],
  others: readonly Blend[],
  settings: ChoiceSettings,
): boolean {
  const folds = others.map((other, fold) => {
    const asked = lists.filter((_, at) => at % PARTS === fold)
    return gainsOf(
      asked,
      [other, chosen[fold]!].map(blend => ({ blend, settings })),
    )
  })
  const gains = [0, 1].map(which => Float64Array.from(folds.flatMap(both => [...both[which]!])))
  return clearlyBest(gains) === 1
}

/** Blends of one floor put together. */
function bagged(blends: readonly Blend[]): Blend {
  const [{ floor, weights }] = blends as readonly [Blend]
  const means = weights.map((_, m) => blends.reduce((sum, { weights }) => sum + weights[m]!, 0))
  return { floor, weights: withoutSmall(shares(means)) }
}

/** Weights that a change tries: relative to the others, finer and finer. */
const FACTORS = [0, 0.5, 0.7, 0.85, 1.18, 1.4, 2]
const FIRST = [0.1, 0.25, 0.5, 1, 2]
const ROUNDS_MAX = 6
/** Less is not worth asking for. */
const WEIGHT_MIN = 0.02

function shares(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(weight => weight / sum)
}

const withoutSmall = (weights: readonly number[]) => shares(weights.map(weight => (weight < WEIGHT_MIN ? 0 : weight)))

/**
 * @param heard of each model whether it says anything; the others keep a weight of 0
 * @param near weights near which the most likely ones are
 */
function ascend(trial: Trial, heard: readonly boolean[], near: readonly number[] | undefined) {
  const models = heard.length
  const units = Array.from({ length: models }, (_, m) => Array.from({ length: models }, (_, at) => (at === m ? 1 : 0)))
  const likely = fitConditionalLogit(trial.choices, heard, near)
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
      if (!heard[m]) continue
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
