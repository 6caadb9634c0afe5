import { clearlyBest } from '../../math/mean.ts'
import type { Blend, BlendOfClass } from '../blend.ts'
import type { HabitWeights } from '../habits.ts'
import { placeOf, type TrainedModel } from '../models.ts'
import { chooseHabit } from './choose-habit.ts'
import { type BaggedBlend, betterOf, chooseBagged, promising } from './choose-weights.ts'
import { ascendAll, FLOORS } from './coordinate-ascent.ts'
import { type ChoiceSettings, gainsOf } from './ndcg-of-weights.ts'
import { sharpnessOf } from './sharpness.ts'
import type { Shortlist } from './shortlist.ts'

/** Fewer questions choose nothing. */
const QUESTIONS_MIN = 30

/** The models to choose among, the aim, and the limits of the choice. */
interface Choosing {
  readonly parts: readonly TrainedModel[]
  /** Weights are chosen for the best mean NDCG of this many recommendations. */
  readonly k: number
  /** Whether items of the history are recommended too. */
  readonly mayRepeat: boolean
}

/**
 * A blend for each set of questions: those of each class from `froms` on, then maybe the same classes again. All
 * classes but the first choose one blend together, for the next event. A class between the first and the last has it
 * unless its own is better. How much habits count is one decision, by the first set of the last class.
 */
export function chooseBlends(
  sets: readonly (readonly Shortlist[])[],
  froms: readonly number[],
  { parts, k, mayRepeat }: Choosing,
): { readonly blends: readonly BlendOfClass[]; readonly habit: HabitWeights } {
  const last = froms.length - 1
  let first: Blend | undefined
  const start = () => (first ??= chooseFirst(sets[last]!, parts.length, k, mayRepeat))
  const hasHabits = mayRepeat && sets[last]!.length >= QUESTIONS_MIN
  const habit = hasHabits ? chooseHabit(sets[last]!, start(), k) : AS_THEY_ARE
  const settings = { k, habit }
  const kinds = Array.from({ length: sets.length / froms.length }, (_, kind) =>
    sets.slice(kind * froms.length, (kind + 1) * froms.length),
  )
  const found = chooseBagged(kinds.flatMap(questionSets), parts.length, settings, QUESTIONS_MIN)
  const blends = kinds.flatMap((classes, kind) => {
    const [first, shared = start(), usual] = found.slice(kind * 3, kind * 3 + 3)
    const others = chooseOthers(classes, shared, parts.length, settings)
    return froms.map((from, at) => {
      if (at === 0) return named(from, first ?? yielding(shared, parts, from))
      if (at === last) return named(from, usual ? betterOf(classes[last]!, usual, shared, settings) : shared)
      return named(from, others[at] ?? yielding(shared, parts, from))
    })
  })
  // Chosen again for the blend that most users have: its ε may be another, and its scores reach further or less far.
  return { blends, habit: hasHabits ? chooseHabit(sets[last]!, blends[last]!, k) : habit }
}

/** Those of the first class, of all later ones together, and of the last. */
function questionSets(classes: readonly (readonly Shortlist[])[], kind: number) {
  const pooled = classes.slice(1).flatMap(lists => lists.filter(({ relevant }) => relevant === 1))
  return [{ lists: classes[0]! }, { lists: pooled }, { lists: classes.at(-1)!, floorOf: kind * 3 + 1 }]
}

/** A blend by the questions of most users alone, the better one of habits for what they are and of none. */
function chooseFirst(lists: readonly Shortlist[], models: number, k: number, mayRepeat: boolean): Blend {
  const habits = mayRepeat ? [AS_THEY_ARE, AS_ANYTHING] : [AS_THEY_ARE]
  const searches = habits.map(habit => ({ lists: 0, settings: { k, habit }, floors: FLOORS }))
  return ascendAll([lists], models, searches).reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
}

/**
 * The blends of the classes between the first and the last: the shared one unless their own is better. Undefined where
 * there are too few questions.
 */
