import type { Question } from '../../interactions.ts'
import { sample } from '../../math/random.ts'
import type { Report } from '../../report.ts'
import { share } from '../../team/share.ts'
import type { BlendOfClass } from '../blend.ts'
import { type HabitsState, trainHabits } from '../habits.ts'
import { type ContextLiftState, trainContextLift } from '../models/context-lift.ts'
import { isKnown } from '../models/model.ts'
import { blendModelOf, type PersonalizationData, placeOf, type TrainedModel, type Tuning } from '../models.ts'
import { type Listing, listSets } from './answer-questions.ts'
import { chooseBlends, usesContext, withContexts, withSharpness } from './choose-blends.ts'
import type { Shortlist } from './shortlist.ts'
import { trainModels } from './train-models.ts'

/** The choice: which models, how much each counts, and when an item that a user had is recommended again. */
export interface Choice {
  readonly parts: readonly TrainedModel[]
  /** In rising order of events; the last one is that of most users. */
  readonly blends: readonly BlendOfClass[]
  /** The same for users without a known property, where there are properties. */
  readonly blendsWithoutProperties?: readonly BlendOfClass[] | undefined
  readonly habits: HabitsState
  readonly context?: ContextLiftState | undefined
  /** How long each model took to train, and `blend` the choice of the weights. */
  readonly seconds: Readonly<Record<string, number>>
}

/** The questions about users with this many events, up to the next class. Their blend comes from these questions. */
interface HistoryClass {
  readonly eventsFrom: number
  readonly questions: readonly Question[]
}

/** In rising order of events; the last class is that of most users. */
export type Questions = readonly HistoryClass[]

/** Data without some users, and what these users are asked. */
export interface Round {
  readonly data: PersonalizationData
  readonly questions: Questions
}

export interface ChooseSettings extends Tuning {
  readonly seed: number
  /** How many questions of a class weights are chosen on at most, taken at random; half of them with properties. */
  readonly questionsMax: number
  /** Weights are chosen for the best mean NDCG of this many recommendations. */
  readonly k: number
}

/** Of how many of each model's best items of a question weights are chosen, times k. */
const SHORTLIST = 4
/** The share of the questions that chooses the settings of models. */
const TUNED_BY = 0.5
/** The share of targets that the user had before from which on it is chosen how much habits count. */
const REPEATS_MIN = 0.02
/** Models of a round are many and small: this many rows will do. */
const ROUND_SIZE_MAX = 2000

/**
 * Trains every model that suits the data, and blends them by how well they answer questions of users held back. The
 * `others` are asked too, each of models of its own: cross-fitting. Each class of users has its own blend: one with
 * properties, for users with a known property, and one without.
 */
export function choose(
  data: PersonalizationData,
  questions: Questions,
  settings: ChooseSettings,
  report: Report,
  others: readonly Round[],
): Choice {
  const { k } = settings
  const usual = pick(questions.at(-1)!.questions, settings.questionsMax, settings.seed)
  const mayRepeat = shareOfRepeats(usual) >= REPEATS_MIN
  const histories = pick(
    questions.flatMap(({ questions }) => questions.filter(({ history }) => history.length > 0)),
    TUNED_BY * settings.questionsMax,
    settings.seed,
  )
  const { parts, seconds } = trainModels(data, histories, { ...settings, repeats: mayRepeat }, report)
  const started = performance.now()
  const context = data.interactions.contexts && trainContextLift(data.interactions)
  const habits = trainHabits(data.interactions, settings.recency)
  const listing = { parts, context, habits, items: data.interactions.items, length: k * SHORTLIST, repeats: mayRepeat }
  const hasProperties = data.users !== undefined
  const most = hasProperties ? settings.questionsMax / 2 : settings.questionsMax
  const query = withAndWithout(questions, hasProperties).map(some => pick(some, most, settings.seed))
  const own = listSets(listing, query, data.interactions.sequence.length, report)
  const lists = own.map(some => [...some])
  for (const round of others)
    for (const [set, more] of listRound(round, settings, { ...listing, context: undefined }, report).entries())
      lists[set]!.push(...more)
  const froms = questions.map(({ eventsFrom }) => eventsFrom)
  const { blends: chosen, habit } = chooseBlends(lists, froms, { parts, k, mayRepeat })
  const inContext = context ? withContexts(chosen, own, froms.length - 1, { k, habit }) : chosen
  const blends = withSharpness(inContext, lists, froms.length, { k, habit })
  const [without, known] = [blends.slice(0, froms.length), blends.slice(froms.length)]
  return {
    parts,
    blends: known.length > 0 ? known : without,
    blendsWithoutProperties: known.length > 0 ? without : undefined,
    habits: { ...habits, ...habit },
    context: blends.some(usesContext) ? context : undefined,
    seconds: { ...seconds, blend: (performance.now() - started) / 1000 },
  }
}

