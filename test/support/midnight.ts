import { setTimeout } from 'node:timers/promises'

const DAY_MS = 86_400_000
const NEAR_MS = 20_000

/** For a test that must begin and end on one day (UTC): just before midnight it waits for the next. */
export async function onOneDay(): Promise<void> {
  const left = DAY_MS - (Date.now() % DAY_MS)
  if (left < NEAR_MS) await setTimeout(left)
}
