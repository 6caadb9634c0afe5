import { basename } from 'node:path'
import type { Properties } from '../../src/engine/blend/models/model.ts'
import { laterEvents } from '../../src/engine/blend/questions.ts'
import { filterEvents, type Interactions, leaveLastOut, type Question } from '../../src/engine/interactions.ts'
import { FOLDS, foldsOf, loadGivenSplit, loadPeople, loadSequences, usersIn } from './accuracy-data.ts'

/** What is asked of a recipe that was trained on a fold. */
export interface Fold {
  readonly train: Interactions
  /** What is known of each user; nothing where the protocol does not say so. */
  readonly properties?: readonly Properties[] | undefined
  /** Whether there are times at all, not just an order. */
  readonly hasTimes: boolean
  readonly asked: readonly Asked[]
}

/** Questions that have a table of their own. */
export interface Asked {
  readonly title: string
  readonly questions: readonly Question[]
}

export interface Protocol {
  readonly folds: number
  readonly metrics: readonly (readonly ['hitRate' | 'recall' | 'ndcg', number])[]
  load(folder: string, fold: number, seed: number): Fold
}

const EVENTS_GIVEN = [0, 1, 2, 5]

/** How recommendations are measured, by name. Nothing is chosen here: a training holds users back by itself. */
export const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'leave-last-out': {
    folds: 1,
    metrics: [
      ['hitRate', 10],
      ['ndcg', 10],
    ],
    load(folder) {
      const { train, questions } = leaveLastOut(loadSequences(folder)).test
      return { train, hasTimes: false, asked: [{ title: 'the last item of each user', questions }] }
    },
  },
  'given-split': {
    folds: 1,
    metrics: [
      ['recall', 20],
      ['ndcg', 20],
    ],
    load(folder) {
      const { train, questions } = loadGivenSplit(folder).test
      return { train, hasTimes: false, asked: [{ title: 'the test items of each user', questions }] }
    },
  },
  'cold-user': {
    folds: FOLDS,
    metrics: [
      ['ndcg', 10],
      ['recall', 20],
    ],
    load(folder, fold, seed) {
      const { interactions, properties } = loadPeople(folder)
      const folds = foldsOf(interactions.users, seed)
      const asked = EVENTS_GIVEN.map(given => ({
        title: `users held out, ${given} events given`,
        questions: laterEvents(interactions, properties, usersIn(folds, fold), given),
      }))
      const train = filterEvents(interactions, (_event, user) => folds[user] !== fold)
      return { train, properties, hasTimes: interactions.times !== undefined, asked }
    },
  },
}

/** E.g. `ml-1m: 987,531 events of 6,040 users with 3,416 items`. */
export function described(folder: string, { train: { sequence, users, items } }: Fold): string {
  const [events, people, things] = [sequence.length, users, items].map(count => count.toLocaleString('en'))
  return `${basename(folder)}: ${events} events of ${people} users with ${things} items to train on`
}