function pick(questions: readonly Question[], most: number, seed: number): Question[] {
  return Array.from(sample(questions.length, Math.floor(most), seed), at => questions[at]!)
}

/**
 * The questions of each class without properties. Where there are properties, the questions of the users who have any
 * follow, with these. Visitors without properties are in no dataset, so everybody stands in for them.
 */
function withAndWithout(questions: Questions, hasProperties: boolean): (readonly Question[])[] {
  const without = questions.map(({ questions }) => questions.map(one => ({ ...one, properties: undefined })))
  if (!hasProperties) return without
  const known = questions.map(({ questions }) => questions.filter(({ properties }) => isKnown(properties)))
  return [...without, ...known]
}

/** The same models with the same weights, trained on all of the data; those without weight are left out. */
export function retrain(choice: Choice, data: PersonalizationData, tuning: Tuning, report: Report): Choice {
  const { blends, blendsWithoutProperties: without, habits } = choice
  const needed = [placeOf('cold-items', choice.parts), placeOf('prior', choice.parts)]
  const all = [...blends, ...(without ?? [])]
  const kept = choice.parts.map((_, m) => needed.includes(m) || all.some(({ weights }) => weights[m]! > 0))
  const parts = choice.parts
    .filter((_, m) => kept[m])
    .map(({ name, overrides, state }, done, { length: total }) => {
      report({ phase: 'training on everything', done, total })
      return { name, state: share(blendModelOf(name).train(data, tuning, overrides, state)), overrides }
    })
  const { contexts } = data.interactions
  const ofKept = (blend: BlendOfClass) => ({ ...blend, weights: blend.weights.filter((_, m) => kept[m]) })
  return {
    ...choice,
    parts,
    blends: blends.map(ofKept),
    blendsWithoutProperties: without?.map(ofKept),
    habits: {
      ...trainHabits(data.interactions, tuning.recency),
      shift: habits.shift,
      weight: habits.weight,
      lagWeight: habits.lagWeight,
    },
    context: contexts && all.some(usesContext) ? trainContextLift(data.interactions) : undefined,
  }
}

/** Returns the lists of the models of `listing`, trained on other data, for the questions of a round. */
function listRound(
  { data, questions }: Round,
  settings: ChooseSettings,
  listing: Omit<Listing, 'questions'>,
  report: Report,
): Shortlist[][] {
  const tuning = { ...settings, denseSizeMax: Math.min(settings.denseSizeMax, ROUND_SIZE_MAX) }
  const parts = listing.parts.map(({ name, overrides }, done, { length: total }) => {
    report({ phase: 'training', done, total })
    return { name, state: share(blendModelOf(name).train(data, tuning, overrides)) }
  })
  const sets = withAndWithout(questions, data.users !== undefined)
  return listSets({ ...listing, parts }, sets, data.interactions.sequence.length, report)
}

function shareOfRepeats(questions: readonly Question[]): number {
  let [repeats, targets] = [0, 0]
  for (const question of questions) {
    const seen = new Set(question.history)
    targets += question.targets.length
    for (const item of question.targets) if (seen.has(item)) repeats++
  }
  return targets === 0 ? 0 : repeats / targets
}
