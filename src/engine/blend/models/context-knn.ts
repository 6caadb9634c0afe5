import { type Interactions, occurrencesOf } from '../../interactions.ts'
import { firstWhere } from '../../math/places.ts'
import { SortedSet } from '../../math/sorted-set.ts'
import { STEPS_MAX, type StartBits, startBits, stepsBack, stepsOn } from '../../math/starts.ts'
import { sharedIntegers } from '../../team/share.ts'
import { type Asked, forRecent, type Memory, type Model } from './model.ts'

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
  const scoreOf = (position: number, cosine: number) => {
    const power = exponent === 3 ? cosine * cosine * cosine : cosine ** exponent
    return weights ? power * weights[position + 1]! : power
  }
  return {
    score(asked, out) {
      const { count, positions, cosines } = nearest(asked)
      for (let n = 0; n < count; n++) out.add(sequence[positions[n]! + 1]!, scoreOf(positions[n]!, cosines[n]!))
    },
    // A neighbour's score is shared out among the events as its cosine is a sum over them.
    contributions(asked, items, each) {
      const { count, positions, cosines } = nearest(asked)
      for (let n = 0; n < count; n++) {
        const position = positions[n]!
        const item = sequence[position + 1]!
        if (!items.has(item)) continue
        const products = productsWith(asked, position, state)
        const total = products.reduce((sum, { product }) => sum + product, 0)
        for (const { at, product } of products)
          each(item, (scoreOf(position, cosines[n]!) * product) / total, { kind: 'event', at })
      }
    },
  }
}

/** The first `count` of these are positions whose next item tells most, in rising order, and the cosine of each. */
interface Neighbours {
  count: number
  readonly positions: Int32Array
  readonly cosines: Float64Array
}

/** The positions of the user's last items in all sequences, in rising order: the first `count` of each array. */
interface Meetings {
  count: number
  readonly positions: Int32Array
  /** How much the item at each counts in x_u, times its own weight. */
  readonly values: Float64Array
  /** x_u · x_t at each. */
  readonly products: Float64Array
  /** cos(x_u, x_t) at each; 0 where no event follows it. */
  readonly cosines: Float64Array
  /** How many events of the same user are before each, as many as the memory reaches back to at most. */
  readonly backs: Int32Array
  /** How many positions from each on are compared: those up to the window's end, and before the user's last event. */
  readonly reaches: Int32Array
  /** Of each, the first one that its window reaches back to. */
  readonly firsts: Int32Array
}

/** All that a search reads. Its loops are not closures: of those V8 makes code half as fast once there are several. */
interface Moments extends Pick<ContextKnnState, 'sequence' | 'weights'> {
  readonly length: number
  /** decay^l; the last one is 0. */
  readonly decays: Float64Array
  /** As `normsOf` returns them. */
  readonly norms: Float64Array
  /** Where the users' sequences begin. */
  readonly starts: StartBits
}

/**
 * Returns a function that finds the K nearest positions; each call uses the arrays of the last one again. The product
 * with x_u grows only where a position has an item of the user's, a meeting. So the meetings are compared first;
 * positions after them only as long as they are among the K. Hence a request costs as many steps as there are meetings,
 * 9,300 at most.
 */
function openNearest(state: ContextKnnState): (asked: Asked) => Neighbours {
  const { sequence, offsets, weights, items, memory, neighbours, occurrencesMax } = state
  const length = Math.min(memory.length, STEPS_MAX)
  const at = state.newest ?? newestOccurrences(state, occurrencesMax)
  const moments: Moments = {
    sequence,
    weights,
    length,
    decays: Float64Array.of(...Array.from({ length: 2 * length }, (_, l) => memory.decay ** l), 0),
    norms: normsOf(state),
    starts: startBits(offsets),
  }
  const meetings = roomForMeetings(Math.min(sequence.length, length * occurrencesMax))
  const room = Math.min(sequence.length, length ** 2 * occurrencesMax)
  const found = { count: 0, positions: new Int32Array(room), cosines: new Float64Array(room) }
  const positions = new SortedSet(sequence.length)
  const x = new Float64Array(items)
  return asked => {
    let looked = occurrencesMax
    forRecent(asked, memory, (item, weight) => {
      x[item]! += weight
      const end = at.offsets[item + 1]!
      positions.addAll(at.positions, Math.max(at.offsets[item]!, end - Math.ceil(looked)), end)
      looked *= memory.decay
    })
    meetings.count = positions.drain(meetings.positions)
    const norm = Math.sqrt(sumOfSquares(asked, memory))
    compareMeetings(meetings, x, norm, moments)
    forRecent(asked, memory, item => {
      x[item] = 0
    })
    comparePositions(meetings, norm, neighbours, moments, found)
    keepGreatest(found, neighbours)
    return found
  }
}

function roomForMeetings(room: number): Meetings {
  const integers = () => new Int32Array(room)
  const floats = () => new Float64Array(room)
  return {
    count: 0,
    positions: integers(),
    values: floats(),
    products: floats(),
    cosines: floats(),
    backs: integers(),
    reaches: integers(),
    firsts: integers(),
  }
}

