import { setImmediate } from 'node:timers/promises'
import type { WatchedEvent } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { RememberedCounts } from '../families/remembered-scores.ts'
import { now } from '../request/clock.ts'
import { type LoadedModel, tellOfEvents } from './open-model.ts'
import { openPairing } from './pairing.ts'
import { recount } from './recount.ts'

/** How often it was asked, and how often an answer was remembered; of these, how often the whole list was. */
export interface RecalledCounts extends Readonly<RememberedCounts> {
  readonly lists: number
}

/** A model that is kept up to date by the events that are put. */
export interface LiveModel {
  /** Adds events that the store has notified of. */
  addEvents(events: readonly WatchedEvent[]): void
  /** The model, as soon as it knows all that was put until now. */
  upToDate(): Promise<LoadedModel>
  /** How often it was asked, and how often it remembered the answer; undefined where it remembers none. */
  readonly answers: RecalledCounts | undefined
  /** Whether the events that it knows of have changed otherwise than by puts. */
  isSwept(): Promise<boolean>
}

/** Of the events put after a training, at most this many numbers back count in a model that is loaded later: 5 s. */
const MISSED_MAX = 1_000_000
/** Some 5 ms of work, then other requests have their turn. */
const EVENTS_AT_ONCE = 1000
/** At most this many events wait for the next question, and are then counted one after the other: some 0.2 ms. */
const UNCOUNTED_MAX = 200
/** The store may still notify of events that were read, if they are among this many of the newest. */
const RECENT = 10_000

/**
 * Tells a model of the events that were put since its training. It reads those until now from the store; the store
 * tells of later ones. Each counts once.
 * @param events the Interactions dataset
 * @param waiting events that the store tells of meanwhile. Those that are read anyway are taken out of it before: one
 *   of them may be deleted by then
 */
export async function openLiveModel(
  store: Store,
  events: number | undefined,
  model: LoadedModel,
  waiting: WatchedEvent[],
): Promise<LiveModel> {
  const read = openRead()
  const pairing = openPairing(store, events, model)
  let { seq, swept } = model

  const tell = (some: readonly WatchedEvent[]) => tellOfEvents(model, some, now(store.clock), pairing.addEvent)
  const readAll = async (dataset: number) => {
    await store.catchUp()
    // The training has all up to its number, and those after it are read.
    waiting.length = 0
    const [newest] = await store.interactions.latest(dataset, 1)
    const last = newest?.seq ?? 0
    seq = Math.max(seq, last - MISSED_MAX)
    for (;;) {
      const found = await store.interactions.after(dataset, seq, EVENTS_AT_ONCE)
      tell(found.filter(({ repeated, seq }) => !repeated && !read.has(seq)))
      for (const event of found) if (event.seq > last - RECENT) read.add(event.seq)
      seq = found.at(-1)?.seq ?? seq
      if (found.length < EVENTS_AT_ONCE) return
      await setImmediate()
    }
  }
  /** Events that the store has notified of and that do not count yet. */
  const uncounted: WatchedEvent[] = []
  const count = () => {
    const found = uncounted.splice(0)
    if (found.length === 0) return
    tell(found.filter(event => !read.take(event.seq)))
  }
  const sweptNow = () => (events === undefined ? 0 : store.interactions.swept(events))
  const recountAll = async (until: number) => {
    const last = events === undefined ? 0 : await store.interactions.settled(events)
    // As after a training at the moment of the sweep: a model that is loaded later counts the same.
    seq = Math.max(until, last - MISSED_MAX)
    // No put up to that number is under way any more, and no notice of one comes later.
    await store.catchUp()
    waiting.length = 0
    await recount(store, model, { dataset: events, until: seq })
    swept = until
  }
  if (model.dataset !== events) swept = undefined
  for (let until = await sweptNow(); swept !== until; until = await sweptNow()) await recountAll(until)
  if (events !== undefined) await readAll(events)
  return {
    get answers() {
      const { remembered: counts } = model.ranker
      const { recalled } = model.lists
      return counts && { asked: counts.asked + recalled, remembered: counts.remembered + recalled, lists: recalled }
    },
    // Puts are many more than questions. Each would find nothing of the model in the processor's caches.
    addEvents(found) {
      for (const event of found) uncounted.push(event)
      if (uncounted.length >= UNCOUNTED_MAX) count()
    },
    isSwept: async () => (await sweptNow()) !== swept,
    async upToDate() {
      count()
      await pairing.done()
      model.itemIndex.sync()
      await model.learned()
      return model
    },
  }
}

/** The numbers of events that were read; the store may notify of them too. */
function openRead() {
  const seqs = new Set<number>()
  let last = 0
  return {
    has: (seq: number) => seqs.has(seq),
    add(seq: number) {
      seqs.add(seq)
      last = Math.max(last, seq)
    },
    /** Whether it was read. The store notifies of it once. */
    take: (seq: number) => seq <= last && seqs.delete(seq),
  }
}
