import { filterEvents, type Interactions, reorder } from '../../interactions.ts'
import { floatsOf } from '../../math/floats.ts'
import { createRandom, sample, shuffle } from '../../math/random.ts'
import { newestTenths } from '../../metrics/held-out.ts'
import { type ServiceMetrics, serviceMetrics } from '../../metrics/service.ts'
import { newsWeights } from '../../news.ts'
import { byCount } from '../../ranked.ts'
import type { Report } from '../../report.ts'
import { share } from '../../team/share.ts'
import { conditionalWeight, trainConditionalPopularity } from '../models/conditional-popularity.ts'
import { fadingOf } from '../models/half-life.ts'
import { DENSE_SIZE_MAX } from '../models/most-popular.ts'
import type { PopularityState } from '../models/popularity-prior.ts'
import { seldomMeet } from '../models/two-step-markov.ts'
import { type PersonalizationData, placeOf } from '../models.ts'
import { newestOf, newestShare, questionsAt, shareOf } from '../questions.ts'
import type { PersonalizationState } from '../serving/personalization.ts'
import { rankAll } from './answer-questions.ts'
import { type HeldOut, holdOut } from './hold-out.ts'
import { popularityMetrics } from './popularity-metrics.ts'
import { type Choice, type ChooseSettings, choose, type Questions, type Round, retrain } from './train-and-choose.ts'

interface TrainSettings extends ChooseSettings {
  /** How many users who came after the training are stood in for, and how many who come back, at most. */
  readonly newcomersMax: number
  readonly knownMax: number
  /** How many users the metrics are measured on at most. */
  readonly testMax: number
  /** Whether answers use habits, as recommendations do and rankings do not. */
  readonly usesHabits: boolean
}

export const TRAIN: TrainSettings = {
  seed: 1,
  questionsMax: 2000,
  k: 10,
  recency: true,
  denseSizeMax: DENSE_SIZE_MAX,
  newcomersMax: 2000,
  knownMax: 4000,
  testMax: 1000,
  usesHabits: true,
}

/** Where items seldom meet, a question says less, and costs less. */
const MORE_QUESTIONS = { questionsMax: 4000, knownMax: 6000 }

/**
 * The service's hyperparameters that have a counterpart here: `bptt`, how many steps back a model looks. The others
 * (`hidden_dimension`, `recency_mask`) are of a network that there is not.
 */
export function overrides(hyperparameters: Readonly<Record<string, string | number>>): Partial<TrainSettings> {
  const stepsBack = Number(hyperparameters.bptt)
  return stepsBack > 0 ? { stepsBack } : {}
}

/** Users with this many events have a blend of their own, up to the next of these. */
const EVENTS_FROM = [0, 1, 2, 4, 8] as const
/** Fewer questions of the last class are those of everybody who comes back. */
const USUAL_MIN = 300
/** This many newcomers choose the blends for few events well enough. At most this many more tenths are asked. */
const USERS_ENOUGH = 400
const TENTHS_MAX = 4
/** This many tenths are asked in a round: its models know hardly fewer users than with one, in half the time. */
const ROUND_TENTHS = 2
/** Of one user, this many events at most are asked for one by one, and this share of them at most. */
const EACH_MAX = 4
const EACH_SHARE = 0.2
/** This many newcomers at most are asked for all that they do later: such questions cost more than others. */
const FIRST_MAX = 500
/** Where events have no order, this share of a user's is asked for at once. */
const UNORDERED_SHARE = 0.2

/**
 * Learns what to recommend to whom. A tenth of the users (`testMax` at most) is held out to measure by, and another
 * tenth to choose by. Of other users the newest events are held out. The models that turn out useful are then trained
 * again on everything. The metrics are of models that had not seen the users that they are measured on: the oldest 90 %
 * of their events are given, the newest 10 % asked for. Interactions of weight 0 are left out.
 */