/** Fills in all but the positions. @param norm |x_u| */
function compareMeetings(meetings: Meetings, x: Float64Array, norm: number, moments: Moments): void {
  const { count, positions, values, products, cosines, backs, reaches, firsts } = meetings
  const { sequence, weights, length, decays, starts } = moments
  // In loops of their own: a processor waits for many places of memory at once, if nothing else depends on them.
  for (let m = 0; m < count; m++) values[m] = x[sequence[positions[m]!]!]!
  if (weights) for (let m = 0; m < count; m++) values[m]! *= weights[positions[m]!]!
  for (let m = 0; m < count; m++) {
    backs[m] = Math.min(stepsBack(starts, positions[m]!), length - 1)
    reaches[m] = Math.min(stepsOn(starts, positions[m]!), length)
  }
  const none = decays.length - 1
  let [last, first, product] = [0, 0, 0]
  for (let m = 0; m < count; m++) {
    const position = positions[m]!
    // Without a branch, since half of them are in the window of the one before, in no order: −1 for the other half.
    const isApart = (backs[m]! - (position - last)) >> 31
    first = (m & isApart) | (first & ~isApart)
    product *= decays[(none & isApart) | ((position - last) & ~isApart)]!
    for (; position - positions[first]! >= length; first++)
      product -= values[first]! * decays[position - positions[first]!]!
    product += values[m]!
    last = position
    products[m] = product
    firsts[m] = first
    cosines[m] = reaches[m]! > 0 ? product / normAt(moments, position, backs[m]!) / norm : 0
  }
}

/** Finds the positions at the meetings and after them that may be among the k greatest cosines. */
function comparePositions(meetings: Meetings, norm: number, k: number, moments: Moments, found: Neighbours): void {
  const { count, positions, values, products, cosines, backs, reaches, firsts } = meetings
  const { length, decays } = moments
  const least = leastOfGreatest(cosines, count, k)
  let to = 0
  for (let m = 0; m < count; m++) {
    let cosine = cosines[m]!
    if (cosine < least) continue
    const position = positions[m]!
    const end = Math.min(position + reaches[m]!, m + 1 < count ? positions[m + 1]! : Number.POSITIVE_INFINITY)
    for (let t = position; cosine >= least && t < end; ) {
      found.positions[to] = t
      found.cosines[to++] = cosine
      t++
      let product = products[m]! * decays[t - position]!
      for (let left = firsts[m]!; t - positions[left]! >= length; left++)
        product -= values[left]! * decays[t - positions[left]!]!
      cosine = product / normAt(moments, t, backs[m]! + t - position) / norm
    }
  }
  found.count = to
}

/** Keeps those that are among the k greatest, or a few more. */
function keepGreatest(found: Neighbours, k: number): void {
  const { count, positions, cosines } = found
  const least = leastOfGreatest(cosines, count, k)
  let to = 0
  for (let n = 0; n < count; n++) {
    if (cosines[n]! < least) continue
    positions[to] = positions[n]!
    cosines[to++] = cosines[n]!
  }
  found.count = to
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

/**
 * Of the first `count` the k-th greatest cosine to 1/2048, rounded down. So those from it on are k or a few more. No
 * sorting.
 */
function leastOfGreatest(cosines: Float64Array, count: number, k: number): number {
  const counts = new Int32Array(STEPS + 1)
  for (let m = 0; m < count; m++) counts[Math.min(STEPS, Math.floor(cosines[m]! * STEPS))]!++
  let step = STEPS
  for (let least = counts[step]!; least < k && step > 0; least += counts[step]!) step--
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
 * |x_t| by position, where events weigh differently. Otherwise it is by the steps back to the first event, up to the
 * memory's. An item that occurs twice within one prefix is counted apart.
 */
function normsOf({ users, offsets, sequence, weights, memory }: ContextKnnState): Float64Array {
  const squares = Float64Array.from({ length: memory.length }, (_, l) => memory.decay ** (2 * l))
  if (!weights)
    return squares.map((_, l) => Math.sqrt(squares.subarray(0, l + 1).reduce((sum, square) => sum + square)))
  const norms = new Float64Array(sequence.length)
  for (let user = 0; user < users; user++)
    for (let t = offsets[user]!; t < offsets[user + 1]!; t++) {
      let sum = 0
      for (let l = 0; l < memory.length && t - l >= offsets[user]!; l++) sum += squares[l]! * weights[t - l]! ** 2
      norms[t] = Math.sqrt(sum) || Number.MIN_VALUE
    }
  return norms
}

function normAt({ norms, weights, length }: Moments, position: number, back: number): number {
  return norms[weights ? position : Math.min(back, length - 1)]!
}

function sumOfSquares(asked: Asked, memory: Memory): number {
  let sum = 0
  forRecent(asked, memory, (_item, weight) => {
    sum += weight * weight
  })
  return sum
}
