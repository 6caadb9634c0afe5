import type { Resource, Store } from '../store/store.ts'

/** An event that was put so long ago at most shows that the clock is right. */
const FRESH_MS = 3_600_000
/** Of the events that were put last so many are looked at: some of them may be late. */
const PUT_LAST = 100

/** The time by which events may be deleted for their age. */
export interface KnownTime {
  /**
   * The present moment, in milliseconds since 1970: the clock's, or an earlier one where no event is as new as that;
   * undefined where there is no event.
   * @param datasets all datasets of events
   */
  now(datasets: readonly Resource[]): Promise<number | undefined>
}

/**
 * Opens the time by which events may be deleted. By a clock that is years ahead every event would be too old. So it is
 * no later than the newest event of any dataset, and goes on from there while the process runs: data to which nothing
 * is added grow old as well. A clock that a test has stopped is believed.
 */
export function openKnownTime({ interactions, clock }: Pick<Store, 'interactions' | 'clock'>): KnownTime {
  let known: { readonly time: number; readonly at: number } | undefined
  const read = new Map<number, { readonly swept: number; readonly newest: number }>()

  const newestPut = async (dataset: number) =>
    latest((await interactions.latest(dataset, PUT_LAST)).map(({ timestampMs }) => timestampMs))

  /** It reads the whole dataset, once after each import or deletion of users. */
  const newestOfAll = async (dataset: number) => {
    const swept = await interactions.swept(dataset)
    const before = read.get(dataset)
    if (before?.swept === swept) return before.newest
    const newest = (await interactions.newest(dataset)) ?? NEVER
    read.set(dataset, { swept, newest })
    return newest
  }

  /** The newest event's time; any that is fresh will do. */
  const newestEvent = async (datasets: readonly Resource[], now: number) => {
    let newest = NEVER
    for (const newestOf of [newestPut, newestOfAll])
      for (const { id } of datasets) {
        newest = Math.max(newest, await newestOf(id))
        if (newest >= now - FRESH_MS) return now
      }
    return newest
  }
  return {
    async now(datasets) {
      const now = clock.now()
      if (clock.stoppedAt !== undefined) return now
      const at = performance.now()
      const gone = known ? known.time + at - known.at : NEVER
      const time = Math.min(now, Math.max(gone, await newestEvent(datasets, now)))
      if (time === NEVER) return undefined
      known = { time, at }
      return time
    },
  }
}

const NEVER = Number.NEGATIVE_INFINITY

const latest = (times: readonly number[]) => times.reduce((newest, next) => Math.max(newest, next), NEVER)
