import type { LoadResult } from './load.ts'
import { median } from './median.ts'

/**
 * The rounds of each contender, taken in turn, so that a slow moment of the machine meets them all. Those that warm
 * them up are not kept.
 */
export async function inTurn<Contender>(
  contenders: readonly Contender[],
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
  measure: (contender: Contender) => Promise<LoadResult>,
): Promise<LoadResult[][]> {
  const results = contenders.map((): LoadResult[] => [])
  for (let round = 1 - warmUps; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = await measure(contender)
      if (round > 0) results[index]!.push(result)
    }
  }
  return results
}

/** The medians of the rounds as cells of a table: calls/s, p50 and p99 in ms. */
export function cellsOf(rounds: readonly LoadResult[]): string[] {
  const middle = (of: keyof LoadResult, digits: number) => median(rounds.map(result => result[of])).toFixed(digits)
  return [middle('callsPerSecond', 0).padStart(8), middle('p50ms', 2).padStart(7), middle('p99ms', 2).padStart(7)]
}

/** The median of what the rounds say, each of which compares two measurements made one after the other. */
export function ratio(a: readonly LoadResult[], b: readonly LoadResult[]): string {
  return median(a.map(({ callsPerSecond }, round) => callsPerSecond / b[round]!.callsPerSecond)).toFixed(2)
}
