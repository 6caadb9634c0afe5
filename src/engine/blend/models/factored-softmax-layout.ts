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
  /** The settings of a training that goes on from one of part of the events; unless given, each begins by chance. */
  readonly again?: Pick<FactoredSoftmaxSettings, 'rate' | 'passes' | 'eventsMax' | 'seed'> | undefined
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
  /** By item, the bias that it began with. */
  readonly firstBiases: number
  /** How many numbers these are, from the first on. */
  readonly learned: number
  readonly room: RoomLayout
  readonly size: number
}

/**
 * Room to work in: operands of matrix products, which are whole numbers of 16 bits in tiles. Each has the scale of its
 * rows or columns: the worth of a 1 there (`math/whole.wat`).
 */
export interface RoomLayout {
  /** u, [position][d], and as rows, and as columns over the positions. */
  readonly users: number
  readonly userRows: Operand
  readonly userColumns: Operand
  /** Which items the negatives are. Their v, with biases of 0: [negative][d], and as columns over d and over them. */
  readonly drawn: number
  readonly negatives: number
  readonly negativeRows: Operand
  readonly negativeColumns: Operand
  /** The part of a negative's score beside the product: its bias, less log K q. */
  readonly corrections: number
  /** The scores of the negatives, then their odds, [position][negative]. */
  readonly scores: number
  /** The probabilities as rows, and as rows of their transpose. */
  readonly chanceRows: Operand
  readonly chanceColumns: Operand
  /** By position, what makes whole numbers of odds, the scales of these, and what makes probabilities of odds. */
  readonly factors: number
  /** By column, what makes whole numbers of an operand. */
  readonly columnFactors: number
  /** log K q of each item, in 64 bits. */
  readonly itemCorrections: number
  readonly zeros: number
  /** The decay and the scale of each memory. */
  readonly decays: number
  /** The gradients of the loss by u, [position][d], and by the vectors of the negatives, [negative][d]. */
  readonly userGradients: number
  readonly negativeGradients: number
  /** The addresses of the sums that the gradients by the negatives are added to. */
  readonly drawnGradients: number
  /** The sums over a history, [memory][d], the gate's last. */
  readonly state: number
  /** Those of the memories and of the gate at each position, [position][d]. */
  readonly sums: number
  readonly gates: number
  /** The gradients by the input and by the output vectors of the items that a step moves, and which these are. */
  readonly inputSums: number
  readonly inputsMoved: number
  readonly outputSums: number
  readonly outputsMoved: number
}

/** Where whole numbers are, and their scales. */
export interface Operand {
  readonly numbers: number
  readonly scales: number
}

/** Returns where the numbers are for this many items. */
export function layoutOf(items: number, settings: FactoredSoftmaxSettings): Layout {
  const { dimensions: d } = settings
  const width = memoriesOf(settings).length * d
  const K = Math.min(settings.negatives, 8 * Math.ceil(items / 8))
  let size = 0
  const take = (numbers: number) => {
    size += numbers
    return size - numbers
  }
  const operand = (numbers: number, scales: number): Operand => ({ numbers: take(numbers / 2), scales: take(scales) })
  const vectors = {
    inputs: take(items * width),
    inputSquares: take(items),
    outputs: take(items * d),
    outputSquares: take(items),
    firstBiases: take(items),
  }
  const learned = size
  const factors = take(3 * POSITIONS)
  return {
    items,
    dimensions: d,
    width,
    negatives: K,
    ...vectors,
    learned,
    room: {
      users: take(POSITIONS * d),
      userRows: operand(POSITIONS * d, POSITIONS),
      userColumns: operand(POSITIONS * d, d),
      drawn: take(K),
      negatives: take(K * d),
      negativeRows: operand(K * d, K),
      negativeColumns: operand(K * d, d),
      corrections: take(K),
      scores: take(POSITIONS * K),
      chanceRows: { numbers: take((POSITIONS * K) / 2), scales: factors + POSITIONS },
      chanceColumns: operand(POSITIONS * K, K),
      factors,
      columnFactors: take(Math.max(K, d)),
      itemCorrections: take(2 * items),
      zeros: take(d),
      decays: take(2 * memoriesOf(settings).length),
      userGradients: take(POSITIONS * d),
      negativeGradients: take(K * d),
      drawnGradients: take(K),
      state: take(width),
      sums: take(POSITIONS * d),
      gates: take(POSITIONS * d),
      inputSums: take(PARTS * POSITIONS * width),
      inputsMoved: take(PARTS * POSITIONS),
      outputSums: take(PARTS * (POSITIONS + K) * d),
      outputsMoved: take(PARTS * (POSITIONS + K)),
    },
    size,
  }
}
