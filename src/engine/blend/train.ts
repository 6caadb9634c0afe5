import { filterEvents, type Interactions, reorder } from '../interactions.ts'
import { floatsOf } from '../math/floats.ts'
import { createRandom, sample, shuffle } from '../math/random.ts'
import { type ServiceMetrics, serviceMetrics } from '../metrics/service.ts'
import type { Report } from '../report.ts'
import { share } from '../team/share.ts'
import { rankAll } from './answer-questions.ts'
import { type Choice, type ChooseSettings, choose, type Questions, type Round, retrain } from './choose.ts'
import { DENSE_SIZE_MAX } from './models/most-popular.ts'
import type { PersonalizationData } from './models.ts'
import type { PersonalizationState } from './personalization.ts'
import { type HeldOut, holdOut, laterEvents, newestShare, nextEvents } from './questions.ts'

export interface TrainSettings extends ChooseSettings {
  /** As denseSizeMax, of the models that weights are chosen by. They are not served, so less will do. */
  readonly trialSizeMax: number
  /** How many users the metrics are measured on at most. */
  readonly testMax: number
}

export const TRAIN: TrainSettings = {
  seed: 1,
  questionsMax: 2000,
  k: 10,
  recency: true,
  denseSizeMax: DENSE_SIZE_MAX,
  trialSizeMax: DENSE_SIZE_MAX / 2,
  testMax: 1000,
}

/**
 * The service's hyperparameters that have a counterpart here: `bptt`, how many steps back a model looks. The others
 * (`hidden_dimension`, `recency_mask`) are of a network that there is not.
 */
export function overrides(hyperparameters: Readonly<Record<string, string | number>>): Partial<TrainSettings> {
  const stepsBack = Number(hyperparameters.bptt)
  return stepsBack > 0 ? { stepsBack } : {}
}

/** Users after so many events have a blend of their own, the others one from the last of these on. */
const FEW = [0, 1, 2, 4] as const
const USUAL_FROM = 8
/** So many users choose the blends for few events well enough, and so many rounds are made at most to have them. */
const USERS_ENOUGH = 450
const ROUNDS_MAX = 5
/** With fewer users than this nobody is held out whole. */
const USERS_MIN = 100

/**
 * Learns what to recommend to whom. A tenth of the users (`testMax` at most) is held out to measure by, another one
 * to choose by; the models that turn out useful are then trained again on everything. The metrics are of models that
 * had not seen the users that they are measured on: the oldest 90 % of their events are given, the newest 10 % asked
 * for. Interactions of weight 0 are left out.
 */
export function trainPersonalization(
  data: PersonalizationData,
  settings: Partial<TrainSettings> = {},
  report: Report = () => {},
): PersonalizationState {
  const chosen = { ...TRAIN, ...settings }
  const interactions = share(counting(data.interactions))
  const isOrdered = hasOrder(interactions)
  const all = { ...data, interactions: isOrdered ? interactions : inAnyOrder(interactions, chosen.seed) }
  const trial = { ...chosen, denseSizeMax: Math.min(chosen.denseSizeMax, chosen.trialSizeMax) }
  const held = holdOut(all.interactions, { validation: chosen.questionsMax, test: chosen.testMax }, chosen.seed)
  if (held.validation.length + held.test.length < USERS_MIN / 5) return trainOnFew(all, trial, report)
  const choice = choose(
    { ...all, interactions: held.train },
    questionsOf(all, held.validation, chosen.questionsMax, isOrdered),
    trial,
    report,
    roundsOf(all, held, chosen, isOrdered),
  )
  const metrics = measure(all, choice, held.test, report)
  return stateOf(retrain(choice, all, chosen, report), all.interactions.items, metrics)
}

/** What is served: the choice with the metrics. */
export function stateOf(choice: Choice, items: number, metrics: ServiceMetrics): PersonalizationState {
  const { parts, blends, repeats, contextWeight, context } = choice
  return { items, parts, blends, repeats, contextWeight, context, metrics }
}

