import { createKernel, type Kernel, TILE } from './kernel.ts'
import type { SparseRows } from './sparse.ts'

/** A dense square matrix in the kernel's memory, its rows padded to whole tiles. */
export interface Square {
  readonly n: number
  /** Numbers from one row to the next. */
  readonly stride: number
  readonly data: Float32Array<ArrayBuffer>
  /** Room behind the matrix for what the functions below work with, at this number. */
  readonly scratch: number
  readonly kernel: Kernel
}

/** How many rows and columns are eliminated at a time: a multiple of 8 whose panels fit into the caches. */
const BLOCK = 128
/** Columns whose packed panel stays in the second-level cache: 512 · 128 · 4 bytes. */
const STRIP = 512

/** A matrix of zeros. `entries` is how many entries of a sparse matrix it will be multiplied by. */
export function square(n: number, entries = 0): Square {
  const stride = Math.ceil(n / TILE.columns) * TILE.columns
  const panels = 3 * stride * BLOCK + BLOCK * BLOCK
  const sparse = stride * TILE.columns + 2 * entries
  const kernel = createKernel(4 * (stride * stride + Math.max(panels, sparse)))
  return { n, stride, data: new Float32Array(kernel.memory.buffer), scratch: stride * stride, kernel }
}

/**
 * Inverts a symmetric positive definite matrix in place; reads its lower triangle only. n³ operations.
 *
 * Block by block the sweep operator (Beaton 1964; Goodnight, "A tutorial on the SWEEP operator", 1979). With D = A_KK⁻¹:
 *
 *     A_ij ← A_ij − A_iK D A_Kj      A_iK ← A_iK D      A_KK ← −D
 *
 * After all blocks A holds −A⁻¹. It stays symmetric all the while, so only the lower triangle is computed.
 *
 * @throws RangeError where the matrix is not positive definite
 */
export function invert(matrix: Square): void {
  const { n, stride, data, scratch } = matrix
  for (let i = n; i < stride; i++) data[i * stride + i] = 1
  const V = data.subarray(scratch, scratch + stride * BLOCK)
  const packedRows = scratch + stride * BLOCK
  const packedColumns = packedRows + stride * BLOCK
  const packedD = packedColumns + stride * BLOCK
  for (let k = 0; k < stride; k += BLOCK) {
    const size = Math.min(BLOCK, stride - k)
    readPanel(matrix, k, size, V)
    const D = invertSmall(V.subarray(k * size, (k + size) * size), size)
    // W = V D takes the place of the panel's columns of A, rows above the diagonal included; here as −(−V D).
    packRows(data, packedRows, V, stride, size, 1)
    packColumns(data, packedColumns, V, stride, size)
    packColumns(data, packedD, Float32Array.from(D), size, size)
    V.fill(0)
    for (let i = 0; i < stride; i += TILE.rows)
      matrix.kernel.subtractProduct(
        4 * (scratch + i * size),
        4 * size,
        4 * (packedRows + i * size),
        4 * packedD,
        size,
        size >> 3,
      )
    packRows(data, packedRows, V, stride, size, -1)
    subtractLower(matrix, packedRows, packedColumns, size)
    writePanel(matrix, k, size, V, D)
  }
  mirrorNegated(matrix)
}

/** P M, row after row, for a symmetric P and a sparse M of so many columns. Made for `square(n, entries of M)`. */
export function multiplySparse(P: Square, M: SparseRows, columns: number): Float32Array {
  const { n, stride, data, scratch, kernel } = P
  const acc = data.subarray(scratch, scratch + columns * TILE.columns)
  const valuesAt = scratch + acc.length
  const columnsAt = valuesAt + M.values.length
  data.set(M.values, valuesAt)
  new Int32Array(data.buffer).set(M.columns, columnsAt)
  const product = new Float32Array(n * columns)
  for (let i = 0; i < n; i += TILE.columns) {
    acc.fill(0)
    for (let k = 0; k < n; k++) {
      const from = M.offsets[k]!
      const count = M.offsets[k + 1]! - from
      if (count === 0) continue
      // P_ki to P_k,i+7, which are P_ik to P_i+7,k.
      kernel.addSparse(4 * scratch, 4 * (columnsAt + from), 4 * (valuesAt + from), count, 4 * (k * stride + i))
    }
    for (let row = i; row < Math.min(i + TILE.columns, n); row++)
      for (let j = 0; j < columns; j++) product[row * columns + j] = acc[j * TILE.columns + row - i]!
  }
  return product
}

