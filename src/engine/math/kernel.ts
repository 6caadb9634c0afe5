/**
 * Inner loops in WebAssembly, two or four numbers an instruction: 4 to 20 times as fast as plain JavaScript on any
 * machine that runs Node. The result is the same to the bit on each. `kernel.wat` is their text; `npm run generate`
 * assembles it.
 */
import { KERNEL } from './generated/kernel.ts'

/** The part of https://webassembly.github.io/spec/js-api/ that is used here; the types of Node have none of it. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory
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
  /** Makes the scores of `count` blocks 0. */
  clearScores(values: number, blocks: number, count: number): void
  /** Of `count` blocks of scores: out += weight · log(1 + scale · value) for values above 0, to 1 ulp of Math.log. */
  addLogs(out: number, values: number, blocks: number, count: number, weight: number, scale: number): void
  /** Σ exp(x) of `count` pairs of numbers between −708 and 709. */
  sumOfExps(pairs: number, count: number): number
}

const PAGE = 65_536
/** 4 GiB: the reach of addresses of 32 bits. */
const PAGES_MAX = 65_536

/** Memory of `bytes` bytes for kernels, which threads can share: the given one, grown if it is smaller. */
export function createMemory(bytes: number, given?: WasmMemory): WasmMemory {
  const pages = Math.ceil(bytes / PAGE)
  if (!given) return new WebAssembly.Memory({ initial: pages, maximum: PAGES_MAX, shared: true })
  const missing = pages - given.buffer.byteLength / PAGE
  if (missing > 0) given.grow(missing)
  return given
}

/** A kernel over a memory. */
export function createKernel(memory: WasmMemory): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL, 'base64'))
  const { exports } = new WebAssembly.Instance(compiled, { engine: { memory } })
  return { memory, ...(exports as Omit<Kernel, 'memory'>) }
}

/** The thread's: a module has no state, and to compile it takes longer than a small multiplication. */
let compiled: object | undefined