/** So few users that every one is needed: weights and metrics come from everybody's last event. */
function trainOnFew(data: PersonalizationData, settings: TrainSettings, report: Report): PersonalizationState {
  const { interactions, users: properties } = data
  const { offsets, users, items } = interactions
  const asked = Int32Array.from({ length: users }, (_, user) => user).filter(
    user => offsets[user + 1]! - offsets[user]! > 1,
  )
  const isAsked = new Set(asked)
  const train = filterEvents(interactions, (event, user) => !isAsked.has(user) || event < offsets[user + 1]! - 1)
  const usual = nextEvents(interactions, properties, asked, 1)
  const choice = choose(
    { ...data, interactions: train },
    { usual, usualFrom: USUAL_FROM, few: FEW.map(eventsFrom => ({ eventsFrom, questions: [] })) },
    settings,
    report,
  )
  return stateOf(retrain(choice, data, settings, report), items, measure(data, choice, asked, report))
}

/**
 * What these users, whom the models do not know, are asked to choose weights by; about `most` of them as they are.
 * Where there is an order they are asked for one event after another, elsewhere for a fifth of the events at once.
 */
export function questionsOf(
  { interactions, users }: PersonalizationData,
  validation: Int32Array,
  most: number,
  isOrdered = true,
): Questions {
  const each = Math.min(4, Math.ceil(most / validation.length))
  const next = isOrdered
    ? nextEvents(interactions, users, validation, each)
    : newestShare(interactions, users, validation, 0.2)
  const long = next.filter(({ history }) => history.length >= USUAL_FROM)
  return {
    // The usual blend is that of long histories, where there are enough to choose by.
    usual: long.length >= Math.min(300, next.length / 2) ? long : next,
    usualFrom: USUAL_FROM,
    few: fewOf(interactions, users, validation),
  }
}

/**
 * Where a tenth of the users are few to choose by, some more tenths of those who are not in the test, each asked of
 * models that know all the others: cross-fitting (Stone, "Cross-validatory choice", JRSS B 1974).
 */
export function roundsOf(
  data: PersonalizationData,
  { train, validation, test }: HeldOut,
  { seed, questionsMax }: Pick<ChooseSettings, 'seed' | 'questionsMax'>,
  isOrdered = true,
): Round[] {
  const { interactions } = data
  const { offsets } = train
  const size = validation.length
  const others = Int32Array.from({ length: train.users }, (_, user) => user).filter(
    user => offsets[user + 1]! - offsets[user]! > 1,
  )
  const count = Math.min(ROUNDS_MAX, Math.ceil(USERS_ENOUGH / size), Math.floor(1 + others.length / size)) - 1
  const drawn = shuffle(sample(others.length, count * size, seed), seed)
  return Array.from({ length: count }, (_, round) => {
    const asked = drawn.subarray(round * size, (round + 1) * size).map(at => others[at]!)
    const left = new Set([...asked, ...test])
    return {
      data: { ...data, interactions: filterEvents(interactions, (_event, user) => !left.has(user)) },
      questions: questionsOf(data, asked, questionsMax / (1 + count), isOrdered),
    }
  })
}

function fewOf(interactions: Interactions, properties: PersonalizationData['users'], asked: Int32Array) {
  return FEW.map(eventsFrom => ({ eventsFrom, questions: laterEvents(interactions, properties, asked, eventsFrom) }))
}

/** Asks the models that did not see the test's users. */
function measure(data: PersonalizationData, choice: Choice, test: Int32Array, report: Report): ServiceMetrics {
  const { items } = data.interactions
  const questions = newestShare(data.interactions, data.users, test, 0.1)
  const total = questions.length
  const state = stateOf(choice, items, serviceMetrics([], [], items))
  const lists = rankAll({ state, questions, count: LIST }, data.interactions.sequence.length, done =>
    report({ phase: 'measuring', done: Math.min(done, total), total }),
  )
  return serviceMetrics(
    lists,
    questions.map(({ targets }) => new Set(targets)),
    items,
  )
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
