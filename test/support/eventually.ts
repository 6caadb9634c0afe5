import { setTimeout } from 'node:timers/promises'

/** Longer than any machine needs: it ends a test that waits in vain, and says nothing of speed. */
const LIMIT_MS = 10 * 60_000
const PAUSE_MS_MAX = 20

/**
 * Looks again and again, and returns the first value of `look` that is truthy. Pauses grow from 1 ms to 20 ms.
 * @param what is awaited: it ends the sentence "waited 10 minutes for …"
 * @throws Error with that sentence
 */
export async function eventually<Found>(
  what: string,
  look: () => Found | Promise<Found>,
): Promise<Exclude<Found, false | null | undefined>> {
  const end = performance.now() + LIMIT_MS
  for (let pause = 1; performance.now() < end; pause = Math.min(pause + 1, PAUSE_MS_MAX)) {
    const found = await look()
    if (found) return found as Exclude<Found, false | null | undefined>
    await setTimeout(pause)
  }
  throw new Error(`waited ${LIMIT_MS / 60_000} minutes for ${what}`)
}
