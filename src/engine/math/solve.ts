import { type Job, together } from '../team/team.ts'
import {
  BLOCK,
  diagonalBlock,
  handsOn,
  invertSmall,
  lowerTiles,
  packColumns,
  packRows,
  padDiagonal,
  ROWS,
  type Square,
  STRIP,
} from './dense.ts'
import { TILE } from './kernel.ts'

/**
 * Solves A X = R for a symmetric positive definite A, of which the lower triangle is read, and its right-hand side R: X
 * takes the place of R, and A is used up. n³ / 3 + 2 n² m operations.
 *
 * Block by block A = L Δ Lᵀ (Golub and Van Loan, "Matrix computations", 4.1 and 4.2), then L Δ Lᵀ X = R. With K the
 * block, i and j after it:
 *
 *     L_iK = A_iK A_KK⁻¹      A_ij ← A_ij − L_iK A_Kj      R_i ← R_i − L_iK R_K      R_K ← A_KK⁻¹ R_K
 *
 * and then from the last block to the first, j before it: R_j ← R_j − (L_Kj)ᵀ R_K.
 *
 * @throws RangeError where the matrix is not positive definite
 */
export function solve(matrix: Square): void {
  padDiagonal(matrix)
  const { stride, rightStride } = matrix
  const blocks = Math.ceil(stride / BLOCK)
  const plans = Array.from({ length: blocks }, (_, block) => planOf(matrix, block))
  const forward = plans.flatMap(({ panels, strips, tiles, right }) => [panels + strips, tiles.length + right + strips])
  const back = plans.toReversed().flatMap(({ before, strips }) => [before + strips, before * strips])
  together(elimination, matrix, [...forward, ...back], stride ** 3 / 3 + 2 * stride ** 2 * rightStride)
}

/** The chunks of a block: of rows from the block on, of strips of R's columns, of tiles of A and of R after it. */
function planOf({ stride, rightStride }: Square, block: number) {
  const next = Math.min(stride, (block + 1) * BLOCK)
  const [panels, strips] = [Math.ceil((stride - next) / ROWS), Math.ceil(rightStride / STRIP)]
  return {
    next,
    panels,
    strips,
    tiles: lowerTiles(next, stride),
    right: panels * strips,
    before: Math.ceil((block * BLOCK) / ROWS),
  }
}

