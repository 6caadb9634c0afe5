import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { now } from '../request/clock.ts'
import { forgetExposure } from '../training/exposure.ts'
import { isChosenBy } from '../training/training-window.ts'
import { type LoadedModel, takeIn } from './open-model.ts'
import { type Pass, sharePasses } from './passes.ts'

/** The models of a dataset are counted anew together: reading the events costs more than counting them. */
const passes = new WeakMap<Store, Map<number, Pass<FoundInteraction>>>()

function passOver(store: Store, dataset: number): Pass<FoundInteraction> {
  const ofStore = passes.getOrInsertComputed(store, () => new Map())
  return ofStore.getOrInsertComputed(dataset, () => sharePasses(() => store.interactions.scan(dataset, 'ALL')))
}

interface Counting {
  /** The Interactions dataset; undefined where there is none any more. */
  readonly dataset: number | undefined
  /** The place in the sequence of the newest put that is counted: the store notifies of later ones. */
  readonly until: number
}

/**
 * Counts the existing events again, for a model in memory. After a bulk import or a deletion of users, some events of
 * its training are gone, and others have come without a put. An item that is known by such events alone gets a number.
 * A million events take a second, for all models of a dataset that are counted at once. Patterns that were learned from
 * the events stay until a training.
 */
export async function recount(store: Store, model: LoadedModel, { dataset, until }: Counting): Promise<void> {
  const { exposure, ranker, untried } = model
  const latest = Math.max(now(store.clock), exposure.newest)
  forgetExposure(exposure)
  const counting = ranker.recount?.()
  const isChosen = isChosenBy(model.choice)
  const take = (event: FoundInteraction) => {
    takeIn(model, event, latest, isChosen(event.userId, event.timestampMs) ? counting?.add : undefined)
  }
  let ofUser: FoundInteraction[] = []
  const takeAll = () => {
    // Training leaves out repeated ones, too.
    const counted = ofUser.filter(({ repeated, ingestion, seq }) => !repeated && (ingestion === 'BULK' || seq <= until))
    for (const event of asOwnedAt(until, ofUser, counted)) take(event)
    ofUser = []
  }
  if (dataset !== undefined)
    await passOver(
      store,
      dataset,
    )(event => {
      if (ofUser.length > 0 && ofUser[0]!.userId !== event.userId) takeAll()
      ofUser.push(event)
    })
  takeAll()
  counting?.done()
  await untried.recounted()
  model.version++
}

/**
 * Returns counted events of a user as they were owned at a place in the sequence. A session whose user became known
 * later was a user of its own then: a server that counted at that time counted it so. Sessions come last, one by one.
 * @param all the user's events
 */
function asOwnedAt(
  until: number,
  all: readonly FoundInteraction[],
  counted: readonly FoundInteraction[],
): readonly FoundInteraction[] {
  if (!counted.some(({ anonymous }) => anonymous)) return counted
  const known = new Map<string | null, number>()
  for (const { anonymous, sessionId, ingestion, seq } of all)
    if (!anonymous && ingestion === 'PUT') known.set(sessionId, Math.min(seq, known.get(sessionId) ?? seq))
  const isJoined = ({ anonymous, sessionId }: FoundInteraction) => anonymous && (known.get(sessionId) ?? 0) > until
  const sessions = Map.groupBy(counted.filter(isJoined), ({ sessionId }) => sessionId)
  const ofSessions = [...sessions].flatMap(([sessionId, events]) =>
    events.map(event => ({ ...event, userId: sessionId! })),
  )
  return [...counted.filter(event => !isJoined(event)), ...ofSessions]
}
