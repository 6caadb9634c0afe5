/** 1 where one of the first k is relevant, 0 otherwise. */
export function hitRate(recommended: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  return hits(recommended, relevant, k) > 0 ? 1 : 0
}

/** The relevant among the first k, divided by all relevant ones. */
export function recall(recommended: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  return relevant.size === 0 ? 0 : hits(recommended, relevant, k) / relevant.size
}

function hits(recommended: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  let count = 0
  for (let i = 0; i < Math.min(k, recommended.length); i++) if (relevant.has(recommended[i]!)) count++
  return count
}
