import { hash } from 'node:crypto'

const DAY_MS = 86_400_000

/** The seed of a user's chances: another one on another day (UTC), or when one of the others changed. */
export function seedOf(userId: string, now: number, ...others: readonly unknown[]): number {
  const text = [userId, Math.floor(now / DAY_MS), ...others].map(String).join(' ')
  return Number.parseInt(hash('sha256', text).slice(0, 8), 16)
}
