import type { Memory } from './model.ts'

export interface FactoredSoftmaxSettings {
  /** d: how many numbers a vector has, the last one for the item's popularity; a multiple of 8. */
  readonly dimensions: number
  /** Each has vectors of its own, and remembers the whole history. */
  readonly memories: readonly Memory[]
  /** One more, whose sum says how much each number of the others' sum counts; none unless given. */
  readonly gate?: Memory | undefined
  /** K: from how many other items the next one is told at a time; a multiple of 8. */
  readonly negatives: number
  /** The share of these that is drawn by popularity; of the others every item is as likely. */
  readonly byPopularity: number
  /** η of the first step; it falls in a line to a twentieth. */
  readonly rate: number
  /** λ: how strongly a vector is drawn to 0 whenever it is moved, its bias aside. */
  readonly regularization: number
  /** How often every event is learned from. */
  readonly passes: number
  /** How many events a training reads at most, in all passes together. */
  readonly eventsMax: number
  /** Where there are more items, the most popular ones are taken. */
  readonly itemsMax: number
  readonly seed: number
  /** How many trainings, each from other random numbers, make the model together at most. */
  readonly members: number
  /** How many numbers a request reads at most, if that is not less than a single training has. */
  readonly numbersMax: number
}

/** All memories that an item has vectors for, in their order. */
export const memoriesOf = ({
  memories,
  gate,
}: Pick<FactoredSoftmaxSettings, 'memories' | 'gate'>): readonly Memory[] => (gate ? [...memories, gate] : memories)

/** How many parts a step has, each with negatives of its own. */
export const PARTS = 4
/** How many events a part has at most. */
export const POSITIONS = 128

/** Where the numbers of a training are in its memory. */
export interface Layout {
  readonly items: number
  readonly dimensions: number
  /** How many numbers the input vectors of an item have: d for each memory, then those of the gate. */
  readonly width: number
  /** K of a part; a catalogue of fewer items needs fewer. */
  readonly negatives: number
  /** e and v of each item, and of each the sum of squares that Adagrad divides by. */
  readonly inputs: number
  readonly inputSquares: number
  readonly outputs: number
  readonly outputSquares: number
  readonly parts: readonly PartLayout[]
  readonly room: RoomLayout
  readonly size: number
}

/** The slopes of the loss, found for a part of a step. */
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

/** Room to work in: operands of matrix products, in tiles, and the products of users and negatives. */
export interface RoomLayout {
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
  /** The sums over a history, [memory][d], the gate's last. */
  readonly state: number
  /** Those of the memories and of the gate at each position, [position][d]. */
  readonly sums: number
  readonly gates: number
  /** The slopes of the items that are moved, by their input vectors and by their output vectors. */
  readonly inputSums: number
  readonly outputSums: number
}

/** Returns where the numbers are for so many items. */
export function layoutOf(items: number, settings: FactoredSoftmaxSettings): Layout {
  const { dimensions: d } = settings
  const width = memoriesOf(settings).length * d
  const K = Math.min(settings.negatives, 8 * Math.ceil(items / 8))
  let size = 0
  const take = (numbers: number) => {
    size += numbers
    return size - numbers
  }
  return {
    items,
    dimensions: d,
    width,
    negatives: K,
    inputs: take(items * width),
    inputSquares: take(items),
    outputs: take(items * d),
    outputSquares: take(items),
    parts: Array.from({ length: PARTS }, () => ({
      users: take(POSITIONS * d),
      userSlopes: take(POSITIONS * d),
      inputSlopes: take(POSITIONS * width),
      negativeSlopes: take(K * d),
      slopes: take(POSITIONS),
      negatives: take(K),
    })),
    room: {
      userRows: take(POSITIONS * d),
      userColumns: take(POSITIONS * d),
      negatives: take(K * d),
      negativeRows: take(K * d),
      negativeColumns: take(K * d),
      corrections: take(K),
      products: take(POSITIONS * K),
      chanceRows: take(POSITIONS * K),
      chanceColumns: take(POSITIONS * K),
      state: take(width),
      sums: take(POSITIONS * d),
      gates: take(POSITIONS * d),
      inputSums: take(PARTS * POSITIONS * width),
      outputSums: take(PARTS * (POSITIONS + K) * d),
    },
    size,
  }
}
