import { createMomentsKernel } from '../../math/kernel.ts'
import { createMemory, reachArrays, rememberMemory } from '../../math/memory.ts'
import { STEPS_MAX, startBits } from '../../math/starts.ts'
import { type BlendQuery, forRecent, type Memory } from './model.ts'

/** The sequences of all users, and how moments of them are compared; see `ContextKnnSettings`. */
export type Moments = {
  readonly users: number
  readonly items: number
  readonly offsets: Int32Array
  readonly sequence: Int32Array
  readonly weights?: Float32Array | undefined
  readonly neighbours: number
  readonly memory: Memory
  readonly occurrencesMax: number
}

/** Item i occurs at positions[offsets[i] .. offsets[i+1]] of the sequences; beyond a limit the newest are the last. */
export type Occurrences = { readonly offsets: Int32Array; readonly positions: Int32Array }

/**
 * The first `count` of `positions` are those whose next item tells most, in rising order. The other lists have the
 * cosine of each, that item, and its score: the cube of the cosine times the weight of the item's event. Kernels reach
 * the last two.
 */
interface Neighbours {
  readonly count: number
  readonly positions: Int32Array
  readonly cosines: Float64Array
  readonly items: Int32Array
  readonly scores: Float64Array
}

/**
 * Calls back with each of the user's last items, its weight, and which of its occurrences are compared: the newest. Of
 * an item further back they are as many as it counts.
 */
export function forCompared(
  query: BlendQuery,
  { memory, occurrencesMax }: Pick<Moments, 'memory' | 'occurrencesMax'>,
  { offsets }: Occurrences,
  each: (item: number, weight: number, start: number, end: number) => void,
): void {
  let looked = occurrencesMax
  forRecent(query, memory, (item, weight) => {
    const end = offsets[item + 1]!
    each(item, weight, Math.max(offsets[item]!, end - Math.ceil(looked)), end)
    looked *= memory.decay
  })
}

/** The k-th greatest cosine is known to 1 / 2048, so that there are k or a few more. No sorting. */
const STEPS = 2048
/** Bytes that the kernel has for a position of one of the user's items. */
const MEETING = 40

/**
 * Returns a function that finds the K nearest positions; each call uses the arrays of the last one again. The product
 * with x_u grows only where a position has an item of the user's, a meeting. So the meetings are compared first;
 * positions after them only as long as they are among the K. Hence a request costs as many steps as there are meetings,
 * 9,300 at most.
 *
 * Positions beyond the newest occurrences of an item count as if they had another item.
 */
export function openNearest(moments: Moments, newest: Occurrences): (query: BlendQuery) => Neighbours {
  const { sequence, weights, offsets, items, memory, neighbours, occurrencesMax } = moments
  const length = Math.min(memory.length, STEPS_MAX)
  const starts = startBits(offsets)
  const inverses = inversesOf(moments, length)
  const meetings = Math.min(sequence.length, length * occurrencesMax)
  const found = Math.min(sequence.length, length ** 2 * occurrencesMax) + 1
  const words = Math.ceil(sequence.length / 64)
  const rows = reachArrays([newest.positions, sequence, ...(weights ? [weights] : [])])
  const [positionsAt, sequenceAt, weightsAt = -1] = rows.addresses as [number, number, number?]
  const decays = [...Array.from({ length: 2 * length }, (_, l) => memory.decay ** l), 0]

  let bytes = 0
  const take = (room: number) => {
    const address = bytes
    bytes = Math.ceil((address + room) / 8) * 8
    return address
  }
  const at = {
    bits: take(8 * words),
    words: take(8 * Math.ceil(words / 64)),
    wordsEnd: bytes,
    bases: take(4 * words),
    starts: take(starts.byteLength),
    decays: take(8 * decays.length),
    none: decays.length - 1,
    inverses: take(inverses.byteLength),
    length,
    counts: take(4 * (STEPS + 1)),
    meetings: take(MEETING * meetings),
    positions: take(4 * found),
    cosines: take(8 * (found + 1)),
    items: take(4 * found),
    scores: take(8 * (found + 1)),
    weights: weightsAt,
    sequence: sequenceAt,
  }
  const room = createMemory(bytes)
  const buffer = rememberMemory(room)
  new Int32Array(buffer, at.starts, starts.length).set(starts)
  new Float64Array(buffer, at.decays, decays.length).set(decays)
  new Float64Array(buffer, at.inverses, inverses.length).set(inverses)
  const x = new Float64Array(items)
  const { addPositions, makeMeetings, setValues, nearest, scoreNext } = createMomentsKernel(room, rows.memory, at)
  const lists = {
    positions: new Int32Array(buffer, at.positions, found),
    cosines: new Float64Array(buffer, at.cosines, found),
    items: new Int32Array(buffer, at.items, found),
    scores: new Float64Array(buffer, at.scores, found),
  }
  /** Calls back with each of the last items, and the addresses of those of its positions that are compared. */
  const forPositions = (query: BlendQuery, each: (item: number, weight: number, at: number, end: number) => void) => {
    forCompared(query, moments, newest, (item, weight, start, end) =>
      each(item, weight, positionsAt + 4 * start, positionsAt + 4 * end),
    )
  }
  return query => {
    let squares = 0
    forPositions(query, (item, weight, from, to) => {
      x[item]! += weight
      squares += weight * weight
      addPositions(from, to)
    })
    const end = makeMeetings()
    // Of an item that was had twice both times with the sum.
    forPositions(query, (item, _weight, from, to) => setValues(from, to, x[item]!))
    const count = nearest(end, 1 / Math.sqrt(squares), neighbours)
    scoreNext(count)
    forRecent(query, memory, item => {
      x[item] = 0
    })
    return { count, ...lists }
  }
}

/**
 * 1 / |x_t| by position, where events weigh differently. Otherwise it is by the steps back to the first event, up to
 * the memory's. An item that occurs twice within one prefix is counted apart.
 */
function inversesOf({ users, offsets, sequence, weights, memory }: Moments, length: number): Float64Array {
  const squares = Float64Array.from({ length }, (_, l) => memory.decay ** (2 * l))
  if (!weights)
    return squares.map((_, l) => 1 / Math.sqrt(squares.subarray(0, l + 1).reduce((sum, square) => sum + square)))
  const inverses = new Float64Array(sequence.length)
  for (let user = 0; user < users; user++)
    for (let t = offsets[user]!; t < offsets[user + 1]!; t++) {
      let sum = 0
      for (let l = 0; l < length && t - l >= offsets[user]!; l++) sum += squares[l]! * weights[t - l]! ** 2
      inverses[t] = 1 / (Math.sqrt(sum) || Number.MIN_VALUE)
    }
  return inverses
}
