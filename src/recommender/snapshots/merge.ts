import type { Dataset } from '../../datasets/of-group.ts'
import { compareBytes } from '../../store/order.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { EventChunk } from '../training/events.ts'
import type { NewEvents } from './new-events.ts'
import type { SnapshotFile, SnapshotWriter } from './snapshot-file.ts'

/** The news that a file is merged with, and where the rest is read that these do not tell. */
interface Merging {
  readonly store: Store
  readonly dataset: Pick<Dataset, 'id'>
  readonly news: NewEvents
  /** The number up to which the merged file has events. */
  readonly until: number
  /** Is called now and then with how many new events were written. */
  readonly report: (events: number) => void
}

/**
 * Writes the events of a file and those that came since. The store is asked only for those that new events do not tell.
 * A user is read whole, with the session, if that session has events in the file where it was nobody's.
 */
export async function merge(writer: SnapshotWriter, old: SnapshotFile, merging: Merging): Promise<void> {
  const whole = await usersToRead(old, merging.news)
  const ofUser = Map.groupBy(merging.news.events, ({ userId }) => userId)
  const changed = [...new Set([...ofUser.keys(), ...whole])].sort(compareBytes)
  let [next, written] = [0, 0]
  let current: UserMerge | undefined
  const isNextUpTo = (userId: string | undefined) =>
    next < changed.length && (userId === undefined || compareBytes(changed[next]!, userId) <= 0)
  /** Finishes the changed users before a user, and begins with that one if it is changed. */
  const turnTo = async (userId: string | undefined) => {
    if (current && current.userId === userId) return
    await current?.finish()
    current = undefined
    while (isNextUpTo(userId)) {
      await current?.finish()
      const id = changed[next++]!
      const news = whole.has(id) ? undefined : ofUser.get(id)
      written += news?.length ?? 0
      merging.report(written)
      current = new UserMerge(writer, id, news, merging)
      await current.begin()
    }
    if (current?.userId !== userId) {
      await current?.finish()
      current = undefined
    }
  }
  for await (const chunk of old.read()) {
    let from = 0
    for (const [user, userId] of chunk.users.entries()) {
      if (!current && !isNextUpTo(userId)) continue
      await writer.copy(chunk, from, user)
      from = user
      await turnTo(userId)
      if (!current) continue
      await current.add(chunk, user)
      from = user + 1
    }
    await writer.copy(chunk, from, chunk.users.length)
  }
  await turnTo(undefined)
}

/** The sessions of new events that have events of their own in the file, and the users whom they turned out to be. */
async function usersToRead(old: SnapshotFile, { events, newer }: NewEvents): Promise<ReadonlySet<string>> {
  const joined = [...events, ...newer].filter(({ sessionId, userId }) => sessionId !== null && sessionId !== userId)
  const inFile = await old.usersAmong(new Set(joined.map(({ sessionId }) => sessionId!)))
  return new Set(
    joined.filter(({ sessionId }) => inFile.has(sessionId!)).flatMap(({ sessionId, userId }) => [sessionId!, userId]),
  )
}

type Moment = Pick<FoundInteraction, 'timestampMs' | 'itemId' | 'eventType'>

/** The events of a user: those of the file, which may come in several chunks, and new ones. */
class UserMerge {
  readonly userId: string
  readonly #writer: SnapshotWriter
  /** In the order of the store, but for those of a moment. Undefined where the user is read whole. */
  readonly #news: readonly FoundInteraction[] | undefined
  readonly #merging: Merging
  #next = 0
  /** The last moment whose events were asked for: those in the file do not count. */
  #asked: Moment | undefined

  constructor(writer: SnapshotWriter, userId: string, news: readonly FoundInteraction[] | undefined, merging: Merging) {
    this.userId = userId
    this.#writer = writer
    this.#news = news?.toSorted(compareMoments)
    this.#merging = merging
  }

  async begin(): Promise<void> {
    if (!this.#news) await this.#writer.put(await this.#inStore())
  }

  /** Adds the events of the file in a chunk, and the new ones before the last of them. */
  async add(chunk: EventChunk, user: number): Promise<void> {
    if (!this.#news) return
    const end = chunk.offsets[user + 1]!
    let from = chunk.offsets[user]!
    for (let event = from; event < end; event++) {
      const moment = momentOf(chunk, event)
      const isBefore = () => this.#next < this.#news!.length && compareMoments(this.#news![this.#next]!, moment) < 0
      const isAt = this.#isNextAt(moment)
      if (!isBefore() && !isAt && !isSame(this.#asked, moment)) continue
      if (isAt && this.#isTheNext(chunk, event)) {
        this.#next++
        continue
      }
      await this.#writer.copyEvents(chunk, user, from, event)
      from = event
      while (isBefore()) await this.#putNext()
      if (this.#isNextAt(moment)) {
        if (this.#isTheNext(chunk, event)) this.#next++
        else await this.#ask(moment)
      }
      if (isSame(this.#asked, moment)) from = event + 1
    }
    await this.#writer.copyEvents(chunk, user, from, end)
  }

  /** Adds the new events that are left. */
  async finish(): Promise<void> {
    while (this.#news && this.#next < this.#news.length) await this.#putNext()
  }

  async #putNext(): Promise<void> {
    const event = this.#news![this.#next]!
    const following = this.#news![this.#next + 1]
    if (following && isSame(following, event)) return this.#ask(event)
    this.#next++
    await this.#writer.put([event])
  }

  #isNextAt(moment: Moment): boolean {
    return isSame(this.#news![this.#next], moment)
  }

  /** Whether the next new event is one of the file, and no other is of its moment. */
  #isTheNext({ values, details, repeated }: EventChunk, event: number): boolean {
    const next = this.#news![this.#next]!
    const following = this.#news![this.#next + 1]
    const isAlike = Object.is(next.eventValue ?? Number.NaN, values[event]) && next.details === details.at(event)
    return isAlike && next.repeated === (repeated[event] === 1) && !(following && isSame(following, next))
  }

  /** Writes the events of a moment as the store has them: it alone knows their order, and which of two alike stands. */
  async #ask(moment: Moment): Promise<void> {
    const found = await this.#inStore()
    await this.#writer.put(found.filter(event => isSame(event, moment)))
    while (this.#isNextAt(moment)) this.#next++
    this.#asked = moment
  }

  async #inStore(): Promise<readonly FoundInteraction[]> {
    const { store, dataset, until } = this.#merging
    const found = await store.interactions.ofUser(dataset.id, this.userId, Number.MAX_SAFE_INTEGER)
    return found.toReversed().filter(({ ingestion, seq }) => ingestion === 'BULK' || seq <= until)
  }
}

function momentOf({ times, items, itemIds, types, eventTypes }: EventChunk, event: number): Moment {
  return { timestampMs: times[event]!, itemId: itemIds[items[event]!]!, eventType: eventTypes[types[event]!]! }
}

function isSame(one: Moment | undefined, other: Moment): boolean {
  return one !== undefined && compareMoments(one, other) === 0
}

/** In the order of the store, which tells more apart. */
function compareMoments(one: Moment, other: Moment): number {
  return (
    one.timestampMs - other.timestampMs ||
    compareBytes(one.itemId, other.itemId) ||
    compareBytes(one.eventType, other.eventType)
  )
}