/** The rows of a matrix one after another, out of the kernel's memory. */
export function rowsOf({ n, stride, data }: Square): Float32Array {
  const rows = new Float32Array(n * n)
  for (let i = 0; i < n; i++) rows.set(data.subarray(i * stride, i * stride + n), i * n)
  return rows
}

/** Copies A_:K, the rows above the block from the transposed ones. */
function readPanel({ stride, data }: Square, k: number, size: number, V: Float32Array): void {
  for (let i = 0; i < stride; i++) {
    if (i >= k + size) V.set(data.subarray(i * stride + k, i * stride + k + size), i * size)
    else if (i >= k) {
      for (let j = 0; j < size; j++) V[i * size + j] = data[Math.max(i, k + j) * stride + Math.min(i, k + j)]!
    } else for (let j = 0; j < size; j++) V[i * size + j] = data[(k + j) * stride + i]!
  }
}

function writePanel({ stride, data }: Square, k: number, size: number, minusW: Float32Array, D: Float64Array): void {
  for (let i = 0; i < stride; i++)
    for (let j = 0; j < size; j++) {
      if (i >= k + size) data[i * stride + k + j] = -minusW[i * size + j]!
      else if (i >= k) data[i * stride + k + j] = -D[(i - k) * size + j]!
      else data[(k + j) * stride + i] = -minusW[i * size + j]!
    }
}

/** A −= W Vᵀ where the row is not above the column, whole tiles. */
function subtractLower({ stride, kernel }: Square, packedRows: number, packedColumns: number, depth: number): void {
  for (let from = 0; from < stride; from += STRIP)
    for (let i = from; i < stride; i += TILE.rows) {
      const tiles = Math.ceil((Math.min(from + STRIP, i + TILE.rows, stride) - from) / TILE.columns)
      const [c, a, b] = [i * stride + from, packedRows + i * depth, packedColumns + from * depth]
      kernel.subtractProduct(4 * c, 4 * stride, 4 * a, 4 * b, depth, tiles)
    }
}

/** Rows of V in tiles: [row / 4][column][row mod 4]. */
function packRows(data: Float32Array, to: number, V: Float32Array, rows: number, size: number, sign: number): void {
  for (let i = 0; i < rows; i++) {
    const tile = to + (i - (i % TILE.rows)) * size + (i % TILE.rows)
    for (let j = 0; j < size; j++) data[tile + j * TILE.rows] = sign * V[i * size + j]!
  }
}

/** Rows of V as the columns of Vᵀ in tiles: [row / 8][column][row mod 8]. */
function packColumns(data: Float32Array, to: number, V: Float32Array, rows: number, size: number): void {
  for (let i = 0; i < rows; i++) {
    const tile = to + (i - (i % TILE.columns)) * size + (i % TILE.columns)
    for (let j = 0; j < size; j++) data[tile + j * TILE.columns] = V[i * size + j]!
  }
}

function mirrorNegated({ stride, data }: Square): void {
  for (let i = 0; i < stride; i++)
    for (let j = 0; j <= i; j++) {
      const value = -data[i * stride + j]!
      data[i * stride + j] = value
      data[j * stride + i] = value
    }
}

/**
 * The inverse of a small symmetric positive definite matrix, in double precision: the sweep operator, one row at a time.
 *
 * @throws RangeError where it is not positive definite
 */
export function invertSmall(matrix: ArrayLike<number>, n: number): Float64Array {
  const A = Float64Array.from(matrix)
  for (let k = 0; k < n; k++) {
    const pivot = A[k * n + k]!
    if (!(pivot > 0)) throw new RangeError(`the matrix is not positive definite: pivot ${k} is ${pivot}`)
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = A[i * n + k]! / pivot
      for (let j = 0; j < n; j++) A[i * n + j]! -= factor * A[k * n + j]!
      A[i * n + k] = -factor
    }
    for (let j = 0; j < n; j++) A[k * n + j]! /= pivot
    A[k * n + k] = 1 / pivot
  }
  return A
}
