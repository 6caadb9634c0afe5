import type { Question } from '../interactions.ts'
import { sample } from '../math/random.ts'
import type { Report } from '../report.ts'
import { share } from '../team/share.ts'
import { type Listing, listAll } from './answer-questions.ts'
import {
  type ChosenBlend,
  chooseAll,
  FEW_FLOORS,
  FLOORS,
  holdsUp,
  PARTS,
  qualityOf,
  type Wish,
} from './choose-weights.ts'
import type { Blend } from './models/blend.ts'
import { type ContextLiftState, trainContextLift } from './models/context-lift.ts'
import {
  type BlendModelName,
  blendModelNames,
  blendModelOf,
  isWide,
  type PersonalizationData,
  placeOf,
  type Tuning,
} from './models.ts'
import type { BlendFrom, Part } from './parts.ts'
import { type Shortlist, shortlister } from './shortlist.ts'
import type { ChoiceSettings } from './weight-trial.ts'

/** What was chosen: which models, how much each counts, whether what was had is recommended again. */
export interface Choice {
  readonly parts: readonly Part[]
  /** The last one is that of most users. */
  readonly blends: readonly BlendFrom[]
  readonly repeats: boolean
  readonly contextWeight: number
  readonly context?: ContextLiftState | undefined
  /** NDCG@k on the questions that weights were chosen on, of the blend for most users. */
  readonly ndcg: number
  /** How long each model took to train, and `blend` the choice of the weights. */
  readonly seconds: Readonly<Record<string, number>>
}

export interface Questions {
  /** Of users as they mostly are, and of how many events their blend is used from. */
  readonly usual: readonly Question[]
  readonly usualFrom: number
  /** Of users after so many events: their blends come from these. */
  readonly few: readonly { readonly eventsFrom: number; readonly questions: readonly Question[] }[]
}

/** Data without some users, and what these users are asked. */
export interface Round {
  readonly data: PersonalizationData
  readonly questions: Questions
}

export interface ChooseSettings extends Tuning {
  readonly seed: number
  /** How many questions weights are chosen on, taken at random. */
  readonly questionsMax: number
  /** Weights are chosen for the best mean NDCG of so many recommendations. */
  readonly k: number
}

/** Of how many of each model's best items of a question weights are chosen, times k. */
const SHORTLIST = 5
/** So many questions tell whether order says anything. */
const PROBES = 300
/** Fewer questions choose nothing. */
const QUESTIONS_MIN = 30
/** The share of targets that the user had before from which on repeats are tried. */
const REPEATS_MIN = 0.02
const CONTEXT_WEIGHTS = [0.25, 0.5, 1]
/** What a blend must bring beside the best model alone where there are few questions, relative: less may be chance. */
const FEW_GAIN_MIN = 1.01
/** Models of a round are many and small: so many rows will do. */
const ROUND_SIZE_MAX = 2000
/** So many questions choose a blend that needs no second look. */
const QUESTIONS_ENOUGH = 1000
/** What contexts must bring, relative: less may be chance. */
const CONTEXT_GAIN_MIN = 1.005

/**
 * Trains every model that suits the data, and blends them by how well they answer questions about users held back, and
 * by what `others` are asked, each of models of its own: cross-fitting.
 */
export function choose(
  data: PersonalizationData,
  { usual, usualFrom, few }: Questions,
  settings: ChooseSettings,
  report: Report = () => {},
  others: readonly Round[] = [],
): Choice {
  const { k, seed, questionsMax } = settings
  const pick = (questions: readonly Question[], most: number) =>
    Array.from(sample(questions.length, Math.floor(most), seed), at => questions[at]!)
  const asked = pick(usual, questionsMax)
  const mayRepeat = shareOfRepeats(asked) >= REPEATS_MIN
  const suiting = suitingModels(data, mayRepeat, settings)
  const { parts, seconds } = trainModels(suiting, data, asked.slice(0, PROBES), settings, report)
  const started = performance.now()
  const context = data.interactions.contexts && trainContextLift(data.interactions)
  const questions = [asked, ...few.map(({ questions }) => pick(questions, questionsMax / 4))]
  const listing = { parts, context, items: data.interactions.items, length: k * SHORTLIST, repeats: mayRepeat }
  const [own, ...fewLists] = listSets(listing, questions, data, report)
  const lists = [...own!]
  for (const round of others) {
    const [more, ...fewMore] = listRound(round, parts, settings, { ...listing, context: undefined }, report)
    lists.push(...more!)
    for (const [at, some] of fewMore.entries()) fewLists[at]!.push(...some)
  }
  const { blend, repeats } = chooseUsual(lists, parts.length, k, mayRepeat)
  const fewBlends = chooseFew(fewLists, parts.length, { k, repeats }, blend)
  const blends = few.map(({ eventsFrom }, at) => named(eventsFrom, fewBlends[at] ?? yielding(blend, parts, eventsFrom)))
  const contextWeight = context ? chooseContextWeight(own!, blend, k, repeats) : 0
  return {
    parts,
    blends: [...blends, named(usualFrom, blend)],
    repeats,
    contextWeight,
    context: contextWeight > 0 ? context : undefined,
    ndcg: blend.ndcg,
    seconds: { ...seconds, blend: (performance.now() - started) / 1000 },
  }
}

