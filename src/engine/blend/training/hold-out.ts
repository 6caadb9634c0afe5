import { filterEvents, type Interactions } from '../../interactions.ts'
import { sample, shuffle } from '../../math/random.ts'
import { newestCount, TESTED_SHARE } from '../questions.ts'

/** Users whose events the models of a trial know in part, or not at all. */
export interface HeldOut {
  /** All other events. */
  readonly train: Interactions
  /** Users without any event in `train`: as somebody who came after the training. */
  readonly newcomers: Int32Array
  /** Users whose newest events are not in `train`: as somebody who comes back. */
  readonly known: Int32Array
  /** Users without any event in `train`, to measure by. */
  readonly test: Int32Array
}

interface HoldOutSettings {
  /** The most users of each kind. */
  readonly newcomers: number
  readonly known: number
  readonly test: number
  readonly seed: number
  /** How many of the newest events of a known user with this many events are held out. */
  newest(events: number): number
}

/** Holds out a tenth of the users for the test, a tenth as newcomers, and the newest events of others. */
export function holdOut(interactions: Interactions, { seed, newest, ...most }: HoldOutSettings): HeldOut {
  const { users, offsets } = interactions
  const lengthOf = (user: number) => offsets[user + 1]! - offsets[user]!
  const asked = Int32Array.from({ length: users }, (_, user) => user).filter(user => lengthOf(user) > 1)
  const tenth = asked.length < USERS_MIN ? 0 : Math.floor(asked.length / 10)
  const newcomers = Math.min(tenth, most.newcomers)
  const test = Math.min(tenth, most.test)
  const count = Math.min(asked.length, newcomers + test + most.known)
  const drawn = shuffle(sample(asked.length, count, seed), seed).map(at => asked[at]!)
  // Where nobody is held out whole, all that users are measured by is held out of them.
  const newestOf = (events: number) => Math.max(newest(events), test === 0 ? newestCount(events, TESTED_SHARE) : 0)
  const held = new Int32Array(users)
  for (const [at, user] of drawn.entries())
    held[user] = at < newcomers + test ? lengthOf(user) : newestOf(lengthOf(user))
  return {
    train: filterEvents(interactions, (event, user) => event < offsets[user + 1]! - held[user]!),
    newcomers: drawn.slice(0, newcomers),
    test: drawn.slice(newcomers, newcomers + test),
    known: drawn.slice(newcomers + test),
  }
}

/** Of fewer users than this nobody is held out whole. */
const USERS_MIN = 100
