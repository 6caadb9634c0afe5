import { setTimeout } from 'node:timers/promises'
import { sendAll } from './load.ts'
import type { ServerProcess } from './processes.ts'

/** The processor time of an event that was put, in microseconds. */
interface ReadingCost {
  /** Of each server that it was not put at, which counts it; NaN where there is none. */
  readonly reader: number
  /** Of the database, for the put and for all who read it. */
  readonly database: number
}

/** The events of a call, the calls, and how many of them in a second: 1,200 events, as of 100 million a day. */
const [EVENTS, CALLS, PER_SECOND] = [10, 600, 120]
/** So long is measured what servers and database do without events. */
const IDLE_MS = 3000

/**
 * Puts events at the first server, and measures the processor time of the others, and of the database, beyond what they
 * use in quiet. All servers must have a model in memory: it counts each event.
 * @param databaseMs the processor time that the database has used, in milliseconds
 * @param request returns a call with this many events
 */
export async function measureReading(
  [first, ...readers]: readonly ServerProcess[],
  databaseMs: () => number,
  request: (url: string, events: number) => Buffer,
): Promise<ReadingCost> {
  const { url } = first!
  const readersMs = () => readers.reduce((sum, reader) => sum + reader.processorMs(), 0)
  const during = async (run: () => Promise<unknown>) => {
    const [startedAt, readersBefore, databaseBefore] = [performance.now(), readersMs(), databaseMs()]
    await run()
    const ms = performance.now() - startedAt
    return { ms, readers: readersMs() - readersBefore, database: databaseMs() - databaseBefore }
  }
  const requests = Array.from({ length: CALLS }, () => request(url, EVENTS))
  await sendAll(url, requests.splice(0, CALLS / 10), 8, PER_SECOND) // in the pace of the measurement
  const idle = await during(() => setTimeout(IDLE_MS))
  const busy = await during(() => sendAll(url, requests, 8, PER_SECOND))
  const each = (of: 'readers' | 'database') =>
    (1000 * (busy[of] - (idle[of] * busy.ms) / idle.ms)) / (requests.length * EVENTS)
  return { reader: readers.length > 0 ? each('readers') / readers.length : Number.NaN, database: each('database') }
}
