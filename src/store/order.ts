import type { ImportedInteraction } from './rows.ts'

/** The order of ids, in SQL too: that of their UTF-8 bytes, which JavaScript's `<` is not beyond the basic plane. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)]
  return one < SURROGATES || other < SURROGATES ? one - other : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Halves of a pair, which stands for a character beyond the basic plane, and the characters between these and them. */
const SURROGATES = 0xd800

/** It comes after every id, which has 256 characters at most: U+10FFFF is the last of all. */
const AFTER_ALL = '\u{10FFFF}'.repeat(257)

/** The ids that begin with a text and come after another: from `from` on, without `after`, and before `before`. */
export function idRange(prefix: string, after = ''): Readonly<Record<'from' | 'after' | 'before', string>> {
  return { from: compareBytes(after, prefix) > 0 ? after : prefix, after, before: `${prefix}${AFTER_ALL}` }
}

/**
 * Returns the order of interactions: user by user, in the order of time. Those that are the same are one.
 * @param digestOf tells those apart that are alike in user, time, item and type
 */
export function interactionOrder(
  digestOf: (interaction: ImportedInteraction) => number,
): (a: ImportedInteraction, b: ImportedInteraction) => number {
  return (a, b) =>
    compareBytes(a.userId, b.userId) ||
    a.timestampMs - b.timestampMs ||
    compareBytes(a.itemId, b.itemId) ||
    compareBytes(a.eventType, b.eventType) ||
    digestOf(a) - digestOf(b)
}

/** The order of a user's interactions in both stores. */
export const NEWEST_FIRST = 'ORDER BY timestamp DESC, item_id DESC, event_type DESC, digest DESC'

/**
 * How far back `ofUserByType` looks. In the embedded store a user with 100,000 events takes a millisecond a type; the
 * whole history takes 10.
 */
export const LOOKED_BACK = 10_000

/**
 * Returns a function that is called with interactions in turn. It returns whether one is among the first `limit` of its
 * type.
 */
export function firstOfEachType(limit: number): (interaction: Pick<ImportedInteraction, 'eventType'>) => boolean {
  const counts = new Map<string, number>()
  return ({ eventType }) => {
    const count = (counts.get(eventType) ?? 0) + 1
    counts.set(eventType, count)
    return count <= limit
  }
}
