import { blocksOf, LOG_BLOCK } from './room.ts'
import { scratch } from './scratch.ts'

/** Σ exp(x) of all numbers, none above 709; those below −708 count as that. */
export function sumOfExps(numbers: Float64Array): number {
  const pairs = numbers.length >> 1
  const kernel = scratch(16 * pairs)
  new Float64Array(kernel.memory.buffer, 0, 2 * pairs).set(numbers.subarray(0, 2 * pairs))
  const odd = 2 * pairs < numbers.length ? Math.exp(numbers.at(-1)!) : 0
  return kernel.sumOfExps(0, pairs) + odd
}

/** Σ exp(x − the greatest) of numbers, and of each block of them. */
export interface Exponentials {
  readonly most: number
  readonly total: number
  readonly ofBlocks: Float64Array
}

/** Those of numbers by item; see `Priors`. */
export function exponentialsOf(numbers: Float64Array): Exponentials {
  const most = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const ofBlocks = new Float64Array(blocksOf(numbers.length))
  for (const [item, number] of numbers.entries()) ofBlocks[item >> LOG_BLOCK]! += Math.exp(number - most)
  return { most, total: ofBlocks.reduce((a, b) => a + b, 0), ofBlocks }
}
