import type { Bucket, Quantiles } from './report.ts'

/** How often each whole number occurs: for 3 interactions, the number of users with 3. */
export type Counts = ReadonlyMap<number, number>

/** Counts how often each number occurs. */
export function countsOf(numbers: Iterable<number>): Counts {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return counts
}

/** Returns exact quantiles, by nearest rank; undefined if there are no numbers. */
export function quantilesOf(counts: Counts): Quantiles | undefined {
  const sorted = [...counts].sort(([a], [b]) => a - b)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return undefined
  const at = (part: number) => {
    let left = Math.max(1, Math.ceil(part * total))
    return sorted.find(([, count]) => {
      left -= count
      return left <= 0
    })![0]
  }
  return {
    min: sorted[0]![0],
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p99: at(0.99),
    max: sorted.at(-1)![0],
  }
}

/** The counts of 1, 2 to 3, 4 to 7 and so on: each bucket is twice as wide as the one before. */
export function doublingBuckets(counts: Counts): readonly Bucket[] {
  const sums: number[] = []
  for (const [number, count] of counts) {
    const place = Math.floor(Math.log2(Math.max(1, number)))
    sums[place] = (sums[place] ?? 0) + count
  }
  return Array.from(sums, (count, place) => ({ from: 2 ** place, to: 2 ** (place + 1) - 1, count: count ?? 0 }))
}

/** The counts in parts of equal width, from the least to the greatest number; a single count if all are equal. */
export function equalParts(sorted: ArrayLike<number>, parts: number): readonly number[] {
  const [min, max] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0]
  if (min === max) return [sorted.length]
  const counts = new Array<number>(parts).fill(0)
  for (let i = 0; i < sorted.length; i++)
    counts[Math.min(parts - 1, Math.floor(((sorted[i]! - min) / (max - min)) * parts))]!++
  return counts
}
