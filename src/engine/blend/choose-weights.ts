import { clearlyBest, meanOf } from '../math/mean.ts'
import type { TeamJob } from '../team/part.ts'
import { runOnAllCores } from '../team/team.ts'
import { fitConditionalLogit } from './conditional-logit.ts'
import type { Blend } from './models/blend.ts'
import type { Shortlist } from './shortlist.ts'
import { type ChoiceSettings, gainsWith, scoredLists, Trial } from './weight-trial.ts'

export interface ChosenBlend extends Blend {
  /** The NDCG@k of the questions that weights and floor were chosen on. */
  readonly ndcg: number
  /** The best model alone. */
  readonly alone: { readonly weights: readonly number[]; readonly ndcg: number }
}

/** The floors that are tried. With a large one the logarithm is nearly a line, and the pool a sum of shares. */
export const FLOORS: readonly number[] = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
/** Those that are tried where less depends on it. */
const FEW_FLOORS: readonly number[] = [0.01, 0.1, 1]

/** What is to be chosen: of which shortlists and how. */
export interface Wish {
  readonly lists: number
  readonly settings: ChoiceSettings
  readonly floors: readonly number[]
  /** The fifth of the questions that is left out, if any. */
  readonly without?: number | undefined
}

/**
 * Chooses weights and ε by questions that no model was trained on, by coordinate ascent from the most likely weights or
 * from the best single model: one weight is changed at a time, and a change stays when the NDCG gets better. A model
 * may end with weight 0. Wishes are seen to on all cores.
 */
export function chooseAll(
  lists: readonly (readonly Shortlist[])[],
  models: number,
  wishes: readonly Wish[],
): ChosenBlend[] {
  const climbs = wishes.flatMap(({ floors, ...wish }) => floors.map(floor => ({ ...wish, floor })))
  const sizes = lists.map(some => some.reduce((sum, { size }) => sum + size, 0))
  const listed = climbs.reduce((sum, climb) => sum + sizes[climb.lists]!, 0)
  const tried = runOnAllCores(climbing, { lists, models, climbs }, [climbs.length], STEPS * listed)
  let at = 0
  return wishes.map(({ floors }) => {
    const own = tried.slice(at, at + floors.length)
    at += floors.length
    return own.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  })
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
    let last: { readonly of: Climbing['climbs'][number]; readonly scored: ReturnType<typeof scoredLists> } | undefined
    /** The wishes of one set of questions come one after another: all five that leave out a fifth have one ε. */
    const scoredOf = (climb: Climbing['climbs'][number]) => {
      const { lists: at, floor, settings } = climb
      if (last?.of.lists !== at || last.of.floor !== floor || last.of.settings !== settings)
        last = { of: climb, scored: scoredLists(lists[at]!, floor, settings) }
      return last.scored
    }
    return (_phase, chunk) => {
      const climb = climbs[chunk]!
      const { without, floor, settings } = climb
      const asked = scoredOf(climb).filter((_, question) => question % PARTS !== without)
      const heard = Array.from({ length: models }, (_, m) => asked.some(list => speaks(list, m)))
      return { floor, ...ascend(new Trial(asked, models, settings.k), heard) }
    }
  },
}

/** The NDCG@k that a blend has on the shortlists. */
export function qualityOf(shortlists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): number {
  return meanOf(gainsOf(shortlists, blend, settings))
}

/** The NDCG@k of each question, in a blend. */
function gainsOf(shortlists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): Float64Array {
  return gainsWith(shortlists, blend, [settings])[0]!
}

/** Into how many parts questions are put, each asked of what the others choose. */
const PARTS = 5

/** A blend, and the choices that it was made of: each knows four fifths of the questions. */
export interface SoundBlend extends Blend {
  readonly folds: readonly Blend[]
}

export interface SoundOptions {
  /** Fewer questions choose nothing. */
  readonly enough: number
  /** The ε that are tried. */
  readonly floors?: readonly number[]
}

/**
 * A blend for each set of questions; undefined where there are fewer than `enough`. Its weights are the mean of five
 * choices, each without a fifth of the questions (bagging: Breiman, Machine Learning 1996): one choice follows chance.
 * The best model alone stands unless the blend is better by more than chance.
 */
export function chooseSoundly(
  sets: readonly (readonly Shortlist[])[],
  models: number,
  settings: ChoiceSettings,
  { enough, floors = FEW_FLOORS }: SoundOptions,
): (SoundBlend | undefined)[] {
  const asked = [...sets.keys()].filter(lists => sets[lists]!.length >= enough)
  const best = chooseAll(sets, models, floors.length > 1 ? asked.map(lists => ({ lists, settings, floors })) : [])
  const wishes = asked.flatMap((lists, at) =>
    Array.from({ length: PARTS }, (_, without) => ({
      lists,
      settings,
      floors: [best[at]?.floor ?? floors[0]!],
      without,
    })),
  )
  const chosen = chooseAll(sets, models, wishes)
  const found: (SoundBlend | undefined)[] = sets.map(() => undefined)
  for (const [at, lists] of asked.entries()) {
    const own = chosen.slice(at * PARTS, (at + 1) * PARTS)
    const alone = own.map(({ alone, floor }) => ({ weights: alone.weights, floor }))
    const folds = isBetter(sets[lists]!, own, alone, settings) ? own : alone
    found[lists] = { ...bagged(folds), folds }
  }
  return found
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
  const gains = (blends: readonly Blend[]) =>
    Float64Array.from(
      blends.flatMap((blend, fold) => {
        const asked = lists.filter((_, at) => at % PARTS === fold)
        return [...gainsOf(asked, blend, settings)]
      }),
    )
  return clearlyBest([gains(others), gains(chosen)]) === 1
}

/** Blends of one floor put together. */
function bagged(blends: readonly Blend[]): Blend {
  const [{ floor, weights }] = blends as readonly [Blend]
  const means = weights.map((_, m) => blends.reduce((sum, { weights }) => sum + weights[m]!, 0))
  return { floor, weights: withoutSmall(shares(means)) }
}

/** Whether a model has any score above 0: without events, most have not. */
function speaks({ shares, size }: Shortlist, m: number): boolean {
  for (let at = m * size; at < (m + 1) * size; at++) if (shares[at]! > 0) return true
  return false
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

/** `heard` has of each model whether it says anything; the others keep a weight of 0. */
function ascend(trial: Trial, heard: readonly boolean[]) {
  const models = heard.length
  const units = Array.from({ length: models }, (_, m) => Array.from({ length: models }, (_, at) => (at === m ? 1 : 0)))
  const likely = fitConditionalLogit(trial.choices, heard)
  const starts = [...units, ...(likely.some(weight => weight > 0) ? [shares(likely)] : [])].map(weights => ({
    weights,
    ndcg: trial.set(weights),
  }))
  const bestOfAll = (some: typeof starts) => some.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  const alone = bestOfAll(starts.slice(0, models))
  let { weights, ndcg: best } = bestOfAll(starts)
  trial.set(weights)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = best
    for (let m = 0; m < models; m++) {
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
      trial.set(weights)
    }
    if (best - before < 1e-5) break
  }
  const kept = withoutSmall(shares(weights))
  return { weights: kept, ndcg: trial.set(kept), alone }
}
