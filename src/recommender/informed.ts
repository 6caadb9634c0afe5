import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import { type LoadedModel, tellOfEvents } from './models.ts'

/** A model that knows of what was put. */
export interface Informed {
  /** Says that so many events, or a few less, were put. */
  missed(count: number): void
  /** The model, as soon as it knows all that was put until now. */
  upToDate(): Promise<LoadedModel>
}

/** Of the events that were put after a training, those of so many numbers count in a model that is loaded later: 5 s. */
const MISSED_MAX = 1_000_000
/** Some 5 ms of work, then other requests have their turn. */
const EVENTS_AT_ONCE = 1000

/**
 * Tells a model of the events that were put since its training, and of those to come: read from the store after the last
 * that it knows, so each counts once, without the duplicates that were not stored and those that repeat an eventId. They
 * are read when the model is asked, or a thousand are waiting.
 * @param events the Interactions dataset
 */
export async function informed(store: Store, events: number | undefined, model: LoadedModel): Promise<Informed> {
  const newest = events === undefined ? [] : await store.interactions.latest(events, 1)
  let seq = Math.max(model.seq, (newest[0]?.seq ?? 0) - MISSED_MAX)
  let waiting = 0
  let reading: Promise<void> | undefined
  const read = async () => {
    for (;;) {
      const counted = waiting
      const found = await store.interactions.after(events!, seq, EVENTS_AT_ONCE)
      tellOfEvents(
        model,
        found.filter(({ repeated }) => !repeated),
      )
      seq = found.at(-1)?.seq ?? seq
      if (found.length === EVENTS_AT_ONCE) {
        await setImmediate()
        continue
      }
      waiting -= counted
      if (waiting === 0) return
    }
  }
  const readAll = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  if (events !== undefined) await readAll()
  return {
    missed(count) {
      if (events === undefined) return
      waiting += count
      // Whoever asks for the model is told what went wrong.
      if (waiting >= EVENTS_AT_ONCE) readAll().catch(() => {})
    },
    async upToDate() {
      if (waiting > 0 || reading) await readAll()
      model.shelf.sync()
      await model.learned()
      return model
    },
  }
}
