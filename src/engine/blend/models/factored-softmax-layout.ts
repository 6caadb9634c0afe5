import { threadCount } from '../../team/team.ts'
import type { Memory } from './model.ts'

export interface FactoredSoftmaxSettings {
  /** d: how many numbers a vector has, the last one for the item's popularity; a multiple of 8. */
  readonly dimensions: number
  /** Each has vectors of its own, and remembers the whole history. */
  readonly memories: readonly Memory[]
  /** K: from how many other items the next one is told at a time; a multiple of 8. */
  readonly negatives: number
  /** The share of these that is drawn by popularity; of the others every item is as likely. */
  readonly byPopularity: number
  /** η of the first step; it falls in a line to a twentieth. */
  readonly rate: number
  /** How often every event is learned from. */
  readonly passes: number
  /** How many events are learned from at most, in all passes together: some 20 seconds of one core. */
  readonly eventsMax: number
  /** Where there are more items, the most popular ones are taken. */
  readonly itemsMax: number
  readonly seed: number
}

/** How many parts a step has, each with negatives of its own. More threads than this have nothing to do. */
export const PARTS = 4
/** How many events a part has at most. */
export const POSITIONS = 128

/** Where the numbers of a training are, in memory that threads share. */
export interface Layout {
  readonly items: number
  readonly dimensions: number
  /** How many numbers the input vectors of an item have: d for each memory. */
  readonly width: number
  /** K of a part; a catalogue of fewer items needs fewer. */
  readonly negatives: number
  /** e and v of each item, and of each the sum of squares that Adagrad divides by. */
  readonly inputs: number
  readonly inputSquares: number
  readonly outputs: number
  readonly outputSquares: number
  readonly parts: readonly PartLayout[]
  /** Behind all of it, room for each thread. */
  readonly hands: number
  readonly size: number
}

/** What is found out about a part of a step: the slopes of the loss. */
export interface PartLayout {
  /** u, [position][d]. */
  readonly users: number
  /** By u, [position][d], by the input vectors, [position][width], by the vectors of the negatives, [negative][d]. */
  readonly userSlopes: number
  readonly inputSlopes: number
  readonly negativeSlopes: number
  /** By the score of the item that came, [position]. */
  readonly slopes: number
  /** Which items the negatives are, [negative]. */
  readonly negatives: number
}

/** What a thread works with: operands of matrix products, in tiles, and the products of users and negatives. */
export interface HandLayout {
  readonly userRows: number
  readonly userColumns: number
  /** The vectors of the negatives, [negative][d], then in tiles; and what their scores are lessened by. */
  readonly negatives: number
  readonly negativeRows: number
  readonly negativeColumns: number
  readonly corrections: number
  readonly products: number
  readonly chanceRows: number
  readonly chanceColumns: number
  /** The sums over a history, [memory][d]. */
  readonly state: number
  /** The slopes of the items that are moved, by their input vectors and by their output vectors. */
  readonly inputSums: number
  readonly outputSums: number
  readonly end: number
}

/** Returns where the numbers are for so many items. */
export function layoutOf(items: number, settings: FactoredSoftmaxSettings): Layout {
  const { dimensions, memories } = settings
  const width = memories.length * dimensions
  const negatives = Math.min(settings.negatives, 8 * Math.ceil(items / 8))
  let size = 0
  const room = (numbers: number) => {
    size += numbers
    return size - numbers
  }
  const vectors = {
    inputs: room(items * width),
    inputSquares: room(items),
    outputs: room(items * dimensions),
    outputSquares: room(items),
  }
  const parts = Array.from({ length: PARTS }, () => ({
    users: room(POSITIONS * dimensions),
    userSlopes: room(POSITIONS * dimensions),
    inputSlopes: room(POSITIONS * width),
    negativeSlopes: room(negatives * dimensions),
    slopes: room(POSITIONS),
    negatives: room(negatives),
  }))
  const layout = { items, dimensions, width, negatives, ...vectors, parts, hands: size }
  return { ...layout, size: handLayout(layout, threadCount() - 1).end }
}

/** Returns where a thread's own numbers are. */
export function handLayout(
  { hands, dimensions: d, width, negatives: K }: Omit<Layout, 'size'>,
  member: number,
): HandLayout {
  const sizes = {
    userRows: POSITIONS * d,
    userColumns: POSITIONS * d,
    negatives: K * d,
    negativeRows: K * d,
    negativeColumns: K * d,
    corrections: K,
    products: POSITIONS * K,
    chanceRows: POSITIONS * K,
    chanceColumns: POSITIONS * K,
    state: width,
    inputSums: PARTS * POSITIONS * width,
    outputSums: PARTS * (POSITIONS + K) * d,
  }
  const size = Object.values(sizes).reduce((a, b) => a + b)
  let at = hands + member * size
  const places = Object.entries(sizes).map(([name, numbers]) => {
    at += numbers
    return [name, at - numbers]
  })
  return { ...(Object.fromEntries(places) as Record<keyof typeof sizes, number>), end: at }
}
