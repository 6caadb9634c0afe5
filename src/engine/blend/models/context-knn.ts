import { type Interactions, occurrencesOf } from '../../interactions.ts'
import { firstWhere } from '../../math/places.ts'
import { sharedIntegers } from '../../team/share.ts'
import { type BlendQuery, forRecent, type Memory, type Model } from './model.ts'
import { forCompared, type Moments, type Occurrences, openNearest } from './nearest-moments.ts'

export interface ContextKnnSettings {
  /** K: how many positions like this one are asked for the next item. */
  readonly neighbours: number
  /** Of 31 steps at most. */
  readonly memory: Memory
  /** How much more a nearer one is believed. */
  readonly exponent: number
  /**
   * How many occurrences of the last item are looked at, the newest. Of an item further back they are as many as it
   * counts: it seldom makes a moment one of the nearest. On MovieLens-1M that halves the steps at the same accuracy.
   */
  readonly occurrencesMax: number
  /** How many events are looked at: the kernel reaches 4 GiB. Of more events those of the last users are. */
  readonly eventsMax: number
}

export const CONTEXT_KNN: ContextKnnSettings = {
  neighbours: 1000,
  memory: { decay: 0.8, length: 12 },
  exponent: 3,
  occurrencesMax: 500,
  eventsMax: 2 ** 28,
}

/** The sequences, and where the newest occurrences of each item are. */
export type ContextKnnState = Moments & {
  /** Files of before have the times of the events instead. */
  readonly newest?: Occurrences
  readonly times?: Float64Array | undefined
  readonly exponent: number
}

/** Indexes where each item occurs in the sequences. */
export function trainContextKnn(
  all: Interactions,
  { eventsMax, ...settings }: ContextKnnSettings = CONTEXT_KNN,
): ContextKnnState {
  const interactions = lastUsers(all, eventsMax)
  const { users, items, offsets, sequence, weights } = interactions
  const newest = newestOccurrences(interactions, settings.occurrencesMax)
  return { users, items, offsets, sequence, weights, newest, ...settings }
}

type Events = Pick<Interactions, 'users' | 'items' | 'offsets' | 'sequence' | 'times' | 'weights'>

/** The events of the last users, this many of them at most. */
function lastUsers({ users, items, offsets, sequence, times, weights }: Events, most: number): Events {
  const first = firstWhere(users, user => sequence.length - offsets[user]! <= most)
  if (first === 0) return { users, items, offsets, sequence, times, weights }
  const from = offsets[first]!
  return {
    users: users - first,
    items,
    offsets: offsets.subarray(first).map(offset => offset - from),
    sequence: sequence.subarray(from),
    times: times?.subarray(from),
    weights: weights?.subarray(from),
  }
}

/** A position that is compared takes as long as this many entries of a row. */
const STEPS_OF_POSITION = 25

/**
 * Nearest neighbours among all moments of all users. After VS-kNN (Ludewig and Jannach, UMUAI 2018), whose sampling of
 * the newest it takes, and STAN (Garg et al., SIGIR 2019). A session there is a position of a sequence here.
 *
 *     x_t = Σ_{l=1..length} decay^{l−1} e(the item l − 1 steps before position t)
 *     score_j = Σ_{t ∈ the K positions with the greatest cos(x_u, x_t), next item j} cos(x_u, x_t)³
 */
export function openContextKnn(state: ContextKnnState): Model {
  const { sequence, weights, exponent } = state
  const newest = state.newest ?? newestOccurrences(state, state.occurrencesMax)
  const nearest = openNearest(state, newest)
  const scoreOf = (position: number, cosine: number) => {
    const power = exponent === 3 ? cosine * cosine * cosine : cosine ** exponent
    return weights ? power * weights[position + 1]! : power
  }
  return {
    score(query, out) {
      const { count, positions, cosines, items, scores } = nearest(query)
      if (exponent !== 3) for (let n = 0; n < count; n++) scores[n] = scoreOf(positions[n]!, cosines[n]!)
      out.addPositive(items, scores, count)
    },
    steps(query) {
      let positions = 0
      forCompared(query, state, newest, (_item, _weight, start, end) => {
        positions += end - start
      })
      return STEPS_OF_POSITION * positions
    },
    // A neighbour's score is shared out among the events as its cosine is a sum over them.
    contributions(query, items, each) {
      const { count, positions, cosines } = nearest(query)
      for (let n = 0; n < count; n++) {
        const position = positions[n]!
        const item = sequence[position + 1]!
        if (!items.has(item)) continue
        const products = productsWith(query, position, state)
        const total = products.reduce((sum, { product }) => sum + product, 0)
        for (const { at, product } of products)
          each(item, (scoreOf(position, cosines[n]!) * product) / total, { kind: 'event', at })
      }
    },
  }
}

/** The parts of x_u · x_t by the events of the history. */
function productsWith(query: BlendQuery, position: number, { sequence, offsets, weights, memory }: ContextKnnState) {
  const user = firstWhere(offsets.length, at => offsets[at]! > position) - 1
  const start = Math.max(offsets[user]!, position - memory.length + 1)
  const products: { at: number; product: number }[] = []
  forRecent(query, memory, (item, weight, at) => {
    let product = 0
    for (let t = start; t <= position; t++)
      if (sequence[t] === item) product += weight * memory.decay ** (position - t) * (weights ? weights[t]! : 1)
    if (product > 0) products.push({ at, product })
  })
  return products
}

/** At most `most` occurrences of every item, the newest. Without times, those of the last users. */
function newestOccurrences(interactions: Events, most: number): Occurrences {
  const { items, times } = interactions
  const all = occurrencesOf(interactions)
  const offsets = sharedIntegers(items + 1)
  for (let item = 0; item < items; item++)
    offsets[item + 1] = offsets[item]! + Math.min(most, all.offsets[item + 1]! - all.offsets[item]!)
  const positions = sharedIntegers(offsets[items]!)
  for (let item = 0; item < items; item++) {
    const own = all.positions.subarray(all.offsets[item], all.offsets[item + 1])
    // Those of one moment stay in their order.
    if (times && own.length > most) own.sort((a, b) => times[a]! - times[b]! || a - b)
    positions.set(own.subarray(-most), offsets[item])
  }
  return { offsets, positions }
}