function chooseOthers(
  classes: readonly (readonly Shortlist[])[],
  shared: Blend,
  models: number,
  settings: ChoiceSettings,
): (Blend | undefined)[] {
  const asked = [...classes.keys()].slice(1, -1).filter(at => classes[at]!.length >= QUESTIONS_MIN)
  const lists = asked.map(at => classes[at]!)
  const others = lists.map(() => shared)
  const hopeful = promising(lists, others, models, settings)
  const sets = hopeful.map(at => ({ lists: lists[at]!, floor: shared.floor }))
  const own = chooseBagged(sets, models, settings, QUESTIONS_MIN)
  const blends: (Blend | undefined)[] = classes.map(() => undefined)
  for (const at of asked) blends[at] = shared
  for (const [place, at] of hopeful.entries())
    blends[asked[at]!] = betterOf(lists[at]!, own[place] as BaggedBlend, shared, settings)
  return blends
}

/** Habits count for what they are, or what was had is recommended as everything else. */
const AS_THEY_ARE: HabitWeights = { shift: 0, weight: 1 }
const AS_ANYTHING: HabitWeights = { shift: 0, weight: 0 }
const CONTEXT_WEIGHTS = [0, 0.25, 0.5, 1, 2]

export const usesContext = ({ contextWeight }: BlendOfClass) => contextWeight > 0

/**
 * The blends with the context's weight that is best on their own questions about the next event, or as much as the
 * usual blend has. A context is that of the next event: it says little of all that a newcomer does later.
 */
export function withContexts(
  blends: readonly BlendOfClass[],
  sets: readonly (readonly Shortlist[])[],
  usual: number,
  settings: ChoiceSettings,
): readonly BlendOfClass[] {
  const nexts = sets.map(lists => lists.filter(({ relevant }) => relevant === 1))
  const isEnough = (lists: readonly Shortlist[]) => lists.length >= QUESTIONS_MIN
  const most = isEnough(nexts[usual]!) ? nexts[usual]! : sets[usual]!
  const ofUsual = chooseContextWeight(most, blends[usual]!, settings)
  return blends.map((blend, set) => ({
    ...blend,
    contextWeight: isEnough(nexts[set]!)
      ? chooseContextWeight(nexts[set]!, blend, settings)
      : (ofUsual * spanOf(blend)) / spanOf(blends[usual]!),
  }))
}

/** The blends with their sharpness, each by its own questions, or where these are few by those of its kind. */
export function withSharpness(
  blends: readonly BlendOfClass[],
  sets: readonly (readonly Shortlist[])[],
  classes: number,
  settings: ChoiceSettings,
): readonly BlendOfClass[] {
  return blends.map((blend, set) => {
    const kind = set - (set % classes)
    const some = sets[set]!.length >= QUESTIONS_MIN ? sets[set]! : sets.slice(kind, kind + classes).flat()
    return some.length >= QUESTIONS_MIN ? { ...blend, sharpness: sharpnessOf(some, blend, settings) } : blend
  })
}

/** The widest span of scores in a blend: an item that all models score highest, less one that no model scores. */
const spanOf = ({ floor }: Blend) => Math.log1p(1 / floor)

function chooseContextWeight(lists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): number {
  const askings = CONTEXT_WEIGHTS.map(contextWeight => ({ blend, settings: { ...settings, contextWeight } }))
  return CONTEXT_WEIGHTS[clearlyBest(gainsOf(lists, askings))]!
}

function named(eventsFrom: number, { weights, floor }: Blend): BlendOfClass {
  return { eventsFrom, weights, floor, contextWeight: 0 }
}

/** Where there are too few questions to choose by: what is known of a user at first, which yields as events come. */
function yielding(blend: Blend, parts: readonly TrainedModel[], events: number): Blend {
  const first = placeOf('cold-users', parts)
  const share = 2 / (2 + events)
  return { ...blend, weights: blend.weights.map((weight, m) => (1 - share) * weight + (m === first ? share : 0)) }
}
