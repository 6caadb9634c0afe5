import { type Interactions, occurrencesOf } from '../../interactions.ts'
import { firstWhere } from '../../math/places.ts'
import { SortedSet } from '../../math/sorted-set.ts'
import { sharedIntegers } from '../../team/share.ts'
import { type Asked, forRecent, type Memory, type Model } from './model.ts'

export interface ContextKnnSettings {
  /** K: how many positions like this one are asked for the next item. */
  readonly neighbours: number
  readonly memory: Memory
  /** How much more a nearer one is believed. */
  readonly exponent: number
  /**
   * How many occurrences of the last item are looked at, the newest. Of an item further back they are as many as it
   * counts: it seldom makes a moment one of the nearest. On MovieLens-1M that halves the steps at the same accuracy.
   */
  readonly occurrencesMax: number
}

export const CONTEXT_KNN: ContextKnnSettings = {
  neighbours: 1000,
  memory: { decay: 0.8, length: 12 },
  exponent: 3,
  occurrencesMax: 2000,
}

/** The sequences, and where the newest occurrences of each item are. */
export type ContextKnnState = {
  readonly users: number
  readonly items: number
  readonly offsets: Int32Array
  readonly sequence: Int32Array
  readonly weights?: Float32Array | undefined
  /** Files of before have the times of the events instead. */
  readonly newest?: Occurrences
  readonly times?: Float64Array | undefined
  readonly neighbours: number
  readonly memory: Memory
  readonly exponent: number
  readonly occurrencesMax: number
}

/** Item i occurs at positions[offsets[i] .. offsets[i+1]] of the sequences; beyond a limit the newest are the last. */
type Occurrences = { readonly offsets: Int32Array; readonly positions: Int32Array }

/** Indexes where each item occurs in the sequences. */
export function trainContextKnn(
  interactions: Interactions,
  settings: ContextKnnSettings = CONTEXT_KNN,
): ContextKnnState {
  const { users, items, offsets, sequence, weights } = interactions
  return {
    users,
    items,
    offsets,
    sequence,
    weights,
    newest: newestOccurrences(interactions, settings.occurrencesMax),
    ...settings,
  }
}

/**
 * Nearest neighbours among all moments of all users. After VS-kNN (Ludewig and Jannach, UMUAI 2018), whose sampling of
 * the newest it takes, and STAN (Garg et al., SIGIR 2019). A session there is a position of a sequence here.
 *
 *     x_t = Σ_{l=1..length} decay^{l−1} e(the item l − 1 steps before position t)
 *     score_j = Σ_{t ∈ the K positions with the greatest cos(x_u, x_t), next item j} cos(x_u, x_t)³
 */
export function openContextKnn(state: ContextKnnState): Model {
  const { sequence, weights, exponent } = state
  const nearest = openNearest(state)
  const scoreOf = (position: number, cosine: number) => cosine ** exponent * (weights ? weights[position + 1]! : 1)
  return {
    score(asked, out) {
      nearest(asked, (position, cosine) => out.add(sequence[position + 1]!, scoreOf(position, cosine)))
    },
    // A neighbour's score is shared out among the events as its cosine is a sum over them.
    contributions(asked, items, each) {
      nearest(asked, (position, cosine) => {
        const item = sequence[position + 1]!
        if (!items.has(item)) return
        const products = productsWith(asked, position, state)
        const total = products.reduce((sum, { product }) => sum + product, 0)
        for (const { at, product } of products)
          each(item, (scoreOf(position, cosine) * product) / total, { kind: 'event', at })
      })
    },
  }
}

/** Calls back with the K positions whose next item tells most, in rising order, and with the cosine of each. */
type Nearest = (asked: Asked, each: (position: number, cosine: number) => void) => void

/**
 * The search of the nearest positions. The product with x_u grows only where a position has an item of the user's, a
 * meeting. So the meetings are compared first; positions after them only as long as they are among the K. Hence a
 * request costs as many steps as there are meetings, 9,300 at most.
 */
function openNearest(state: ContextKnnState): Nearest {
  const { sequence, neighbours, memory } = state
  const meet = openMeetings(state)
  const normAt = openNorms(state)
  const room = Math.min(sequence.length, memory.length ** 2 * state.occurrencesMax)
  const [positions, cosines] = [new Int32Array(room), new Float64Array(room)]
  return (asked, each) => {
    const norm = Math.sqrt(sumOfSquares(asked, memory))
    const { count, positions: met, starts, ends, products, productAt } = meet(asked)
    for (let m = 0; m < count; m++)
      cosines[m] = met[m]! < ends[m]! ? products[m]! / normAt(met[m]!, starts[m]!) / norm : 0
    const least = leastOfGreatest(cosines.subarray(0, count), neighbours)
    let found = 0
    for (let m = 0; m < count; m++)
      for (let t = met[m]!; t < ends[m]!; t++) {
        const cosine = productAt(m, t) / normAt(t, starts[m]!) / norm
        if (cosine < least) break
        positions[found] = t
        cosines[found++] = cosine
      }
    const leastOfAll = leastOfGreatest(cosines.subarray(0, found), neighbours)
    for (let n = 0; n < found; n++) if (cosines[n]! >= leastOfAll) each(positions[n]!, cosines[n]!)
  }
}

