import type { Job } from '../team/part.ts'
import { together } from '../team/team.ts'
import type { Blend } from './models/blend.ts'
import type { Shortlist } from './shortlist.ts'
import { type ChoiceSettings, Trial } from './weight-trial.ts'

export interface ChosenBlend extends Blend {
  /** The NDCG@k of the questions that weights and floor were chosen on. */
  readonly ndcg: number
  /** The best model alone. */
  readonly alone: { readonly weights: readonly number[]; readonly ndcg: number }
}

/** The floors that are tried. With a large one the logarithm is nearly a line, and the pool a sum of shares. */
export const FLOORS: readonly number[] = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
/** Those that are tried where less depends on it. */
export const FEW_FLOORS: readonly number[] = [0.01, 0.1, 1]

/** What is to be chosen: of which shortlists and how. */
export interface Wish {
  readonly lists: number
  readonly settings: ChoiceSettings
  readonly floors: readonly number[]
  /** Where to begin, beside each model alone. */
  readonly start?: Blend | undefined
  /** The fifth of the questions that is left out, if any. */
  readonly without?: number | undefined
}

/**
 * Chooses weights and ε by questions that no model was trained on, by coordinate ascent from the best single model, or
 * from `start` where that is better: one weight is changed at a time, and a change stays when the NDCG gets better. A
 * model may end with weight 0. Wishes are seen to on all cores.
 */
export function chooseAll(
  lists: readonly (readonly Shortlist[])[],
  models: number,
  wishes: readonly Wish[],
): ChosenBlend[] {
  const climbs = wishes.flatMap(({ floors, ...wish }) => floors.map(floor => ({ ...wish, floor })))
  const sizes = lists.map(some => some.reduce((sum, { size }) => sum + size, 0))
  const listed = climbs.reduce((sum, climb) => sum + sizes[climb.lists]!, 0)
  const tried = together(climbing, { lists, models, climbs }, [climbs.length], STEPS * listed)
  let at = 0
  return wishes.map(({ floors }) => {
    const own = tried.slice(at, at + floors.length)
    at += floors.length
    return own.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  })
}

/** One wish. */
export function chooseWeights(
  lists: readonly Shortlist[],
  models: number,
  settings: ChoiceSettings,
  start?: Blend,
  floors: readonly number[] = FLOORS,
): ChosenBlend {
  return chooseAll([lists], models, [{ lists: 0, settings, floors, start }])[0]!
}

/** How often every score is looked at in an ascent, about. */
const STEPS = 200

interface Climbing {
  readonly lists: readonly (readonly Shortlist[])[]
  readonly models: number
  readonly climbs: readonly (Omit<Wish, 'floors'> & { readonly floor: number })[]
}

/** A chunk is a wish with one floor. */
export const climbing: Job<Climbing, ChosenBlend> = {
  module: import.meta.url,
  name: 'climbing',
  begin:
    ({ lists, models, climbs }) =>
    (_phase, chunk) => {
      const { lists: at, settings, start, without, floor } = climbs[chunk]!
      const asked = lists[at]!.filter((_, question) => question % PARTS !== without)
      const heard = Array.from({ length: models }, (_, m) => asked.some(list => speaks(list, m)))
      const begin = start?.weights.map((weight, m) => (heard[m] ? weight : 0))
      return { floor, ...ascend(new Trial(asked, models, floor, settings), heard, begin) }
    },
}

/** The NDCG@k that a blend has on the shortlists. */
export function qualityOf(shortlists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): number {
  return new Trial(shortlists, blend.weights.length, blend.floor, settings).set(blend.weights)
}

/** Into how many parts questions are put, each asked of what the others choose. */
export const PARTS = 5

/**
 * Whether a choice of weights is better than the best model alone on questions that chose neither, by more than so many
 * standard errors: each fifth is asked of what the other four chose (Stone, "Cross-validatory choice", JRSS B 1974; the
 * rule of one standard error: Breiman et al., 1984). What is best on few questions is so in part by chance.
 *
 * @param chosen by the questions without the first fifth, without the second, ...
 */
export function holdsUp(
  shortlists: readonly Shortlist[],
  chosen: readonly ChosenBlend[],
  settings: ChoiceSettings,
  errors: number,
): boolean {
  const gains = chosen.flatMap((blend, part) => {
    const single = { weights: blend.alone.weights, floor: blend.floor }
    const asked = shortlists.filter((_, at) => at % PARTS === part)
    return asked.map(list => qualityOf([list], blend, settings) - qualityOf([list], single, settings))
  })
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / gains.length
  return mean > errors * Math.sqrt(variance / gains.length)
}

/** Whether a model has any score above 0: without events, most have not. */
function speaks({ shares, size }: Shortlist, m: number): boolean {
  return shares.subarray(m * size, (m + 1) * size).some(share => share > 0)
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

/** `heard` has of each model whether it says anything; the others keep a weight of 0. */
function ascend(trial: Trial, heard: readonly boolean[], start?: readonly number[]) {
  const models = heard.length
  const units = Array.from({ length: models }, (_, m) => Array.from({ length: models }, (_, at) => (at === m ? 1 : 0)))
  const starts = [...units, ...(start ? [start] : [])].map(weights => ({ weights, ndcg: trial.set(weights) }))
  const bestOfAll = (some: typeof starts) => some.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  const alone = bestOfAll(starts.slice(0, models))
  let { weights, ndcg: best } = bestOfAll(starts)
  trial.set(weights)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = best
    for (let m = 0; m < models; m++) {
      if (!heard[m]) continue
      const values = weights[m] === 0 ? FIRST : FACTORS.map(factor => factor * weights[m]!)
      const tried = values
        .filter(value => value > 0 || weights.some((weight, at) => at !== m && weight > 0))
        .map(value => ({ value, ndcg: trial.quality(m, value - weights[m]!) }))
      const change = tried.reduce((a, b) => (b.ndcg > a.ndcg ? b : a), { value: weights[m]!, ndcg: best })
      if (change.ndcg === best) continue
      best = change.ndcg
      weights = weights.with(m, change.value)
      trial.set(weights)
    }
    if (best - before < 1e-5) break
  }
  const kept = shares(shares(weights).map(weight => (weight < WEIGHT_MIN ? 0 : weight)))
  return { weights: kept, ndcg: trial.set(kept), alone }
}