/** Two phases a block: what is to be multiplied is packed, then it is multiplied. First forward, then back. */
export const elimination: Job<Square, undefined> = {
  module: import.meta.url,
  name: 'elimination',
  begin(matrix, member) {
    const { stride, right, rightStride, scratch } = matrix
    const { data, kernel } = handsOn(matrix)
    const [packedRows, packedColumns, packedRight] = [0, 1, 2].map(at => scratch + at * stride * BLOCK) as [
      number,
      number,
      number,
    ]
    const packedD = packedRight + rightStride * BLOCK + member * BLOCK * BLOCK
    const blocks = Math.ceil(stride / BLOCK)
    let [block, plan] = [-1, planOf(matrix, 0)]
    let [known, D] = [-1, new Float64Array() as Float64Array]
    /** A_KK⁻¹, which only elimination before it changes. */
    const inverse = (k: number, size: number) => {
      if (known !== k) D = invertSmall(diagonalBlock(data, stride, k, size), size)
      known = k
      return D
    }
    const multiply = (c: number, width: number, a: number, b: number, size: number, columns: number) =>
      kernel.subtractProduct(4 * c, 4 * width, 4 * a, 4 * b, size, Math.ceil(columns / TILE.columns))

    /** Rows from..to of L_:K take the place of those of A. */
    const panel = (k: number, size: number, from: number, to: number) => {
      const V = new Float32Array((to - from) * size)
      for (let i = from; i < to; i++) V.set(data.subarray(i * stride + k, i * stride + k + size), (i - from) * size)
      packRows(data, packedRows, V, from, to, size, -1)
      packColumns(data, packedColumns, V, from, to, size)
      for (let i = from; i < to; i++) data.fill(0, i * stride + k, i * stride + k + size)
      for (let i = from; i < to; i += TILE.rows)
        multiply(i * stride + k, stride, packedRows + i * size, packedD, size, size)
      for (let i = from; i < to; i++) V.set(data.subarray(i * stride + k, i * stride + k + size), (i - from) * size)
      packRows(data, packedRows, V, from, to, size, 1)
    }
    /** Columns of R_K in tiles: [column / 8][row][column mod 8]. */
    const packRight = (k: number, size: number, strip: number) => {
      for (let j = strip; j < Math.min(strip + STRIP, rightStride); j += TILE.columns)
        for (let i = 0; i < size; i++) {
          const at = right + (k + i) * rightStride + j
          data.copyWithin(packedRight + j * size + i * TILE.columns, at, at + TILE.columns)
        }
    }
    /** Rows of (L_Kj)ᵀ, j from..to: L has them as columns. */
    const packBack = (k: number, size: number, from: number, to: number) => {
      for (let i = 0; i < size; i++)
        for (let j = from; j < to; j++)
          data[packedRows + (j - (j % 4)) * size + i * TILE.rows + (j % 4)] = data[(k + i) * stride + j]!
    }
    const updateRight = (size: number, row: number, end: number, strip: number) => {
      const columns = Math.min(STRIP, rightStride - strip)
      for (let i = row; i < Math.min(row + ROWS, end); i += TILE.rows)
        multiply(
          right + i * rightStride + strip,
          rightStride,
          packedRows + i * size,
          packedRight + strip * size,
          size,
          columns,
        )
    }
    const scale = (k: number, size: number, strip: number) => {
      packRows(data, packedD, inverse(k, size), 0, size, size, -1)
      const columns = Math.min(STRIP, rightStride - strip)
      for (let i = 0; i < size; i++) {
        const at = right + (k + i) * rightStride + strip
        data.fill(0, at, at + columns)
      }
      for (let i = 0; i < size; i += TILE.rows)
        multiply(
          right + (k + i) * rightStride + strip,
          rightStride,
          packedD + i * size,
          packedRight + strip * size,
          size,
          columns,
        )
    }
    const prepare = (k: number, size: number, chunk: number) => {
      const { next, panels } = plan
      if (chunk >= panels) return packRight(k, size, (chunk - panels) * STRIP)
      packColumns(data, packedD, inverse(k, size), 0, size, size)
      panel(k, size, next + chunk * ROWS, Math.min(next + (chunk + 1) * ROWS, stride))
    }
    const eliminate = (k: number, size: number, chunk: number) => {
      const { next, panels, tiles, right } = plan
      if (chunk >= tiles.length + right) return scale(k, size, (chunk - tiles.length - right) * STRIP)
      const at = chunk - tiles.length
      if (at >= 0) return updateRight(size, next + (at % panels) * ROWS, stride, Math.floor(at / panels) * STRIP)
      const { from, row } = tiles[chunk]!
      for (let i = row; i < Math.min(row + ROWS, stride); i += TILE.rows)
        multiply(
          i * stride + from,
          stride,
          packedRows + i * size,
          packedColumns + from * size,
          size,
          Math.min(from + STRIP, i + TILE.rows, stride) - from,
        )
    }
    return (phase, chunk) => {
      const at = phase >> 1
      const now = at < blocks ? at : 2 * blocks - 1 - at
      if (now !== block) [block, plan] = [now, planOf(matrix, now)]
      const k = block * BLOCK
      const size = Math.min(BLOCK, stride - k)
      if (at < blocks) return void (phase % 2 === 0 ? prepare : eliminate)(k, size, chunk)
      const { before } = plan
      if (phase % 2 === 1) return void updateRight(size, (chunk % before) * ROWS, k, Math.floor(chunk / before) * STRIP)
      if (chunk >= before) packRight(k, size, (chunk - before) * STRIP)
      else packBack(k, size, chunk * ROWS, Math.min((chunk + 1) * ROWS, k))
      return undefined
    }
  },
}
