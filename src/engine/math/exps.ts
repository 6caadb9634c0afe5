import { scratch } from './scratch.ts'

/** Σ exp(x) of all numbers, none above 709; those below −708 count as that. */
export function sumOfExps(numbers: Float64Array): number {
  const pairs = numbers.length >> 1
  const kernel = scratch(16 * pairs)
  new Float64Array(kernel.memory.buffer, 0, 2 * pairs).set(numbers.subarray(0, 2 * pairs))
  const odd = 2 * pairs < numbers.length ? Math.exp(numbers.at(-1)!) : 0
  return kernel.sumOfExps(0, pairs) + odd
}
