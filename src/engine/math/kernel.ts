/**
 * Inner loops in WebAssembly, two or four numbers an instruction: 4 to 20 times as fast as plain JavaScript on any
 * machine that runs Node. The result is the same to the bit on each. The files `*.wat` beside this one are their
 * texts; `npm run generate` assembles them.
 */
import { CHOICES } from './generated/choices.ts'
import { KERNEL } from './generated/kernel.ts'
import { LISTED_PRODUCTS } from './generated/listed-products.ts'
import { MOMENTS } from './generated/moments.ts'
import { ORDER } from './generated/order.ts'
import { ROWS } from './generated/rows.ts'
import { TEXTS } from './generated/texts.ts'
import type { WasmMemory } from './memory.ts'

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** A tile of a matrix multiplication: `rows × columns` numbers of it stay in registers. */
export const TILE = { rows: 4, columns: 8 } as const

export interface Kernel {
  readonly memory: WasmMemory
  /**
   * Subtracts from `count` tiles side by side in C, each a product of `depth`: a is [depth][4], b is [count][depth][8].
   * All are addresses in bytes; `stride` is the bytes of a row of C.
   */
  subtractProduct(c: number, stride: number, a: number, b: number, depth: number, count: number): void
  /** For each of `count` entries (column, value) of a sparse row: acc[column] += value · p, where p is 8 numbers. */
  addSparse(acc: number, columns: number, values: number, count: number, p: number): void
  /** The greatest score of `count` blocks of scores, 0 where none is above; see `Scores`. */
  greatestScore(values: number, blocks: number, count: number): number
  /** Lists the numbers of the scores other than 0 in `count` blocks, in their order; returns how many they are. */
  listScores(values: number, blocks: number, count: number, list: number): number
  /** The same, and writes each score and the number at its place of `prior`, added up, from `sums` on. */
  listSums(values: number, prior: number, blocks: number, count: number, list: number, sums: number): number
  /** Writes value + prior of `count` pairs of numbers to `out`. Returns the greatest sum. */
  addUp(values: number, prior: number, count: number, out: number): number
  /**
   * Numbers from `at` to `end` that are `groups` apart are a group. Writes to `to` the greatest number below `above` of
   * each group; −∞ where there is none. `groups` is even, and the numbers are a multiple of it.
   */
  greatestOfGroups(at: number, end: number, groups: number, above: number, to: number): void
  /**
   * Lists the places of those numbers from `at` to `end`, which are pairs, in [least, above), and writes these numbers.
   * Returns their count.
   */
  listBetween(at: number, end: number, least: number, above: number, list: number, numbers: number): number
  /** The k-th greatest of this many numbers, which end up in another order. */
  nthGreatest(at: number, count: number, k: number): number
  /**
   * Sorts scores, none of them NaN, and items with them: the greatest first, of equal ones that with the lower place.
   * `room` has 32 bytes for each and 1,024.
   */
  sortByScore(scores: number, places: number, items: number, count: number, room: number): void
  /** Writes the greatest score of each of `count` blocks, in 64 bits. */
  greatestOfBlocks(values: number, blocks: number, count: number, out: number): void
  /** Lists the numbers of the scores of `least` or more in `count` blocks; returns how many they are. */
  listScoresFrom(values: number, blocks: number, count: number, least: number, list: number): number
  /** Makes the scores of `count` blocks 0. */
  clearScores(values: number, blocks: number, count: number): void
  /** Of `count` blocks of scores: out += weight · log(1 + scale · value) for values above 0; logarithms to 2e-7. */
  addLogs(out: number, values: number, blocks: number, count: number, weight: number, scale: number): void
  /** Σ exp(score + prior − most) to 2e-7 of `count` blocks, where no power is above 0. */
  sumOfBlocks(values: number, prior: number, blocks: number, count: number, most: number): number
  /** Σ exp(x) of `count` pairs of numbers between −708 and 709. */
  sumOfExps(pairs: number, count: number): number
  /**
   * Writes scale · scales[n] · the product of a vector with the n-th of others to `out`, in 32 bits. Four of them are a
   * group. Vectors are whole numbers of 16 bits in `bytes`, a multiple of 32 (`openFactors`). Returns the greatest.
   */
  products(
    out: number,
    u: number,
    bytes: number,
    scale: number,
    vectors: number,
    scales: number,
    groups: number,
  ): number
}

/** Loops over rows that are in another memory than the scores; see `Scores`. */
export interface RowsKernel {
  /** For each of `count` entries of a row: values[column] += scale · entry. */
  addRow(values: number, columns: number, entries: number, count: number, scale: number): void
  /** The same for each row of a list; see `ListedRows`. The first `bytes` bytes of a row are its head. */
  addRows(values: number, bytes: number, list: number, end: number): void
  /**
   * As `addRow`. It lists the blocks that are not listed yet from `list` on, by numbers from `firstBlock` on. It writes
   * a 1 for each from `isListed` on. Returns the end of the list.
   */
  addRowAndList(
    values: number,
    columns: number,
    entries: number,
    count: number,
    scale: number,
    firstBlock: number,
    list: number,
    isListed: number,
  ): number
  /** sums[j] += scale · a[j] + otherScale · b[j] of two rows of `count` numbers in 16 bits; see `openMatrix`. */
  addTwoRows(sums: number, a: number, b: number, scale: number, otherScale: number, count: number): void
  /**
   * u += weight · v for each of a list of vectors of `bytes` bytes: its address and its weight, in 32 bits each, from
   * `list` to `end`. There is one at least. See `openFactors`.
   */
  addVectors(u: number, bytes: number, list: number, end: number): void
  /**
   * Adds those of `count` numbers that are above 0 to the scores of listed items. It lists blocks as `addRowAndList`
   * does. Returns the end of the list.
   */
  addListed(values: number, items: number, numbers: number, count: number, list: number, isListed: number): number
  /**
   * Adds exp(x − most) to 2e-7 to the scores in their order, where x − most is `least` or more, which is −87 at least.
   * x are `fours` of numbers of 32 bits.
   */
  addExps(values: number, numbers: number, fours: number, most: number, least: number): void
  /** The same to the scores of listed items. It lists blocks as `addRowAndList` does. Returns the end of the list. */
  addListedExps(
    values: number,
    items: number,
    numbers: number,
    fours: number,
    most: number,
    least: number,
    list: number,
    isListed: number,
  ): number
}