export function trainPersonalization(
  data: PersonalizationData,
  settings: Partial<TrainSettings> = {},
  report: Report = () => {},
): PersonalizationState {
  const interactions = share(counting(data.interactions))
  const chosen = { ...TRAIN, ...(seldomMeet(interactions) && MORE_QUESTIONS), ...settings }
  const isOrdered = hasOrder(interactions)
  const ordered = isOrdered ? interactions : inAnyOrder(interactions, chosen.seed)
  const weighted = { ...ordered, weights: newsWeights(ordered) }
  const all = { ...data, interactions: ordered, fading: chosen.recency ? fadingOf(weighted) : undefined }
  const asking = askingOf(all, chosen, isOrdered)
  const held = holdOut(all.interactions, {
    seed: chosen.seed,
    newcomers: chosen.newcomersMax,
    known: chosen.knownMax,
    test: chosen.testMax,
    newest: asking.newest,
  })
  const choice = chooseBy(held, all, chosen, report, asking)
  // Of so few users that nobody is held out whole, everybody's newest events measure as well.
  const test = held.test.length > 0 ? held.test : held.known
  const ofTrial = { ...choice, conditional: conditionalOf(choice, { ...all, interactions: held.train }) }
  const { metrics, popularity } = measure(all, ofTrial, { test, usesHabits: chosen.usesHabits }, report)
  const served = stateOf(retrain(choice, all, chosen, report), all.interactions.items, metrics)
  return { ...served, conditional: conditionalOf(choice, all), popularity, fading: all.fading }
}

/** Chooses by what users are asked who were held out. */
function chooseBy(
  held: HeldOut,
  data: PersonalizationData,
  settings: TrainSettings,
  report: Report,
  asking: Asking,
): Choice {
  const trial = { ...data, interactions: held.train }
  return choose(trial, questionsOf(data, held, asking), settings, report, roundsOf(data, held, settings, asking))
}

/** The choice that is served, with its metrics. */
function stateOf(choice: Conditional, items: number, metrics: ServiceMetrics): PersonalizationState {
  const { parts, blends, blendsWithoutProperties, habits, context, conditional } = choice
  return { items, parts, blends, blendsWithoutProperties, habits, context, conditional, metrics }
}

type Conditional = Choice & Pick<PersonalizationState, 'conditional'>

/** Conditional popularity; undefined where no blend needs it, or where nothing is conclusive. */
function conditionalOf({ parts, blends, blendsWithoutProperties = [] }: Choice, data: PersonalizationData) {
  const served = [...blends, ...blendsWithoutProperties].filter(blend => conditionalWeight(blend, parts) > 0)
  const ofItems = served.some(({ eventsFrom }) => eventsFrom > 0)
  if (!ofItems && !(data.users && served.length > 0)) return undefined
  const conditional = trainConditionalPopularity(data.interactions, { ofItems, properties: data.users })
  return conditional.P.columns.length > 0 ? conditional : undefined
}

/** How users are asked. */
interface Asking {
  readonly isOrdered: boolean
  /** How many of the newest of this many events a user is asked for. */
  newest(events: number): number
}

/** One event after another where they have an order, as many of each user as make about `questionsMax`. */
function askingOf({ interactions }: PersonalizationData, settings: TrainSettings, isOrdered: boolean): Asking {
  if (!isOrdered) return { isOrdered, newest: events => shareOf(events, UNORDERED_SHARE) }
  const users = Math.min(settings.knownMax, interactions.users)
  const each = Math.min(EACH_MAX, Math.ceil(settings.questionsMax / Math.max(1, users)))
  return { isOrdered, newest: events => Math.min(each, shareOf(events, EACH_SHARE)) }
}

/**
 * The questions that weights are chosen by, by how long the history is: newcomers as they come and as they are now,
 * and users who come back.
 */
function questionsOf(
  data: PersonalizationData,
  { newcomers, known }: Pick<HeldOut, 'newcomers' | 'known'>,
  asking: Asking,
): Questions {
  const { interactions, users } = data
  const back = asking.isOrdered
    ? questionsAt(interactions, users, known, events => newestOf(events, asking.newest(events)))
    : newestShare(interactions, users, known, UNORDERED_SHARE)
  const query = [...back, ...newcomersAsked(data, newcomers, asking)]
  return EVENTS_FROM.map((eventsFrom, at) => {
    const questions = query.filter(({ history }) => isIn(at, history.length))
    const isUsual = at === EVENTS_FROM.length - 1
    return {
      eventsFrom,
      questions: isUsual && questions.length < Math.min(USUAL_MIN, back.length / 2) ? back : questions,
    }
  })
}

/**
 * Newcomers at their first events are asked for all that they do later: much of it they will do before a training knows
 * them. At their newest events they are asked for the next one, as users who come back are.
 */
