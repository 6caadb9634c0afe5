import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { now } from '../request/clock.ts'
import { isChosenBy } from '../training/choice.ts'
import { forgetExposure } from '../training/exposure.ts'
import { type LoadedModel, takeIn } from './open-model.ts'
import { type Pass, sharePasses } from './passes.ts'

/** The models of a dataset are counted anew together: reading the events costs more than counting them. */
const passes = new WeakMap<Store, Map<number, Pass<FoundInteraction>>>()

function passOver(store: Store, dataset: number): Pass<FoundInteraction> {
  const ofStore = passes.getOrInsertComputed(store, () => new Map())
  return ofStore.getOrInsertComputed(dataset, () => sharePasses(() => store.interactions.scan(dataset, 'ALL')))
}

/**
 * Counts the existing events again, for a model in memory. After a bulk import or a deletion of users, some events of
 * its training are gone, and others have come without a put. An item that is known by such events alone gets a number.
 * A million events take a second, for all models of a dataset that are counted at once. Patterns that were learned from
 * the events stay until a training.
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
  const isChosen = isChosenBy(model.choice)
  const take = (event: FoundInteraction) => {
    // Training leaves it out, too.
    if (event.repeated) return
    const isPut = event.ingestion === 'PUT'
    if (isPut && event.seq > until) return
    if (isPut) each(event.seq)
    takeIn(model, event, latest, isChosen(event.userId, event.timestampMs) ? counting?.add : undefined)
  }
  if (dataset !== undefined) await passOver(store, dataset)(take)
  counting?.done()
  untried.recounted()
  model.version++
}
