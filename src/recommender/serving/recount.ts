import { setImmediate } from 'node:timers/promises'
import type { Store } from '../../store/store.ts'
import { now } from '../request/clock.ts'
import { forgetExposure } from '../training/exposure.ts'
import { type LoadedModel, takeIn } from './open-model.ts'

/** Some 2 ms of work, then other requests have their turn. */
const EVENTS_AT_ONCE = 1000

/**
 * Counts the existing events again, for a model in memory. After a bulk import or a deletion of users, some events of
 * its training are gone, and others have come without a put. An item that is known by such events alone gets a number.
 * A million events take a second. Patterns that were learned from the events stay until a training.
 * @param dataset the Interactions dataset; undefined where there is none any more
 * @param until the place in the sequence of the newest put that is counted: the model is told of later ones
 * @param each called with each event that was put and counted
 */
export async function recount(
  store: Store,
  model: LoadedModel,
  dataset: number | undefined,
  until: number,
  each: (seq: number) => void,
): Promise<void> {
  const { exposure, ranker, untried } = model
  const latest = Math.max(now(store.clock), exposure.newest)
  forgetExposure(exposure)
  const counting = ranker.recount?.()
  let rows = 0
  for await (const event of dataset === undefined ? [] : store.interactions.scan(dataset, 'ALL')) {
    if (++rows % EVENTS_AT_ONCE === 0) await setImmediate()
    // Training leaves it out, too.
    if (event.repeated) continue
    const isPut = event.ingestion === 'PUT'
    if (isPut && event.seq > until) continue
    if (isPut) each(event.seq)
    takeIn(model, event, latest, counting?.add)
  }
  counting?.done()
  untried.recounted()
}