/** The choice of weights, on rows of numbers of 32 bits by item; see `choices.wat`. Lengths are in bytes. */
export interface ChoicesKernel {
  /** Makes of shares from `at` to `end` log(share + ε), to 2e-7. */
  takeLogs(at: number, end: number, floor: number): void
  /** to = base + Σ weight · row, of `count` rows one behind the other. */
  addRows(to: number, base: number, rows: number, bytes: number, weights: number, count: number): void
  /** Writes exp(x − the greatest) of a row, to 2e-7. Returns the sum. */
  takeOdds(to: number, from: number, bytes: number): number
  /** to = a ⊙ b. Returns a · b. */
  multiplyRows(to: number, a: number, b: number, bytes: number): number
  /** a · b */
  productOfRows(a: number, b: number, bytes: number): number
  /**
   * The gain of the targets, in the first bytes of a row, where scores are sums + more · row. At `room` are the gains
   * of the first k places in 64 bits, then room for 2 k + 4 numbers.
   */
  gainOfTargets(
    sums: number,
    row: number,
    more: number,
    targetBytes: number,
    bytes: number,
    room: number,
    k: number,
  ): number
}

/** The search of context-kNN; see `openNearest` and `moments.wat`. */
interface MomentsKernel {
  /** Adds the positions at the addresses from `at` to `end` to those that are compared. */
  addPositions(at: number, end: number): void
  /** Makes meetings of them. Returns where the meetings end. */
  makeMeetings(): number
  /** Gives the meetings at these positions a value, each times the weight of its event. */
  setValues(at: number, end: number, value: number): void
  /** Writes the positions of the k greatest cosines, or a few more, and these. Returns how many they are. */
  nearest(end: number, scale: number, k: number): number
  /** Writes the item after each of the first `count` of these positions, and its score: cosine³, times its weight. */
  scoreNext(count: number): void
}

/** Products of a vector with listed rows; see `openListedProducts` and `listed-products.wat`. */
interface ListedProductsKernel {
  /** Lists the rows from `at` to `end` that are not listed yet, and writes their products. Returns the end of these. */
  multiply(at: number, end: number, listed: number, products: number): number
  /** Makes listed rows unlisted. */
  forget(at: number, end: number): void
}

/** The text of a list of items as JSON; see `texts.wat`. */
export interface TextsKernel {
  /** Writes items from `to` on, each with a comma after it. Returns the end. */
  writeItems(to: number, ids: number, scores: number, explored: number, count: number, headLength: number): number
}

/** A kernel over a memory. */
export function createKernel(memory: WasmMemory): Kernel {
  const loops = { ...(instantiate(KERNEL, { memory }) as object), ...(instantiate(ORDER, { memory }) as object) }
  return { memory, ...loops } as Kernel
}

/** A kernel over scores in one memory and rows in another. */
export function createRowsKernel(memory: WasmMemory, rows: WasmMemory): RowsKernel {
  return instantiate(ROWS, { memory, rows }) as RowsKernel
}

/** The choice of weights in a memory. */
export function createChoicesKernel(memory: WasmMemory): ChoicesKernel {
  return instantiate(CHOICES, { memory }) as ChoicesKernel
}

/**
 * Products of a vector in a memory with rows in another.
 * @param at where everything is, by the names there
 */
export function createListedProductsKernel(
  memory: WasmMemory,
  rows: WasmMemory,
  at: Readonly<Record<string, number>>,
): ListedProductsKernel {
  return instantiate(LISTED_PRODUCTS, { memory, rows, ...at }) as ListedProductsKernel
}

/** Texts of items in a memory. */
export function createTextsKernel(memory: WasmMemory): TextsKernel {
  return instantiate(TEXTS, { memory }) as TextsKernel
}

/**
 * The search of context-kNN in a memory, over sequences in another.
 * @param at where everything is, by the names there
 */
export function createMomentsKernel(
  memory: WasmMemory,
  rows: WasmMemory,
  at: Readonly<Record<string, number>>,
): MomentsKernel {
  return instantiate(MOMENTS, { memory, rows, ...at }) as MomentsKernel
}

/** The functions of a module, given in Base64, over what it imports as `engine`. */
export function instantiate(base64: string, engine: object): unknown {
  const module = compiled.getOrInsertComputed(base64, () => new WebAssembly.Module(Buffer.from(base64, 'base64')))
  return new WebAssembly.Instance(module, { engine }).exports
}

/** The thread's: a module has no state, and to compile it takes longer than a small multiplication. */
const compiled = new Map<string, object>()
