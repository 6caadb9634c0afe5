import type { TeamJob } from '../team/part.ts'
import { runOnAllCores } from '../team/team.ts'
import {
  BLOCK,
  diagonalBlock,
  handsOn,
  invertSmall,
  lowerTiles,
  pack,
  padDiagonal,
  ROWS,
  type Square,
  STRIP,
} from './dense.ts'
import { TILE } from './kernel.ts'

/**
 * Inverts a symmetric positive definite matrix in place; reads its lower triangle only. n³ operations.
 *
 * Block by block the sweep operator (Beaton 1964; Goodnight, "A tutorial on the SWEEP operator", 1979). With D =
 * A_KK⁻¹:
 *
 *     A_ij ← A_ij − A_iK D A_Kj      A_iK ← A_iK D      A_KK ← −D
 *
 * After all blocks A holds −A⁻¹. It stays symmetric all the while, so only the lower triangle is computed.
 *
 * @throws RangeError where the matrix is not positive definite
 */
export function invert(matrix: Square): void {
  padDiagonal(matrix)
  const { stride } = matrix
  const rows = Math.ceil(stride / ROWS)
  const blocks = Math.ceil(stride / BLOCK)
  const chunks = Array.from({ length: blocks }, () => [rows, lowerTiles(0, stride).length, rows]).flat()
  runOnAllCores(sweep, matrix, [...chunks, rows], stride ** 3)
}

/** Three phases a block, and one at the end: the panel A_:K, all of the lower triangle, the panel's new values. */
export const sweep: TeamJob<Square, undefined> = {
  module: import.meta.url,
  name: 'sweep',
  begin(matrix, member) {
    const { stride, scratch } = matrix
    const { data, kernel } = handsOn(matrix)
    const [packedRows, packedColumns] = [scratch + stride * BLOCK, scratch + 2 * stride * BLOCK]
    const blockD = scratch + 3 * stride * BLOCK
    const packedD = blockD + (1 + member) * BLOCK * BLOCK
    const tiles = lowerTiles(0, stride)
    let known = -1
    let D = new Float64Array() as Float64Array
    /** W = V D takes the place of the panel's columns of A, rows above the diagonal included; here as −(−V D). */
    const panel = (k: number, size: number, from: number, to: number) => {
      const V = data.subarray(scratch + from * size, scratch + to * size)
      readPanel(data, { stride, k, size, from, to }, V)
      pack(data, packedRows, V, { from, to, size, tile: TILE.rows })
      pack(data, packedColumns, V, { from, to, size, tile: TILE.columns })
      V.fill(0)
      for (let i = from; i < to; i += TILE.rows)
        kernel.subtractProduct(
          4 * (scratch + i * size),
          4 * size,
          4 * (packedRows + i * size),
          4 * packedD,
          size,
          size >> 3,
        )
      pack(data, packedRows, V, { from, to, size, tile: TILE.rows, sign: -1 })
    }
    /** A −= W Vᵀ where the row is not above the column, whole tiles. */
    const update = (size: number, from: number, row: number) => {
      for (let i = row; i < Math.min(row + ROWS, stride); i += TILE.rows) {
        const count = Math.ceil((Math.min(from + STRIP, i + TILE.rows, stride) - from) / TILE.columns)
        const [c, a, b] = [i * stride + from, packedRows + i * size, packedColumns + from * size]
        kernel.subtractProduct(4 * c, 4 * stride, 4 * a, 4 * b, size, count)
      }
    }
    return (phase, chunk) => {
      const k = Math.floor(phase / 3) * BLOCK
      const size = Math.min(BLOCK, stride - k)
      const [from, to] = [chunk * ROWS, Math.min((chunk + 1) * ROWS, stride)]
      if (k >= stride) return mirrorNegated(data, stride, from, to)
      if (known !== k && phase % 3 === 0) {
        D = invertSmall(diagonalBlock(data, stride, k, size), size)
        pack(data, packedD, D, { from: 0, to: size, size, tile: TILE.columns })
        known = k
      }
      if (phase % 3 === 0) {
        panel(k, size, from, to)
        if (from <= k && k < to) data.set(D, blockD)
      } else if (phase % 3 === 1) update(size, tiles[chunk]!.from, tiles[chunk]!.row)
      else {
        writePanel(data, { stride, k, size, from, to }, data.subarray(scratch + from * size))
        if (from <= k && k < to) writeBlock(data, stride, k, size, data.subarray(blockD))
      }
      return undefined
    }
  },
}

/** Rows from..to of the panel A_:K, for the block of `size` rows from k on. */
interface PanelRows {
  readonly stride: number
  readonly k: number
  readonly size: number
  readonly from: number
  readonly to: number
}

/** Copies rows from..to of A_:K, those above the block from the transposed ones. */
function readPanel(data: Float32Array, { stride, k, size, from, to }: PanelRows, V: Float32Array): void {
  for (let i = from; i < to; i++) {
    const at = (i - from) * size
    if (i >= k + size) V.set(data.subarray(i * stride + k, i * stride + k + size), at)
    else if (i >= k) {
      for (let j = 0; j < size; j++) V[at + j] = data[Math.max(i, k + j) * stride + Math.min(i, k + j)]!
    }
  }
  for (let j = 0; j < size; j++)
    for (let i = from; i < Math.min(to, k); i++) V[(i - from) * size + j] = data[(k + j) * stride + i]!
}

function writeBlock(data: Float32Array, stride: number, k: number, size: number, D: Float32Array): void {
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) data[(k + i) * stride + k + j] = -D[i * size + j]!
}

/** Writes rows from..to of the panel, or the columns that mirror them, but for the block. */
function writePanel(data: Float32Array, { stride, k, size, from, to }: PanelRows, minusW: Float32Array): void {
  for (let j = 0; j < size; j++)
    for (let i = from; i < Math.min(to, k); i++) data[(k + j) * stride + i] = -minusW[(i - from) * size + j]!
  for (let i = Math.max(from, k + size); i < to; i++)
    for (let j = 0; j < size; j++) data[i * stride + k + j] = -minusW[(i - from) * size + j]!
}

/** Edge of the squares that are mirrored at once: both fit into the first-level cache. */
const EDGE = 64

/** Turns −A⁻¹ in the lower triangle into A⁻¹, rows from..to of it and the columns that mirror them. */
function mirrorNegated(data: Float32Array, stride: number, from: number, to: number): undefined {
  for (let left = 0; left < to; left += EDGE)
    for (let i = Math.max(from, left); i < to; i++)
      for (let j = left; j <= Math.min(i, left + EDGE - 1); j++) {
        const value = -data[i * stride + j]!
        data[i * stride + j] = value
        data[j * stride + i] = value
      }
}
