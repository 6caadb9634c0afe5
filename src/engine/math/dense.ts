import { threadCount } from '../team/team.ts'
import { createKernel, type Kernel, TILE } from './kernel.ts'
import { createMemory, type WasmMemory } from './memory.ts'

/** A dense square matrix in a kernel's memory, its rows padded to whole tiles, with room behind it. Jobs share it. */
export interface Square {
  readonly n: number
  /** Numbers from one row to the next. */
  readonly stride: number
  /** The columns of the right-hand side R, which is behind the matrix, at this number; its rows are padded likewise. */
  readonly columns: number
  readonly right: number
  readonly rightStride: number
  /** Room for the functions of this folder, at this number. */
  readonly scratch: number
  /** For how many threads there is room. */
  readonly room: number
  readonly memory: WasmMemory
}

/** How many rows and columns are eliminated at a time: a multiple of 8 whose panels fit into the caches. */
export const BLOCK = 128
/** Columns whose packed panel stays in the second-level cache: 512 · 128 · 4 bytes. */
export const STRIP = 512
/** Rows of a chunk: some milliseconds of work. */
export const ROWS = 256

const padded = (n: number) => Math.ceil(n / TILE.columns) * TILE.columns

/**
 * A matrix of zeros with a right-hand side of `columns` columns of zeros. `sparse` is the size of the sparse matrix by
 * which it will be multiplied, if any. All matrices of a thread have the same memory, which grows and is never
 * returned. So the next one takes the place of the one before.
 */
export function square(n: number, columns = 0, sparse = { entries: 0, columns: 0 }): Square {
  const [stride, rightStride] = [padded(n), padded(columns)]
  const right = stride * stride
  const scratch = right + stride * rightStride
  const panels = (3 * stride + rightStride) * BLOCK + (threadCount() + 1) * BLOCK * BLOCK
  const product = threadCount() * sparse.columns * TILE.columns + 2 * sparse.entries
  const bytes = 4 * (scratch + Math.max(panels, product))
  const memory = threadMemory(bytes)
  new Float32Array(memory.buffer, 0, scratch).fill(0)
  return { n, stride, columns, right, rightStride, scratch, room: threadCount(), memory }
}

/** Memory of at least this many bytes, the same for all that a thread works out: WebAssembly's is freed late. */
export function threadMemory(bytes: number): WasmMemory {
  memory = createMemory(bytes, memory)
  return memory
}

let memory: WasmMemory | undefined

/** All numbers of the memory; valid until the next matrix is made. */
export function numbersIn({ memory }: Pick<Square, 'memory'>): Float32Array<SharedArrayBuffer> {
  return new Float32Array(memory.buffer)
}

/** A thread's view of a matrix, and its kernel. */
interface Hands {
  readonly data: Float32Array<SharedArrayBuffer>
  readonly kernel: Kernel
}

/** This thread's view of a matrix that threads share, and its kernel. */
export function handsOn({ memory }: Square): Hands {
  return { data: new Float32Array(memory.buffer), kernel: createKernel(memory) }
}

/**
 * ± rows from..to of V, which begins with row `from`, in tiles of `tile` rows: [row / tile][column][row mod tile]. With
 * TILE.columns they are the columns of Vᵀ.
 */
export function pack(
  data: Float32Array,
  at: number,
  V: ArrayLike<number>,
  { from, to, size, tile, sign = 1 }: { from: number; to: number; size: number; tile: number; sign?: 1 | -1 },
): void {
  for (let i = from; i < to; i++) {
    const start = at + (i - (i % tile)) * size + (i % tile)
    const row = (i - from) * size
    for (let j = 0; j < size; j++) data[start + j * tile] = sign * V[row + j]!
  }
}

/** The symmetric block of the matrix on the diagonal from k on. Only its lower triangle is read. */
export function diagonalBlock(data: Float32Array, stride: number, k: number, size: number): Float64Array {
  const block = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) block[i * size + j] = block[j * size + i] = data[(k + i) * stride + k + j]!
  return block
}

/**
 * Adds λ to the diagonal, or a thousandth of the greatest number there if that is more. Numbers of 32 bits need it if a
 * few robots have the same two items again and again.
 */
export function regularize(matrix: Square, λ: number): void {
  const data = numbersIn(matrix)
  let greatest = 0
  for (let i = 0; i < matrix.n; i++) greatest = Math.max(greatest, data[i * matrix.stride + i]!)
  for (let i = 0; i < matrix.n; i++) data[i * matrix.stride + i]! += Math.max(λ, greatest / 1000)
}

/** Makes the padding harmless: ones on its diagonal. */
export function padDiagonal(matrix: Square): void {
  const data = numbersIn(matrix)
  for (let i = matrix.n; i < matrix.stride; i++) data[i * matrix.stride + i] = 1
}

/** The tiles of the lower triangle from row and column `first` on: strips of columns, cut into `ROWS` rows each. */
export function lowerTiles(first: number, stride: number): { readonly from: number; readonly row: number }[] {
  const tiles: { from: number; row: number }[] = []
  for (let from = first; from < stride; from += STRIP)
    for (let row = from; row < stride; row += ROWS) tiles.push({ from, row })
  return tiles
}

/**
 * The inverse of a small symmetric positive definite matrix, in double precision: the sweep operator of `invert`, one
 * row at a time. Only the lower triangle is read.
 *
 * @throws RangeError where it is not positive definite
 */
export function invertSmall(matrix: ArrayLike<number>, n: number): Float64Array {
  const A = Float64Array.from(matrix)
  const a_k = new Float64Array(n)
  for (let k = 0; k < n; k++) {
    const pivot = A[k * n + k]!
    if (!(pivot > 0)) throw new RangeError(`the matrix is not positive definite: pivot ${k} is ${pivot}`)
    for (let i = 0; i < n; i++) a_k[i] = i < k ? A[k * n + i]! : A[i * n + k]!
    for (let i = 0; i < n; i++) {
      const [row, factor] = [i * n, a_k[i]! / pivot]
      for (let j = 0; j <= i; j++) A[row + j]! -= factor * a_k[j]!
    }
    for (let i = 0; i < n; i++) A[i < k ? k * n + i : i * n + k] = a_k[i]! / pivot
    A[k * n + k] = -1 / pivot
  }
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) A[i * n + j] = A[j * n + i] = -A[i * n + j]!
  return A
}
