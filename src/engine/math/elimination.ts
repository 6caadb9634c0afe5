import { BLOCK, diagonalBlock, handsOn, invertSmall, pack, ROWS, type Square, STRIP } from './dense.ts'
import { TILE } from './kernel.ts'

/** The steps of `solve` for the block of `size` rows from k on, each on a part of the matrix. */
export function stepsOn(matrix: Square, member: number) {
  const { stride, right, rightStride, scratch } = matrix
  const { data, kernel } = handsOn(matrix)
  const [packedRows, packedColumns] = [scratch, scratch + stride * BLOCK]
  const packedRight = scratch + 2 * stride * BLOCK
  const packedD = packedRight + rightStride * BLOCK + member * BLOCK * BLOCK
  const inverse = inverseOf(data, stride)
  /** Subtracts a product from `rows` rows and `columns` columns of C, whose rows are `width` apart. */
  const subtract = (c: number, width: number, a: number, b: number, size: number, rows: number, columns: number) => {
    const count = Math.ceil(columns / TILE.columns)
    for (let i = 0; i < rows; i += TILE.rows)
      kernel.subtractProduct(4 * (c + i * width), 4 * width, 4 * (a + i * size), 4 * b, size, count)
  }
  const columnsOf = (strip: number) => Math.min(STRIP, rightStride - strip)
  return {
    /** Rows from..to of L_:K = A_:K A_KK⁻¹ take the place of those of A; these and those are packed. */
    panel(k: number, size: number, from: number, to: number): void {
      pack(data, packedD, inverse(k, size), { from: 0, to: size, size, tile: TILE.columns })
      const V = new Float32Array((to - from) * size)
      const row = (i: number) => data.subarray(i * stride + k, i * stride + k + size)
      for (let i = from; i < to; i++) V.set(row(i), (i - from) * size)
      pack(data, packedRows, V, { from, to, size, tile: TILE.rows, sign: -1 })
      pack(data, packedColumns, V, { from, to, size, tile: TILE.columns })
      for (let i = from; i < to; i++) row(i).fill(0)
      subtract(from * stride + k, stride, packedRows + from * size, packedD, size, to - from, size)
      for (let i = from; i < to; i++) V.set(row(i), (i - from) * size)
      pack(data, packedRows, V, { from, to, size, tile: TILE.rows })
    },
    /** A strip of R_K in tiles: [column / 8][row][column mod 8]. */
    packRight(k: number, size: number, strip: number): void {
      for (let j = strip; j < strip + columnsOf(strip); j += TILE.columns)
        for (let i = 0; i < size; i++) {
          const at = right + (k + i) * rightStride + j
          data.copyWithin(packedRight + j * size + i * TILE.columns, at, at + TILE.columns)
        }
    },
    /** Rows from..to of (L_Kj)ᵀ in tiles: L has them as columns. */
    packBack(k: number, size: number, from: number, to: number): void {
      for (let i = 0; i < size; i++)
        for (let j = from; j < to; j++) {
          const tile = packedRows + (j - (j % TILE.rows)) * size + (j % TILE.rows)
          data[tile + i * TILE.rows] = data[(k + i) * stride + j]!
        }
    },
    /** A_ij ← A_ij − L_iK A_Kj, a tile of the lower triangle. */
    updateLower(size: number, { from, row }: { readonly from: number; readonly row: number }): void {
      for (let i = row; i < Math.min(row + ROWS, stride); i += TILE.rows) {
        const columns = Math.min(from + STRIP, i + TILE.rows, stride) - from
        subtract(i * stride + from, stride, packedRows + i * size, packedColumns + from * size, size, 1, columns)
      }
    },
    /** R_i ← R_i − L_iK R_K, rows i from..to of a strip; on the way back with (L_Ki)ᵀ. */
    updateRight(size: number, from: number, to: number, strip: number): void {
      const c = right + from * rightStride + strip
      const [a, b] = [packedRows + from * size, packedRight + strip * size]
      subtract(c, rightStride, a, b, size, to - from, columnsOf(strip))
    },
    /** R_K ← A_KK⁻¹ R_K, a strip. */
    scale(k: number, size: number, strip: number): void {
      pack(data, packedD, inverse(k, size), { from: 0, to: size, size, tile: TILE.rows, sign: -1 })
      const c = right + k * rightStride + strip
      for (let i = 0; i < size; i++) data.fill(0, c + i * rightStride, c + i * rightStride + columnsOf(strip))
      subtract(c, rightStride, packedD, packedRight + strip * size, size, size, columnsOf(strip))
    },
  }
}

/** Returns a function for A_KK⁻¹, which remembers that of the last block. */
function inverseOf(data: Float32Array, stride: number) {
  let [known, D] = [-1, new Float64Array() as Float64Array]
  return (k: number, size: number): Float64Array => {
    if (known !== k) D = invertSmall(diagonalBlock(data, stride, k, size), size)
    known = k
    return D
  }
}
