import type { Log } from '../log.ts'

const DAY_MS = 86_400_000
/** A server that runs sweeps once a day at least. */
const LEAP_MS = 30 * DAY_MS
/** Looks, an hour apart, before which nothing is deleted: a person has a day to see the warnings. */
const LOOKS = 24

/** How far a sweep of a dataset would go, and how far the last one went. */
export interface Reach {
  readonly dataset: number
  readonly datasetGroupArn: string
  /** In milliseconds since 1970, as all times here. */
  readonly before: number
  /** The `before` of the last sweep; undefined where there was none. */
  readonly expiredBefore: number | undefined
}

/**
 * Returns a function that is asked at each hourly look whether a sweep may begin. A sweep that would go 30 days or more
 * beyond the last one waits for a day. A wrong clock or a mistyped `--keep-events` may be the reason. The day begins
 * anew if another server, with its own clock, has swept meanwhile.
 */
export function openLeaps(log: Log): (reach: Reach) => boolean {
  const waiting = new Map<number, { readonly since: number; readonly looks: number }>()
  return ({ dataset, datasetGroupArn, before, expiredBefore = before }) => {
    const leap = before - expiredBefore
    const waited = waiting.get(dataset)
    if (leap < LEAP_MS) {
      waiting.delete(dataset)
      return true
    }
    const looks = waited?.since === expiredBefore ? waited.looks + 1 : 1
    waiting.set(dataset, { since: expiredBefore, looks })
    if (looks > LOOKS) return true
    log.warn(
      { datasetGroupArn, days: Math.floor(leap / DAY_MS) },
      'events of this many more days are too old than at the last deletion: check the clock and --keep-events; ' +
        'they are deleted after a day, or at once by personalite retention set',
    )
    return false
  }
}
