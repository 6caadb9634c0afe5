import type { TrainingEvent } from './events.ts'

/** How many events and users there are from each moment on; what is read from is larger than memory. */
export interface Census {
  readonly events: number
  readonly users: number
  /** Windows that end now, the shortest first; the last has everything. */
  readonly windows: readonly Window[]
}

export interface Window {
  /** Its begin, in milliseconds since 1970. */
  readonly from: number
  readonly events: number
  /** Those with an event in it. */
  readonly users: number
}

interface Bucket {
  events: number
  /** Those whose newest event is in it. */
  users: number
}

/** As many buckets of times are held. Their width is a 65,536th of the time that the events span, at worst. */
const BUCKETS_MAX = 1 << 17

/**
 * Counts the events that a training looks at, which come user by user in the order of time. It holds 131,072 numbers at
 * most, however many events there are.
 * @param each is called with each event that counts
 */
export async function takeCensus(
  events: AsyncIterable<TrainingEvent>,
  weigh: (event: TrainingEvent) => number,
  each: (event: TrainingEvent) => void,
): Promise<Census> {
  let width = 1
  let buckets = new Map<number, Bucket>()
  const bucketAt = (timestampMs: number): Bucket =>
    buckets.getOrInsertComputed(Math.floor(timestampMs / width), () => ({ events: 0, users: 0 }))
  let user: string | undefined
  let newest = 0
  for await (const event of events) {
    if (event.repeated || weigh(event) === 0) continue
    each(event)
    if (event.userId !== user) {
      if (user !== undefined) bucketAt(newest).users++
      user = event.userId
    }
    newest = event.timestampMs
    bucketAt(newest).events++
    while (buckets.size > BUCKETS_MAX) {
      buckets = inPairs(buckets)
      width *= 2
    }
  }
  if (user !== undefined) bucketAt(newest).users++
  return censusOf(buckets, width)
}

/** The same in buckets twice as wide. */
function inPairs(buckets: ReadonlyMap<number, Bucket>): Map<number, Bucket> {
  const wider = new Map<number, Bucket>()
  for (const [at, { events, users }] of buckets) {
    const bucket = wider.getOrInsertComputed(Math.floor(at / 2), () => ({ events: 0, users: 0 }))
    bucket.events += events
    bucket.users += users
  }
  return wider
}

function censusOf(buckets: ReadonlyMap<number, Bucket>, width: number): Census {
  let [events, users] = [0, 0]
  const newestFirst = [...buckets].sort(([a], [b]) => b - a)
  const windows = newestFirst.map(([at, bucket]): Window => {
    events += bucket.events
    users += bucket.users
    return { from: at * width, events, users }
  })
  return { events, users, windows }
}
