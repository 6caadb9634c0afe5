import { fromSequences } from '#test/interactions.ts'
import type { Properties } from '../../src/engine/blend/models/model.ts'
import type { Interactions } from '../../src/engine/interactions.ts'
import { createRandom } from '../../src/engine/math/random.ts'

/** The shape of a generated data set, which is like that of a shop. */
interface Shape {
  readonly users: number
  readonly items: number
  /** The events of a user: `least`, and an exponentially distributed number with the mean `more`. */
  readonly least: number
  readonly more: number
  /** The most events in all. The users beyond them have `least` each. */
  readonly events?: number
  /** Parts of the catalogue. A user stays in one of them, except in a share `astray` of the events. */
  readonly tastes: number
  readonly astray: number
  /** An item of a part is floor(size · x^skew) with a uniform x. The greater `skew` is, the longer is the tail. */
  readonly skew: number
  /** The shares of events whose item is one of the few followers of the last one, and one that the user had. */
  readonly follows: number
  readonly repeats: number
  /** The share of users who have their part of the catalogue as a property. Without it there is no Users dataset. */
  readonly known?: number
}

/** The generated sets by name. The first is as large as the smaller MovieLens, which tutorials use. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'few-users': {
    users: 610,
    items: 9724,
    least: 20,
    more: 145,
    events: 100_000,
    tastes: 12,
    astray: 0.3,
    skew: 4,
    follows: 0.15,
    repeats: 0,
  },
  'sparse-shop': {
    users: 6000,
    items: 3000,
    least: 3,
    more: 5,
    tastes: 40,
    astray: 0.15,
    skew: 2.5,
    follows: 0.4,
    repeats: 0,
  },
  sessions: { users: 8000, items: 1500, least: 2, more: 3, tastes: 60, astray: 0.1, skew: 2, follows: 0.6, repeats: 0 },
  repeats: {
    users: 1500,
    items: 800,
    least: 5,
    more: 25,
    tastes: 10,
    astray: 0.2,
    skew: 2.5,
    follows: 0,
    repeats: 0.5,
  },
  'two-camps': {
    users: 1200,
    items: 400,
    least: 3,
    more: 12,
    tastes: 2,
    astray: 0.1,
    skew: 2,
    follows: 0.1,
    repeats: 0,
    known: 0.5,
  },
}

/** The number of followers of an item. */
const FOLLOWERS = 3
/** In seconds: users begin within a hundred days, and the mean time between their events is half a day. */
const [PERIOD, GAP] = [100 * 86_400, 43_200]

/** Generates a set of this shape, the same for the same seed. Times are in seconds. */
export function generate(
  shape: Shape,
  seed: number,
): { readonly interactions: Interactions; readonly properties?: readonly Properties[] } {
  const random = createRandom(seed)
  const tastes = Int32Array.from({ length: shape.users }, () => Math.floor(random() * shape.tastes))
  let left = (shape.events ?? Number.POSITIVE_INFINITY) - shape.users * shape.least
  const sequences = Array.from(tastes, taste => {
    const more = Math.min(left, Math.floor(-shape.more * Math.log(1 - random())))
    left -= more
    return sequenceOf(shape, taste, shape.least + more, random)
  })
  const interactions = fromSequences(sequences, shape.items)
  const times = new Float64Array(interactions.sequence.length)
  for (let user = 0; user < shape.users; user++) {
    let time = 1e9 + PERIOD * random()
    for (let event = interactions.offsets[user]!; event < interactions.offsets[user + 1]!; event++) {
      times[event] = Math.floor(time)
      time += 1 - GAP * Math.log(1 - random())
    }
  }
  const { known } = shape
  const properties = known && Array.from(tastes, taste => [random() < known ? `camp ${taste}` : null])
  return { interactions: { ...interactions, times }, ...(properties ? { properties } : {}) }
}

/** The items of a user. Items come again only by `repeats`. */
function sequenceOf(
  { items, tastes, astray, skew, follows, repeats }: Shape,
  own: number,
  length: number,
  random: () => number,
) {
  const size = Math.floor(items / tastes)
  const had = new Set<number>()
  const sequence: number[] = []
  const fresh = () => {
    const last = sequence.at(-1)
    if (last !== undefined && random() < follows)
      return (last + tastes * (1 + Math.floor(random() * FOLLOWERS))) % items
    const taste = random() < astray ? Math.floor(random() * tastes) : own
    return Math.floor(size * random() ** skew) * tastes + taste
  }
  for (let tries = 0; sequence.length < length && tries < 20 * length; tries++) {
    const again = sequence.length > 0 && random() < repeats
    const item = again ? sequence[Math.floor(random() * sequence.length)]! : fresh()
    if (!again && had.has(item)) continue
    had.add(item)
    sequence.push(item)
  }
  return sequence
}
