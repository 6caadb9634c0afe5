import { type EventRule, weigherOfChunks } from './event-rules.ts'
import type { EventChunk } from './events.ts'
import { TimeBuckets } from './time-buckets.ts'

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

/**
 * Counts the events that a training looks at, which come user by user in the order of time. It holds 32,768 buckets of
 * times at most, however many events there are.
 * @param meet is called with each event that counts, the number of its item in `itemIds`
 * @param report is called after each chunk with how many events were read
 */
export async function takeCensus(
  chunks: AsyncIterable<EventChunk>,
  rules: readonly EventRule[],
  meet: (chunk: EventChunk, item: number) => void,
  report: (events: number) => void,
): Promise<Census> {
  const buckets = new TimeBuckets()
  const weigh = weigherOfChunks(rules)
  let user: string | undefined
  let newest = 0
  let read = 0
  for await (const chunk of chunks) {
    const { users, offsets, times, items } = chunk
    for (const [at, userId] of users.entries())
      for (let event = offsets[at]!; event < offsets[at + 1]!; event++) {
        if (weigh(chunk, event) === 0) continue
        meet(chunk, items[event]!)
        if (userId !== user) {
          // A user is in the bucket of the newest event.
          if (user !== undefined) buckets.add(newest, 0, 1)
          user = userId
        }
        newest = times[event]!
        buckets.add(newest, 1, 0)
      }
    read += times.length
    report(read)
  }
  if (user !== undefined) buckets.add(newest, 0, 1)
  return censusOf(buckets)
}

function censusOf(buckets: TimeBuckets): Census {
  let [events, users] = [0, 0]
  const windows = buckets.newestFirst().map((bucket): Window => {
    events += bucket.events
    users += bucket.users
    return { from: bucket.from, events, users }
  })
  return { events, users, windows }
}