function newcomersAsked({ interactions, users }: PersonalizationData, newcomers: Int32Array, { isOrdered }: Asking) {
  const newest = (events: number) => (isOrdered ? newestOf(events, EACH_MAX) : [])
  const first = (events: number) => EVENTS_FROM.filter(given => given < events && !newest(events).includes(given))
  return [
    ...questionsAt(interactions, users, newcomers.subarray(0, FIRST_MAX), first, Number.POSITIVE_INFINITY),
    ...questionsAt(interactions, users, newcomers, newest),
  ]
}

const isIn = (at: number, events: number) =>
  events >= EVENTS_FROM[at]! && events < (EVENTS_FROM[at + 1] ?? Number.POSITIVE_INFINITY)

/**
 * Where a tenth of the users are few to choose by, takes more of those who are not in the test, some tenths in a round.
 * Each is asked of models that know all the others: cross-fitting (Stone, "Cross-validatory choice", JRSS B 1974).
 */
function roundsOf(
  data: PersonalizationData,
  { newcomers, known, test }: Pick<HeldOut, 'newcomers' | 'known' | 'test'>,
  { seed }: Pick<ChooseSettings, 'seed'>,
  asking: Asking,
): Round[] {
  const tenth = newcomers.length
  if (tenth === 0) return []
  const tenths = Math.min(TENTHS_MAX, Math.ceil(USERS_ENOUGH / tenth) - 1, Math.floor(known.length / tenth))
  const count = Math.ceil(tenths / ROUND_TENTHS)
  const size = Math.ceil((tenths * tenth) / count)
  const drawn = shuffle(sample(known.length, count * size, seed), seed)
  return Array.from({ length: count }, (_, round) => {
    const asked = drawn.subarray(round * size, (round + 1) * size).map(at => known[at]!)
    const left = new Set([...asked, ...test])
    return {
      data: { ...data, interactions: filterEvents(data.interactions, (_event, user) => !left.has(user)) },
      // Of users as they mostly are there are enough questions without the rounds.
      questions: questionsOf(data, { newcomers: asked, known: NOBODY }, asking).with(-1, USUAL_IS_ENOUGH),
    }
  })
}

const NOBODY = new Int32Array()
const USUAL_IS_ENOUGH = { eventsFrom: EVENTS_FROM.at(-1)!, questions: [] }

/** Asks the models that did not see the test's users, and popularity alone. */
function measure(
  data: PersonalizationData,
  choice: Conditional,
  { test, usesHabits }: { readonly test: Int32Array; readonly usesHabits: boolean },
  report: Report,
): { readonly metrics: ServiceMetrics; readonly popularity: ServiceMetrics } {
  const { items } = data.interactions
  const questions = newestTenths(data.interactions, data.users, test)
  const total = questions.length
  const state = stateOf(choice, items, serviceMetrics([], [], items))
  const lists = rankAll({ state, questions, count: LIST, usesHabits }, data.interactions.sequence.length, done =>
    report({ phase: 'measuring', done: Math.min(done, total), total }),
  )
  const { counts } = choice.parts[placeOf('prior', choice.parts)]!.state as PopularityState
  const relevants = questions.map(({ targets }) => new Set(targets))
  return {
    metrics: serviceMetrics(lists, relevants, items),
    popularity: popularityMetrics(byCount(counts), questions, items),
  }
}

const LIST = 25

/** The interactions that count at all. */
function counting(interactions: Interactions): Interactions {
  const { weights } = interactions
  return weights?.some(weight => weight <= 0) ? filterEvents(interactions, event => weights[event]! > 0) : interactions
}

/** Whether events have an order. Those of one moment have none, whatever order they came in (by number, often). */
function hasOrder({ users, offsets, times }: Interactions): boolean {
  let [pairs, ties] = [0, 0]
  for (let user = 0; times && user < users; user++)
    for (let event = offsets[user]! + 1; event < offsets[user + 1]!; event++) {
      pairs++
      if (times[event] === times[event - 1]) ties++
    }
  return pairs === 0 || ties < TIES_MIN * pairs
}

/** The share of events at the same moment as the one before from which on there is no order to learn. */
const TIES_MIN = 0.95

/** The same with each user's events shuffled, lest an order be learned that there is not. */
function inAnyOrder(interactions: Interactions, seed: number): Interactions {
  const { users, offsets, sequence } = interactions
  const random = createRandom(seed)
  const places = floatsOf(sequence, random)
  const order = sequence.map((_, event) => event)
  for (let user = 0; user < users; user++)
    order.subarray(offsets[user], offsets[user + 1]).sort((a, b) => places[a]! - places[b]!)
  return reorder(interactions, order)
}
