import { setTimeout } from 'node:timers/promises'
import { faultOf, type Log } from '../log.ts'
import type { AgeLimit } from '../store/expiry.ts'
import { inPages } from '../store/pages.ts'
import type { Resource } from '../store/resource-store.ts'
import { oneAfterTheOther } from '../store/serialize.ts'
import type { Store } from '../store/store.ts'
import { ageLimitOf, keptBy } from './kept.ts'
import { openLeaps, type Reach } from './leaps.ts'

/** How often it is looked whether a sweep is due. */
const EVERY_MS = 3_600_000
/** A dataset is swept when a hundredth of its age limit has gone by: an hour at least, and a day at most. */
const PART_OF_AGE = 1 / 100
const DAY_MS = 24 * EVERY_MS
/** A sweep by another server a little less than an hour ago does not delay this one by an hour. */
const EARLY_MS = EVERY_MS / 10

/** A step is followed by a pause of this many times its length: requests and puts have four fifths of the writer. */
const PAUSE_TIMES = 4
const PAUSE_MAX_MS = 2_000

/** The deletions of this process since its start. */
export interface RetentionCounts {
  readonly deleted: number
  /** Of these, those that were older than their dataset group keeps events when they arrived. */
  readonly late: number
  /** When the last sweep ended, in milliseconds since 1970 by the machine's clock; undefined where none has. */
  readonly sweptAt: number | undefined
}

/** Deletes interactions that are older than their dataset group keeps them, in the background. */
export interface Retention {
  /** How long groups without a setting of their own keep interactions. */
  readonly usual: string
  /** Sweeps from now on whenever it is due. Resolves when it has looked for the first time. */
  start(): Promise<void>
  /** Sweeps a dataset group, after the sweep that is under way, whether or not it is due. Resolves at its end. */
  sweepGroup(datasetGroupArn: string): Promise<void>
  /** Deletes all that is too old by the clock at once, without pauses. */
  sweep(): Promise<void>
  counts(): RetentionCounts
  /** Ends a sweep after its present step. */
  stop(): Promise<void>
}

interface Options {
  readonly store: Pick<Store, 'resources' | 'interactions' | 'clock'>
  readonly log: Log
  readonly keepEvents: string
}

interface Limited extends AgeLimit, Reach {
  readonly isDue: boolean
}

/**
 * Opens the retention of a store's interactions. One server at a time sweeps; a sweep that is cut short does no harm.
 */
export function openRetention({ store, log, keepEvents: usual }: Options): Retention {
  const inTurn = oneAfterTheOther()
  const stopping = new AbortController()
  const pause = (ms: number) => setTimeout(ms, undefined, { signal: stopping.signal }).catch(() => {})
  let counts: RetentionCounts = { deleted: 0, late: 0, sweptAt: undefined }
  let timer: NodeJS.Timeout | undefined

  const sweepOnce = async (isWanted: (limit: Limited) => boolean, pauseMax: number) => {
    const limits = (await limitsOf(store, usual)).filter(isWanted)
    const found = new Map<number, { deleted: number; late: number }>()
    for await (const step of paced(store.interactions.expire(limits), pauseMax, pause)) {
      for (const { dataset, deleted, late } of step) {
        const sum = found.getOrInsertComputed(dataset, () => ({ deleted: 0, late: 0 }))
        sum.deleted += deleted
        sum.late += late
        counts = { ...counts, deleted: counts.deleted + deleted, late: counts.late + late }
      }
      counts = { ...counts, sweptAt: Date.now() }
      if (stopping.signal.aborted) return
    }
    for (const { dataset, datasetGroupArn } of limits) tell(log, datasetGroupArn, found.get(dataset))
  }
  const run = (isWanted: (limit: Limited) => boolean, pauseMax = PAUSE_MAX_MS) =>
    inTurn(async () => {
      if (stopping.signal.aborted) return
      try {
        await sweepOnce(isWanted, pauseMax)
      } catch (error) {
        if (!stopping.signal.aborted) log.error(faultOf(error), 'events cannot be deleted by their age')
      }
    })
  const mayLeap = openLeaps(log)
  // A clock that a test has stopped is where the test wants it.
  const due = () => run(limit => (store.clock.stoppedAt !== undefined || mayLeap(limit)) && limit.isDue)
  return {
    usual,
    start() {
      timer = setInterval(due, EVERY_MS).unref()
      return due()
    },
    sweepGroup: wanted => run(({ datasetGroupArn }) => datasetGroupArn === wanted),
    sweep: () => run(() => true, 0),
    counts: () => counts,
    stop() {
      stopping.abort()
      clearInterval(timer)
      return inTurn(async () => {})
    },
  }
}

/** The steps of a sweep, with a pause after each. */
async function* paced<Step>(
  steps: AsyncIterable<Step>,
  pauseMax: number,
  pause: (ms: number) => Promise<unknown>,
): AsyncGenerator<Step> {
  let startedAt = performance.now()
  for await (const step of steps) {
    const took = performance.now() - startedAt
    yield step
    if (pauseMax > 0) await pause(Math.min(pauseMax, PAUSE_TIMES * took))
    startedAt = performance.now()
  }
}

/** The datasets of interactions that have an age limit. */
async function limitsOf(
  { resources, interactions, clock }: Options['store'],
  usual: string,
): Promise<readonly Limited[]> {
  const limits: Limited[] = []
  for await (const group of inPages(resources, { kind: 'dataset-group' })) {
    const age = ageLimitOf(keptBy(group, usual))
    if (age === undefined) continue
    const before = clock.now() - age
    for (const { id } of (await resources.list({ kind: 'dataset', parent: group.arn })).filter(hasEvents)) {
      const expiredBefore = await interactions.expiredBefore(id)
      const since = before - (expiredBefore ?? Number.NEGATIVE_INFINITY)
      // Where the group keeps events for longer by now, it is less than 0.
      const isDue = since < 0 || since >= dueAfterMs(age)
      limits.push({ dataset: id, datasetGroupArn: group.arn, before, expiredBefore, isDue })
    }
  }
  return limits
}

const dueAfterMs = (age: number) => Math.min(DAY_MS, Math.max(EVERY_MS, age * PART_OF_AGE)) - EARLY_MS

const hasEvents = ({ document }: Resource) => String(document.datasetType).endsWith('INTERACTIONS')

/** Nothing is deleted without a line of the log, of counts alone. */
function tell(log: Log, datasetGroupArn: string, found: { deleted: number; late: number } | undefined): void {
  if (!found || found.deleted === 0) return
  log.info({ datasetGroupArn, events: found.deleted }, 'events older than their dataset group keeps them are deleted')
  if (found.late > 0)
    log.warn({ datasetGroupArn, events: found.late }, 'of these, some were too old already when they arrived')
}
