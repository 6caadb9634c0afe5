type SegmentMetrics = {
  readonly coverage: number
  readonly hit_at_k: number
  readonly recall_at_k: number
}

/** K: the first hundredth of all users, one at least. */
export function segmentSize(users: number): number {
  return Math.max(1, Math.round(users / 100))
}

/**
 * The metrics of USER_SEGMENTATION:
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html. How many of the first K users
 * of a segment did interact with its item, and their share of all users who did. Means over the items that somebody
 * interacted with. K is `segmentSize(users)`.
 *
 * @param segments of each item its users, the likeliest first
 * @param actual of each item the users who interacted with it afterwards
 * @param users how many there are
 */
export function segmentMetrics(
  segments: readonly ArrayLike<number>[],
  actual: readonly ReadonlySet<number>[],
  users: number,
): SegmentMetrics {
  const k = segmentSize(users)
  const met = new Set<number>()
  let [hits, recall, asked] = [0, 0, 0]
  for (const [at, segment] of segments.entries()) {
    const first = Array.from(segment).slice(0, k)
    for (const user of first) met.add(user)
    const those = actual[at]!
    if (those.size === 0) continue
    const hit = first.filter(user => those.has(user)).length
    hits += hit
    recall += hit / those.size
    asked++
  }
  const mean = (sum: number) => sum / Math.max(1, asked)
  return { coverage: users === 0 ? 0 : met.size / users, hit_at_k: mean(hits), recall_at_k: mean(recall) }
}
