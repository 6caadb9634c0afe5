import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inChunks } from '../snapshots/chunk.ts'
import { type Census, takeCensus } from './census.ts'
import { EVERY_EVENT } from './event-rules.ts'
import type { TrainingEvent } from './events.ts'
import { choose, EVERYTHING, isChosenBy, type Room } from './training-window.ts'

const HOUR = 3_600_000
const PLENTY: Room = { events: 1e9, users: 1e9, bytes: 1e12, bytesAnEvent: 100, bytesAUser: 400 }

/** Users with the times of their events, in hours. */
function eventsOf(users: Readonly<Record<string, readonly number[]>>): TrainingEvent[] {
  return Object.entries(users).flatMap(([userId, hours]) =>
    hours.map(hour => ({
      userId,
      itemId: 'i',
      timestampMs: hour * HOUR,
      eventType: 'click',
      eventValue: null,
      details: '',
      repeated: false,
    })),
  )
}
const inTurn = async function* (events: readonly TrainingEvent[]) {
  yield* events
}
const census = (events: readonly TrainingEvent[]): Promise<Census> =>
  takeCensus(
    inChunks(inTurn(events)),
    EVERY_EVENT,
    () => {},
    () => {},
  )
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const times = (count: number, hours: readonly number[]) =>
  Object.fromEntries(range(0, count).map(user => [`user-${user}`, hours]))
const chosen = (events: readonly TrainingEvent[], choice: Parameters<typeof isChosenBy>[0]) => {
  const isChosen = isChosenBy(choice)
  return events.filter(({ userId, timestampMs }) => isChosen(userId, timestampMs))
}

describe('the events to train on', () => {
  it('are all where all fit', async () => {
    const events = eventsOf(times(100, range(0, 40)))
    assert.deepEqual(choose(await census(events), PLENTY), EVERYTHING)
    assert.deepEqual(choose(await census([]), { ...PLENTY, bytes: 0 }), EVERYTHING)
    assert.deepEqual(choose(await census(events), { ...PLENTY, events: 4000 }), EVERYTHING)
  })

  it('are the newest of every user, as many as fit, where users have enough of them', async () => {
    const events = eventsOf(times(100, range(0, 40)))
    const choice = choose(await census(events), { ...PLENTY, events: 2050 })
    assert.deepEqual([choice.share, chosen(events, choice).length], [1, 2000])
    assert.ok(chosen(events, choice).every(({ timestampMs }) => timestampMs >= 20 * HOUR))
  })

  it('are those of fewer users over a longer time where the newest alone would be too few of each', async () => {
    const events = eventsOf(times(1000, range(0, 40)))
    const choice = choose(await census(events), { ...PLENTY, events: 2000 })
    assert.equal(choice.from, 32 * HOUR)
    assert.equal(choice.share, 0.25)
    const found = chosen(events, choice)
    const counts = Object.values(Object.groupBy(found, ({ userId }) => userId)).map(own => own!.length)
    assert.ok(counts.every(count => count === 8))
    assert.ok(counts.length > 200 && counts.length < 300, `${counts.length}`)
  })

  it('are whole histories of some users where users have few', async () => {
    const events = eventsOf(times(2000, [1, 2, 3]))
    const { from, share } = choose(await census(events), { ...PLENTY, events: 1000 })
    assert.deepEqual([from, share], [2 * HOUR, 0.25])
  })

  it('are those of some users where all are of one moment', async () => {
    const events = eventsOf({ ...times(2000, [5, 5.1, 5.2]), late: range(10, 20) })
    const { from, share } = choose(await census(events), { ...PLENTY, events: 1000 })
    assert.ok(from < 10 * HOUR && share < 0.5, `${from} ${share}`)
  })

  it('fit into the memory that there is, by the bytes of events and of users', async () => {
    const events = eventsOf(times(1000, range(0, 20)))
    const { share } = choose(await census(events), { ...PLENTY, bytes: 700_000 })
    assert.equal(share, 700_000 / (1000 * (8 * 100 + 400)))
    const none = choose(await census(events), { ...PLENTY, bytes: -1 })
    assert.equal(none.share, 0)
  })

  it('are no more than the ceilings of events and of users', async () => {
    const events = eventsOf(times(1000, range(0, 20)))
    assert.equal(choose(await census(events), { ...PLENTY, users: 100 }).share, 0.1)
    assert.equal(choose(await census(events), { ...PLENTY, events: 800 }).share, 0.1)
  })

  it('are of the same users each time, and of a smaller share some of these', () => {
    const events = eventsOf(times(1000, [1]))
    const of = (share: number) => new Set(chosen(events, { ...EVERYTHING, share }).map(({ userId }) => userId))
    assert.deepEqual(of(0.3), of(0.3))
    assert.ok(of(0.1).isSubsetOf(of(0.3)) && of(0.3).size > 250 && of(0.3).size < 350)
  })
})

describe('a census', () => {
  it('knows of each window its events, and the users who have one in it', async () => {
    const { windows, events, users } = await census(eventsOf({ a: [1, 2, 3], b: [2], c: [1] }))
    assert.deepEqual([events, users], [5, 3])
    const known = windows.map(({ from, events, users }) => [from / HOUR, events, users])
    assert.deepEqual(known, [
      [3, 1, 1],
      [2, 3, 2],
      [1, 5, 3],
    ])
  })

  it('leaves out what training does not look at', async () => {
    const [event] = eventsOf({ a: [1] })
    const rules = [
      { eventType: 'view', weight: 0 },
      { eventType: 'buy', threshold: 2, weight: 1 },
      { eventType: 'click', weight: 1 },
    ]
    const seen: string[] = []
    const given = [
      event!,
      { ...event!, repeated: true },
      ...['view', 'other', 'buy'].map(eventType => ({ ...event!, eventType })),
      { ...event!, eventType: 'buy', eventValue: 1 },
      { ...event!, itemId: 'j', eventType: 'buy', eventValue: 2 },
    ]
    const read: number[] = []
    const { events } = await takeCensus(
      inChunks(inTurn(given)),
      rules,
      ({ itemIds }, item) => seen.push(itemIds[item]!),
      count => read.push(count),
    )
    assert.deepEqual([events, seen, read], [2, ['i', 'j'], [given.length]])
  })

  it('widens its buckets where there are many times, and loses nobody', async () => {
    const events = eventsOf({ a: range(0, 150_000), b: range(0, 150_000) })
    const { windows, ...total } = await census(events)
    assert.deepEqual(total, { events: 300_000, users: 2 })
    assert.ok(windows.length <= 32_768 && windows.length > 16_384, `${windows.length}`)
    assert.deepEqual([windows.at(-1)!.events, windows.at(-1)!.users], [300_000, 2])
  })
})
