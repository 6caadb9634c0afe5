import { laterEvents, leaveLastOut, nextEvents } from '#test/questions.ts'
import type { Properties } from '../../src/engine/blend/models/model.ts'
import { filterEvents, historyOf, type Interactions, type Question } from '../../src/engine/interactions.ts'
import { sample } from '../../src/engine/math/random.ts'
import { FOLDS, foldsOf, usersIn } from './accuracy-data.ts'
import type { DataSet } from './data-sets.ts'

/** The data of a fold: a recipe is trained on the first part, and asked the questions. */
export interface Fold {
  readonly train: Interactions
  /** The properties of each user; undefined if the protocol does not use them. */
  readonly properties?: readonly Properties[] | undefined
  /** Whether the events have times, not just an order. */
  readonly hasTimes: boolean
  readonly asked: readonly QuestionTable[]
}

/** Questions that have a table of their own. */
export interface QuestionTable {
  readonly title: string
  readonly questions: readonly Question[]
}

export interface Protocol {
  readonly folds: number
  readonly metrics: readonly (readonly ['hitRate' | 'recall' | 'ndcg', number])[]
  /** Returns the reason why a set does not fit; undefined if it fits. */
  unfit(set: DataSet): string | undefined
  load(set: DataSet, fold: number, seed: number): Fold
}

const NEXT: Protocol['metrics'] = [
  ['hitRate', 10],
  ['ndcg', 10],
]
const EVENTS_GIVEN = [0, 1, 2, 5]
/** The most clicks of a session that are asked for: its last ones. */
const CLICKS = 5
/** The share of the events, in order of time, that is trained on. */
const BEFORE = 0.9
const QUESTIONS_MAX = 5000

/** The protocols of measurement, by name. No setting is chosen by them: a training holds users back itself. */
export const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'leave-last-out': {
    folds: 1,
    metrics: NEXT,
    unfit: ({ isSplit }) => (isSplit ? 'its events have no order' : undefined),
    load(set) {
      const { train, questions } = leaveLastOut(set.interactions()).test
      return { train, hasTimes: false, asked: [{ title: 'the last item of each user', questions }] }
    },
  },
  'given-split': {
    folds: 1,
    metrics: [
      ['recall', 20],
      ['ndcg', 20],
    ],
    unfit: ({ isSplit }) => (isSplit ? undefined : 'it has no split of its own'),
    load(set) {
      const { train, questions } = set.split().test
      return { train, hasTimes: false, asked: [{ title: 'the test items of each user', questions }] }
    },
  },
  'cold-user': {
    folds: FOLDS,
    metrics: [
      ['ndcg', 10],
      ['recall', 20],
    ],
    unfit: ({ hasPeople }) => (hasPeople ? undefined : 'nothing is known of its users'),
    load: loadColdUsers,
  },
  timeline: {
    folds: 1,
    metrics: NEXT,
    unfit: set => (set.isSplit || !set.people().interactions.times ? 'it has no times' : undefined),
    load: loadTimeline,
  },
  sessions: {
    folds: 1,
    metrics: NEXT,
    unfit: ({ isSplit }) => (isSplit ? 'its events have no order' : undefined),
    load(set, fold, seed) {
      const interactions = set.interactions()
      const { train, held } = withoutFold(interactions, fold, seed)
      const questions = atMost(nextEvents(interactions, undefined, held, CLICKS), seed)
      return { train, hasTimes: interactions.times !== undefined, asked: [{ title: 'the next click', questions }] }
    },
  },
}

/** The default protocol of a set. */
export const usualProtocol = ({ isSplit }: DataSet) => (isSplit ? 'given-split' : 'leave-last-out')

/**
 * A tenth of the users is not trained on. The questions ask for their events after the first few, with and without
 * their properties.
 */
function loadColdUsers(set: DataSet, fold: number, seed: number): Fold {
  const { interactions, properties } = set.people()
  const { train, held } = withoutFold(interactions, fold, seed)
  const asked = EVENTS_GIVEN.flatMap(given => [
    { title: `${given} events and properties`, questions: laterEvents(interactions, properties, held, given) },
    { title: `${given} events, no properties`, questions: laterEvents(interactions, undefined, held, given) },
  ])
  return { train, properties, hasTimes: interactions.times !== undefined, asked }
}

/** Events before a moment are trained on. Each later event is asked for, given the user's events before it. */
function loadTimeline(set: DataSet, _fold: number, seed: number): Fold {
  const { interactions, properties } = set.people()
  const times = interactions.times!
  const moment = times.toSorted()[Math.floor(BEFORE * times.length)]!
  const train = filterEvents(interactions, event => times[event]! < moment)
  const seen: Question[] = []
  const unseen: Question[] = []
  for (let user = 0; user < interactions.users; user++) {
    const history = historyOf(interactions, user)
    const known = historyOf(train, user).length
    for (let at = known; at < history.length; at++) {
      const question = { user, history: history.subarray(0, at), targets: history.subarray(at, at + 1) }
      ;(known > 0 ? seen : unseen).push({ ...question, properties: properties?.[user] })
    }
  }
  const asked = [
    { title: 'after the moment, users seen before it', questions: atMost(seen, seed) },
    { title: 'after the moment, users not seen before it', questions: atMost(unseen, seed) },
  ]
  return { train, properties, hasTimes: true, asked: asked.filter(({ questions }) => questions.length > 0) }
}

/** The events of nine tenths of the users, and the users of the last tenth. */
function withoutFold(interactions: Interactions, fold: number, seed: number) {
  const folds = foldsOf(interactions.users, seed)
  const train = filterEvents(interactions, (_event, user) => folds[user] !== fold)
  return { train, held: usersIn(folds, fold) }
}

/** Returns a random sample of the questions, in their order. */
function atMost(questions: readonly Question[], seed: number): readonly Question[] {
  return Array.from(sample(questions.length, Math.min(QUESTIONS_MAX, questions.length), seed), at => questions[at]!)
}

/** E.g. `ml-1m: 987,531 events of 6,040 users with 3,416 items`. */
export function described({ name }: DataSet, { train: { sequence, users, items } }: Fold): string {
  const [events, people, things] = [sequence.length, users, items].map(count => count.toLocaleString('en'))
  return `${name}: ${events} events of ${people} users with ${things} items to train on`
}
