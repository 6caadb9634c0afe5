import type { FoundInteraction } from './rows.ts'

/** The order of ids, in SQL too: that of their UTF-8 bytes, which JavaScript's `<` is not beyond the basic plane. */
export function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** What tells interactions apart; the digest is of what the other members do not tell. */
export type InteractionKey = Pick<FoundInteraction, 'userId' | 'timestampMs' | 'itemId' | 'eventType'> & {
  readonly digest: number
}

/** The order of interactions: user by user, in the order of time. */
export function compareKeys(a: InteractionKey, b: InteractionKey): number {
  return (
    compareBytes(a.userId, b.userId) ||
    a.timestampMs - b.timestampMs ||
    compareBytes(a.itemId, b.itemId) ||
    compareBytes(a.eventType, b.eventType) ||
    a.digest - b.digest
  )
}
