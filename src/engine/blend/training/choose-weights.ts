import { clearlyBest } from '../../math/mean.ts'
import type { Blend } from '../blend.ts'
import { allWorthwhile } from './backward-elimination.ts'
import { ascendAll, FLOORS, FOLDS, shares, withoutSmall } from './coordinate-ascent.ts'
import { type ChoiceSettings, gainsOf } from './ndcg-of-weights.ts'
import type { Shortlist } from './shortlist.ts'

/** A blend, and the choices that it was made of: each knows four fifths of the questions. */
export interface BaggedBlend extends Blend {
  readonly folds: readonly Blend[]
}

/** Questions that choose a blend. */
interface QuestionSet {
  readonly lists: readonly Shortlist[]
  /** Its ε, or the place of the set whose ε it has; it is chosen unless given. */
  readonly floor?: number | undefined
  readonly floorOf?: number | undefined
}

/**
 * A blend for each set of questions; undefined where there are fewer than `enough`. Its weights are the mean of five
 * choices, each without a fifth of the questions (bagging: Breiman, Machine Learning 1996): one choice follows chance.
 * Only models that are worth their time have weight. The best model alone stands unless the blend is better by more
 * than chance.
 */
export function chooseBagged(
  sets: readonly QuestionSet[],
  models: number,
  settings: ChoiceSettings,
  enough: number,
): (BaggedBlend | undefined)[] {
  const lists = sets.map(({ lists }) => lists)
  const asked = [...sets.keys()].filter(set => lists[set]!.length >= enough)
  const open = asked.filter(set => sets[set]!.floor === undefined && sets[set]!.floorOf === undefined)
  const best = ascendAll(
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
  const searches = asked.flatMap((set, at) => {
    const { floor, near } = judged[at]!
    const search = { lists: set, settings, floors: [floor], near, among: allowed[at]! }
    return Array.from({ length: FOLDS }, (_, without) => ({ ...search, without }))
  })
  const chosen = ascendAll(lists, models, searches)
  const found: (BaggedBlend | undefined)[] = sets.map(() => undefined)
  for (const [at, set] of asked.entries()) {
    const own = chosen.slice(at * FOLDS, (at + 1) * FOLDS)
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
  const own = ascendAll(
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
 * Returns the blend that was chosen by these questions if it is better on them than another, by more than chance.
 * Otherwise it returns the other, which more questions chose.
 */
export function betterOf(lists: readonly Shortlist[], own: BaggedBlend, other: Blend, settings: ChoiceSettings): Blend {
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
    const asked = lists.filter((_, at) => at % FOLDS === fold)
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
