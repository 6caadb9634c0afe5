import { digestOf } from '../../store/digest.ts'

const DAY_MS = 86_400_000

/** The day (UTC) of a moment: users' chances are others on another day. @param now in milliseconds since 1970 */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS)
}

/** The seed of a user's chances: another one on another day (UTC), or when one of the others changed. */
export function seedOf(userId: string, now: number, ...others: readonly unknown[]): number {
  const text = [userId, dayOf(now), ...others].map(String).join(' ')
  return digestOf(text) % 2 ** 32
}
