import type { TeamJob } from '../team/part.ts'
import { runOnAllCores } from '../team/team.ts'
import { BLOCK, lowerTiles, padDiagonal, ROWS, type Square, STRIP } from './dense.ts'
import { stepsOn } from './elimination.ts'

/**
 * Solves A X = R for a symmetric positive definite A and its right-hand side R. Only the lower triangle of A is read. X
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
  runOnAllCores(elimination, matrix, [...forward, ...back], stride ** 3 / 3 + 2 * stride ** 2 * rightStride)
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

/** Two phases a block: the operands are packed, then multiplied. First forward, then back. */
export const elimination: TeamJob<Square, undefined> = {
  module: import.meta.url,
  name: 'elimination',
  begin(matrix, member) {
    const { stride } = matrix
    const steps = stepsOn(matrix, member)
    const blocks = Math.ceil(stride / BLOCK)
    let [block, plan] = [-1, planOf(matrix, 0)]
    const prepare = (k: number, size: number, chunk: number) => {
      const { next, panels } = plan
      if (chunk >= panels) steps.packRight(k, size, (chunk - panels) * STRIP)
      else steps.panel(k, size, next + chunk * ROWS, Math.min(next + (chunk + 1) * ROWS, stride))
    }
    const eliminate = (k: number, size: number, chunk: number) => {
      const { next, panels, tiles, right } = plan
      const at = chunk - tiles.length
      if (at < 0) return steps.updateLower(size, tiles[chunk]!)
      if (at >= right) return steps.scale(k, size, (at - right) * STRIP)
      const row = next + (at % panels) * ROWS
      steps.updateRight(size, row, Math.min(row + ROWS, stride), Math.floor(at / panels) * STRIP)
    }
    const goBack = (k: number, size: number, phase: number, chunk: number) => {
      const { before } = plan
      const row = (chunk % before) * ROWS
      const end = Math.min(row + ROWS, k)
      if (phase % 2 === 1) steps.updateRight(size, row, end, Math.floor(chunk / before) * STRIP)
      else if (chunk < before) steps.packBack(k, size, row, end)
      else steps.packRight(k, size, (chunk - before) * STRIP)
    }
    return (phase, chunk) => {
      const at = phase >> 1
      const now = at < blocks ? at : 2 * blocks - 1 - at
      if (now !== block) [block, plan] = [now, planOf(matrix, now)]
      const k = block * BLOCK
      const size = Math.min(BLOCK, stride - k)
      if (at >= blocks) goBack(k, size, phase, chunk)
      else (phase % 2 === 0 ? prepare : eliminate)(k, size, chunk)
      return undefined
    }
  },
}
