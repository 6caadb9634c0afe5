import type { LoadResult } from './load.ts'
import { median } from './median.ts'

/**
 * Measures the rounds of the contenders in turn, so that a slow moment of the machine affects them all. The warm-up
 * rounds are not returned.
 */
export async function inTurn<Contender, Result extends LoadResult>(
  contenders: readonly Contender[],
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
  measure: (contender: Contender) => Promise<Result>,
): Promise<Result[][]> {
  const results = contenders.map((): Result[] => [])
  for (let round = 1 - warmUps; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = await measure(contender)
      if (round > 0) results[index]!.push(result)
    }
  }
  return results
}

/** Returns the medians of the rounds as cells of a table: calls/s, p50 and p99 in ms. */
export function cellsOf(rounds: readonly LoadResult[]): string[] {
  const middle = (of: keyof LoadResult, digits: number) => median(rounds.map(result => result[of])).toFixed(digits)
  return [middle('callsPerSecond', 0).padStart(8), middle('p50ms', 2).padStart(7), middle('p99ms', 2).padStart(7)]
}

/** Returns the median of the rounds' ratios. Each round compares two measurements made one after the other. */
export function ratio(a: readonly LoadResult[], b: readonly LoadResult[], digits = 2): string {
  return median(a.map(({ callsPerSecond }, round) => callsPerSecond / b[round]!.callsPerSecond)).toFixed(digits)
}
