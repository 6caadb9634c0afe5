import { VECTORS } from './generated/vectors.ts'
import { WHOLE } from './generated/whole.ts'
import { instantiate } from './kernel.ts'
import type { WasmMemory } from './memory.ts'

/** Loops over vectors of 32 bits, each at an address, of this many bytes (a multiple of 16). */
export interface VectorsKernel {
  /** Adds vectors one behind the other to those whose addresses are listed, in whole numbers of 32 bits. */
  addToListed(list: number, end: number, from: number, bytes: number): void
  /**
   * Copies the vectors of `count` listed items, the last number of each as 0: it goes to `biases`, less the item's
   * number of 64 bits at `corrections`.
   */
  takeVectors(
    to: number,
    from: number,
    bytes: number,
    items: number,
    count: number,
    corrections: number,
    biases: number,
  ): void
  /**
   * Adds an event, whose vectors lie one after another, to the state of the memories, and of a gate if `isGated` is 1.
   * It writes u; of a gated one also the sum of the memories and the gate. `decays` has the decay and the scale of
   * each.
   */
  remember(
    state: number,
    event: number,
    bytes: number,
    decays: number,
    memories: number,
    isGated: number,
    weight: number,
    user: number,
    sums: number,
    gates: number,
  ): void
  /** The way back: adds the gradients by u to those by the state, and these to those by the vectors of the event. */
  goBack(
    state: number,
    gradients: number,
    bytes: number,
    decays: number,
    memories: number,
    isGated: number,
    weight: number,
    event: number,
    sums: number,
    gates: number,
  ): void
  /**
   * A softmax over the item that came, of vector v, and others, whose scores are from `at` to `end`. An item that is
   * `own` itself has no probability. Odds take the place of scores. Three numbers about these are written from
   * `factors` on, `apart` bytes from one another; `weight` times the probabilities are added to `sums`. Writes the
   * gradient by u that comes of v, and adds that by v to `ownGradients`. Four digits are right.
   */
  softmax(
    user: number,
    v: number,
    gradients: number,
    bytes: number,
    at: number,
    end: number,
    items: number,
    own: number,
    weight: number,
    sums: number,
    factors: number,
    apart: number,
    ownGradients: number,
  ): void
  /**
   * Moves the vectors of items that are listed, in whole numbers of 32 bits, against their gradients by Adagrad. Its
   * sums of squares are at `squares`. Makes the gradients 0, which are one behind the other.
   */
  moveListed(
    list: number,
    end: number,
    vectors: number,
    gradients: number,
    bytes: number,
    squares: number,
    rate: number,
    regularization: number,
  ): void
}

/** Products of matrices in whole numbers of 16 bits, in tiles; all vectors are of a multiple of 32 bytes before. */
export interface WholeKernel {
  /**
   * Writes `count` tiles side by side of C = D + A B, whose rows are scaled and whose columns are: a is [pairs][4][2],
   * b is [count][pairs][8][2]. `stride` is the bytes of a row of C, `baseStride` those of a row of D, which is at
   * `base`.
   */
  multiplyWhole(
    c: number,
    stride: number,
    base: number,
    baseStride: number,
    a: number,
    b: number,
    pairs: number,
    count: number,
    rowScales: number,
    columnScales: number,
  ): void
  /** Writes rows in tiles of `high` rows, each row at a length of 2^15 − 1, and how much 1 of each is. */
  packRows(to: number, from: number, bytes: number, rows: number, high: number, scales: number): void
  /** Writes the greatest magnitude of each column. */
  greatestOfColumns(to: number, from: number, bytes: number, rows: number): void
  /** Makes of the greatest of columns what 1 of their whole numbers is, and writes what they are multiplied by. */
  scalesOf(at: number, factors: number, bytes: number): void
  /** Writes pairs of rows as B, each column times its factor. */
  packColumns(to: number, from: number, bytes: number, pairs: number, factors: number): void
  /**
   * Writes `fours` times four rows as A, each times its factor; and their transpose as A, rows times `chances` and
   * columns times `columnFactors`.
   */
  packBoth(
    rows: number,
    columns: number,
    from: number,
    bytes: number,
    fours: number,
    rowFactors: number,
    chances: number,
    columnFactors: number,
  ): void
}

/** Loops over vectors in a memory. */
export function createVectorsKernel(memory: WasmMemory): VectorsKernel {
  return instantiate(VECTORS, { memory }) as VectorsKernel
}

/** Products of whole numbers in a memory. */
export function createWholeKernel(memory: WasmMemory): WholeKernel {
  return instantiate(WHOLE, { memory }) as WholeKernel
}