/** Where there are too few questions to choose by: what is known of a user at first, which yields as events come. */
function yielding(blend: Blend, parts: readonly Part[], events: number): Blend {
  const first = placeOf('cold', parts)
  const share = 2 / (2 + events)
  return { ...blend, weights: blend.weights.map((weight, m) => (1 - share) * weight + (m === first ? share : 0)) }
}

/** The same models with the same weights, trained on other data; those without weight are left out. */
export function retrain(choice: Choice, data: PersonalizationData, tuning: Tuning, report: Report = () => {}): Choice {
  const needed = [placeOf('newcomers', choice.parts), placeOf('prior', choice.parts)]
  const kept = choice.parts.map((_, m) => needed.includes(m) || choice.blends.some(({ weights }) => weights[m]! > 0))
  const parts = choice.parts
    .filter((_, m) => kept[m])
    .map(({ name }, done, { length: total }) => {
      report({ phase: 'training on everything', done, total })
      return { name, state: share(blendModelOf(name).train(data, tuning)) }
    })
  const { contexts } = data.interactions
  return {
    ...choice,
    parts,
    blends: choice.blends.map(blend => ({ ...blend, weights: blend.weights.filter((_, m) => kept[m]) })),
    context: contexts && choice.contextWeight > 0 ? trainContextLift(data.interactions) : undefined,
  }
}

function suitingModels(data: PersonalizationData, mayRepeat: boolean, tuning: Tuning) {
  return blendModelNames.filter(name => {
    const { suits, role } = blendModelOf(name)
    return (suits?.(data, tuning) ?? true) && (role !== 'repeats' || mayRepeat)
  })
}

/** What the same models as `parts` say, trained on other data, to the questions of a round. */
function listRound(
  { data, questions: { usual, few } }: Round,
  parts: readonly Part[],
  settings: ChooseSettings,
  listing: Omit<Listing, 'questions'>,
  report: Report,
): Shortlist[][] {
  const tuning = { ...settings, denseSizeMax: Math.min(settings.denseSizeMax, ROUND_SIZE_MAX) }
  const own = parts.map(({ name }, done) => {
    report({ phase: 'training', done, total: parts.length })
    return { name, state: share(blendModelOf(name).train(data, tuning)) }
  })
  const asked = [usual, ...few.map(({ questions }) => questions)]
  return listSets({ ...listing, parts: own }, asked, data, report)
}

/** The models that need order come last: those before them tell whether it says anything. */
function trainModels(
  suiting: readonly BlendModelName[],
  data: PersonalizationData,
  probes: readonly Question[],
  tuning: Tuning,
  report: Report,
) {
  const trained: Part[] = []
  const seconds: Record<string, number> = {}
  const needsOrder = (name: BlendModelName) => blendModelOf(name).needsOrder ?? false
  const inTurn = [...suiting.filter(name => !needsOrder(name)), ...suiting.filter(needsOrder)]
  for (const [done, name] of inTurn.entries()) {
    report({ phase: 'training', done, total: suiting.length })
    if (needsOrder(name) && isWide(data) && !orderMatters(trained, data.interactions.items, probes)) continue
    const started = performance.now()
    trained.push({ name, state: share(blendModelOf(name).train(data, tuning)) })
    seconds[name] = (performance.now() - started) / 1000
  }
  return { parts: trained.sort((a, b) => suiting.indexOf(a.name) - suiting.indexOf(b.name)), seconds }
}