/** The positions of the user's last items in all sequences, in rising order. */
interface Meetings {
  count: number
  readonly positions: Int32Array
  /** Where the sequence of each begins. */
  readonly starts: Int32Array
  /** Of each, the first position after it that another meeting, the window or the last event of the user ends. */
  readonly ends: Int32Array
  /** x_u · x_t at each. */
  readonly products: Float64Array
  /** The same at a position from the m-th meeting up to its end. */
  productAt(m: number, position: number): number
}

/** Returns a function that finds the meetings; each call uses the arrays of the last one again. */
function openMeetings(state: ContextKnnState): (asked: Asked) => Meetings {
  const { sequence, offsets, weights, items, memory } = state
  const at = state.newest ?? newestOccurrences(state, state.occurrencesMax)
  const room = Math.min(sequence.length, memory.length * state.occurrencesMax)
  const found = new SortedSet(sequence.length)
  const positions = new Int32Array(room)
  const [values, products] = [new Float64Array(room), new Float64Array(room)]
  // Of each meeting, the first one that its window reaches back to.
  const [firsts, starts, ends] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)]
  const decays = Float64Array.from({ length: 2 * memory.length }, (_, l) => memory.decay ** l)
  const x = new Float64Array(items)
  const productAt = (m: number, position: number) => {
    let product = products[m]! * decays[position - positions[m]!]!
    for (let left = firsts[m]!; position - positions[left]! >= memory.length; left++)
      product -= values[left]! * decays[position - positions[left]!]!
    return product
  }
  const meetings = { count: 0, positions, starts, ends, products, productAt }
  return asked => {
    x.fill(0)
    let looked = state.occurrencesMax
    forRecent(asked, memory, (item, weight) => {
      x[item]! += weight
      const end = at.offsets[item + 1]!
      for (let o = Math.max(at.offsets[item]!, end - Math.ceil(looked)); o < end; o++) found.add(at.positions[o]!)
      looked *= memory.decay
    })
    const count = found.drain(positions)
    // In a loop of its own: a processor waits for many places of memory at once, if nothing else depends on them.
    for (let m = 0; m < count; m++) values[m] = x[sequence[positions[m]!]!]! * (weights ? weights[positions[m]!]! : 1)
    for (let m = 0, user = 0; m < count; m++) {
      const position = positions[m]!
      while (offsets[user + 1]! <= position) user++
      const isNear = m > 0 && positions[m - 1]! >= offsets[user]! && position - positions[m - 1]! < memory.length
      if (isNear) ends[m - 1] = position
      starts[m] = offsets[user]!
      ends[m] = Math.min(position + memory.length, offsets[user + 1]! - 1)
      products[m] = values[m]! + (isNear ? productAt(m - 1, position) : 0)
      firsts[m] = isNear ? firsts[m - 1]! : m
      while (position - positions[firsts[m]!]! >= memory.length) firsts[m]!++
    }
    meetings.count = count
    return meetings
  }
}

/** The parts of x_u · x_t by the events of the history. */
function productsWith(asked: Asked, position: number, { sequence, offsets, weights, memory }: ContextKnnState) {
  const user = firstWhere(offsets.length, at => offsets[at]! > position) - 1
  const start = Math.max(offsets[user]!, position - memory.length + 1)
  const products: { at: number; product: number }[] = []
  forRecent(asked, memory, (item, weight, at) => {
    let product = 0
    for (let t = start; t <= position; t++)
      if (sequence[t] === item) product += weight * memory.decay ** (position - t) * (weights ? weights[t]! : 1)
    if (product > 0) products.push({ at, product })
  })
  return products
}

const STEPS = 2048

/** The k-th greatest cosine to 1/2048, rounded down, so that those from it on are k or a few more. No sorting. */
function leastOfGreatest(cosines: Float64Array, k: number): number {
  const counts = new Int32Array(STEPS + 1)
  for (let m = 0; m < cosines.length; m++) counts[Math.min(STEPS, Math.floor(cosines[m]! * STEPS))]!++
  let step = STEPS
  for (let count = counts[step]!; count < k && step > 0; count += counts[step]!) step--
  return step / STEPS
}

/** At most `most` occurrences of every item, the newest. Without times, those of the last users. */
function newestOccurrences(interactions: Interactions, most: number): Occurrences {
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

/**
 * Returns |x_t| by a position and the start of its sequence. An item that occurs twice within one prefix is counted
 * apart. Where all events weigh the same, it depends on the length of the prefix alone.
 */
function openNorms({ users, offsets, sequence, weights, memory }: ContextKnnState) {
  const squares = Float64Array.from({ length: memory.length }, (_, l) => memory.decay ** (2 * l))
  if (!weights) {
    const norms = squares.map((_, l) => Math.sqrt(squares.subarray(0, l + 1).reduce((sum, square) => sum + square)))
    return (position: number, start: number) => norms[Math.min(position - start, memory.length - 1)]!
  }
  const norms = new Float64Array(sequence.length)
  for (let user = 0; user < users; user++)
    for (let t = offsets[user]!; t < offsets[user + 1]!; t++) {
      let sum = 0
      for (let l = 0; l < memory.length && t - l >= offsets[user]!; l++) sum += squares[l]! * weights[t - l]! ** 2
      norms[t] = Math.sqrt(sum) || Number.MIN_VALUE
    }
  return (position: number) => norms[position]!
}

function sumOfSquares(asked: Asked, memory: Memory): number {
  let sum = 0
  forRecent(asked, memory, (_item, weight) => {
    sum += weight * weight
  })
  return sum
}