/** Whether a model that knows what came after what is better than one that does not. */
function orderMatters(parts: readonly Part[], items: number, probes: readonly Question[]) {
  const pair = (['ordered', 'orderless'] as const).map(role => {
    const { name, state } = parts[placeOf(role, parts)]!
    return blendModelOf(name).open(state)
  })
  const lists = probes.map(shortlister(pair, items, { length: 50, repeats: false }))
  const [ordered, orderless] = [
    [1, 0],
    [0, 1],
  ].map(weights => qualityOf(lists, { weights, floor: 1 }, { k: 10, repeats: false }))
  return ordered! > orderless!
}

/** The shortlists of several sets of questions. */
function listSets(
  listing: Omit<Listing, 'questions'>,
  sets: readonly (readonly Question[])[],
  { interactions }: PersonalizationData,
  report: Report,
): Shortlist[][] {
  const questions = sets.flat()
  const total = questions.length
  const lists = listAll({ ...listing, questions }, interactions.sequence.length, done =>
    report({ phase: 'choosing', done: Math.min(done, total), total }),
  )
  const ends = sets.map((_, at) => sets.slice(0, at + 1).reduce((sum, { length }) => sum + length, 0))
  return ends.map((end, at) => lists.slice(end - sets[at]!.length, end))
}

/** The best blend; the best model alone where there are few questions and those that did not choose are for it. */
function chooseUsual(lists: readonly Shortlist[], models: number, k: number, mayRepeat: boolean) {
  const repeats = mayRepeat ? [false, true] : [false]
  const wishes = repeats.map(repeats => ({ lists: 0, settings: { k, repeats }, floors: FLOORS }))
  const chosen = chooseAll([lists], models, wishes)
  const at = chosen.length > 1 && chosen[1]!.ndcg > chosen[0]!.ndcg ? 1 : 0
  const [blend, { settings }] = [chosen[at]!, wishes[at]!]
  const isSure = lists.length < QUESTIONS_MIN || lists.length >= QUESTIONS_ENOUGH
  const parts = isSure ? [] : chooseAll([lists], models, withoutParts(0, settings, blend.floor))
  const isBetter = isSure || holdsUp(lists, parts, settings, 0)
  return { blend: isBetter ? blend : { ...blend, ...blend.alone }, repeats: settings.repeats }
}

/** Wishes without the first fifth of the questions, without the second, ... */
function withoutParts(lists: number, settings: ChoiceSettings, floor: number): Wish[] {
  return Array.from({ length: PARTS }, (_, without) => ({ lists, settings, floors: [floor], without }))
}

/**
 * For each set of questions the best model alone, unless a blend is better on the questions that chose it and on
 * questions that did not; undefined where there are too few.
 */
function chooseFew(sets: readonly Shortlist[][], models: number, settings: ChoiceSettings, start: Blend) {
  const enough = [...sets.keys()].filter(lists => sets[lists]!.length >= QUESTIONS_MIN)
  const chosen = chooseAll(
    sets,
    models,
    enough.map(lists => ({ lists, settings, floors: FEW_FLOORS, start })),
  )
  const found: (Blend | undefined)[] = sets.map(() => undefined)
  const doubtful = enough.flatMap((lists, at) => {
    const { alone, ...blend } = chosen[at]!
    found[lists] = { ...blend, weights: alone.weights }
    return blend.ndcg > alone.ndcg * FEW_GAIN_MIN ? [{ lists, blend }] : []
  })
  const wishes = doubtful.flatMap(({ lists, blend: { floor } }) => withoutParts(lists, settings, floor))
  const parts = chooseAll(sets, models, wishes)
  for (const [at, { lists, blend }] of doubtful.entries())
    if (holdsUp(sets[lists]!, parts.slice(at * PARTS, (at + 1) * PARTS), settings, 1)) found[lists] = blend
  return found
}

function chooseContextWeight(lists: readonly Shortlist[], blend: ChosenBlend, k: number, repeats: boolean): number {
  const tried = CONTEXT_WEIGHTS.map(contextWeight => ({
    contextWeight,
    ndcg: qualityOf(lists, blend, { k, repeats, contextWeight }),
  }))
  const best = tried.reduce((a, b) => (b.ndcg > a.ndcg ? b : a))
  return best.ndcg > blend.ndcg * CONTEXT_GAIN_MIN ? best.contextWeight : 0
}

function named(eventsFrom: number, { weights, floor }: Blend): BlendFrom {
  return { eventsFrom, weights, floor }
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
