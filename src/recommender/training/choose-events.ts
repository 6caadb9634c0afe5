import type { Dataset } from '../../datasets/of-group.ts'
import { TRAIN_ON } from '../../recipes/train-on.ts'
import type { Store } from '../../store/store.ts'
import type { ReportProgress } from '../families/family.ts'
import type { KeptSnapshots } from '../snapshots/folder.ts'
import { assertItems, type Bounds, CEILINGS, inWords } from './ceilings.ts'
import { type Census, takeCensus } from './census.ts'
import { contextFields } from './contexts.ts'
import { TrainingDataError } from './data-error.ts'
import type { EventRule } from './event-rules.ts'
import { type EventSource, openEvents } from './event-source.ts'
import { needOf, type TrainingSize } from './memory.ts'
import { type Numbering, numbersIn } from './numbering.ts'
import type { Plan } from './plan.ts'
import { type EventTable, ofUsers, readEvents } from './snapshot.ts'
import { type Choice, choose, EVERYTHING, placeOf, type Room } from './training-window.ts'

/** The events to choose from, and the bounds of the choice. */
interface Choosing {
  readonly store: Store
  readonly dataset: Dataset
  readonly plan: Plan
  readonly bounds: Bounds
  readonly snapshots?: KeptSnapshots | undefined
  /** Which events are looked at, and the columns that are not. */
  readonly rules: readonly EventRule[]
  readonly excluded: readonly string[]
  /** Numbers the items of the events; it learns those that it does not know. */
  readonly items: Numbering
  /** How many items are recorded, whether they have events or not. */
  readonly recorded: number
  readonly allTypes?: Numbering | undefined
  readonly report: ReportProgress
}

/** The chosen events. */
export interface Chosen {
  readonly choice: Choice
  readonly events: EventTable
}

/**
 * Reads the events that a training takes: all, where all fit, else those that `choose` chooses. For this it counts them
 * first, so that it never holds more than fits.
 * @throws TrainingDataError where the items alone do not fit, or are more than the ceiling
 */
export async function readChosen(choosing: Choosing): Promise<Chosen> {
  const { items } = choosing
  await using source = await openEvents(choosing)
  const everything = await readAll(choosing, source)
  const choice = everything ? EVERYTHING : choose(await count(choosing, source), roomFor(choosing, items.texts.length))
  const table = everything ?? (await read(choosing, source, choice, () => {}))
  return atMost(table, choice, mostOf(choosing.plan))
}

/** Stops a reading of more than fits. */
const FULL = new Error('more events than fit')

/** Undefined where not all fit; that is found out before too much is held. */
async function readAll(choosing: Choosing, source: EventSource): Promise<EventTable | undefined> {
  const { items, bounds } = choosing
  if (!fits(choosing, { events: source.total, users: 0, items: 0 })) return undefined
  const assertFits = (events: number, users: number) => {
    assertItems(items.texts.length, bounds.ceilings)
    if (!fits(choosing, { events, users, items: items.texts.length })) throw FULL
  }
  try {
    const table = await read(choosing, source, EVERYTHING, assertFits)
    assertFits(table.items.length, table.users.length)
    return table
  } catch (error) {
    if (error === FULL) return undefined
    throw error
  }
}

function read(
  { store, dataset, rules, excluded, items, allTypes, report }: Choosing,
  source: EventSource,
  choice: Choice,
  taken: (events: number, users: number) => void,
): Promise<EventTable> {
  return readEvents(store, dataset, items, {
    rules,
    excluded,
    allTypes,
    report(done, events, users) {
      taken(events, users)
      report({ phase: 'reading', done, total: source.total })
    },
    choice,
    source: source.read(),
    seq: source.seq,
  })
}

/** The most events that the solution trains on. */
function mostOf({ parameters }: Plan): number {
  return Number(parameters[TRAIN_ON] ?? Number.POSITIVE_INFINITY)
}

/** Whether these can be held together with the items that are recorded. @throws TrainingDataError as `roomFor` does */
function fits(choosing: Choosing, { events, users, items }: TrainingSize): boolean {
  const room = roomFor(choosing, items)
  const bytes = events * room.bytesAnEvent + users * room.bytesAUser
  return events <= room.events && users <= room.users && bytes <= room.bytes
}

async function count({ rules, bounds, items, report }: Choosing, source: EventSource): Promise<Census> {
  const numberOf = numbersIn(items)
  return takeCensus(
    source.read(),
    rules,
    ({ itemIds }, item) => numberOf(itemIds, item),
    done => {
      assertItems(items.texts.length, bounds.ceilings)
      report({ phase: 'counting', done, total: source.total })
    },
  )
}

/**
 * At least this many events, of this many users, are always taken. There is less memory only where other things have
 * it.
 */
const LEAST = { events: 100_000, users: 10_000 }

/**
 * The room beside the items.
 * @param items how many items the events are of
 * @throws TrainingDataError where the items alone do not fit
 */
function roomFor({ plan, bounds, recorded, dataset, excluded }: Choosing, items: number): Room {
  const { memory = Number.POSITIVE_INFINITY, ceilings = CEILINGS, least = LEAST } = bounds
  const contexts = contextFields(dataset.schema, excluded).length
  const { any, event, user, item } = needOf(plan.recipe.family, contexts)
  const all = items + recorded
  if (all * item > memory) throw new TrainingDataError(tooSmall(all, all * item, memory))
  return {
    events: Math.min(ceilings.events, mostOf(plan)),
    users: ceilings.users,
    bytes: Math.max(memory - any - all * item, least.events * event + least.users * user),
    bytesAnEvent: event,
    bytesAUser: user,
  }
}

function tooSmall(items: number, needed: number, memory: number): string {
  return (
    `Create failed. The ${inWords(items)} items need ${inMebibytes(needed)} MiB of memory without any event, and ` +
    `--training-memory is ${inMebibytes(memory)} MiB. Give the server more, with room for the events.`
  )
}

const inMebibytes = (bytes: number) => inWords(Math.ceil(bytes / 2 ** 20))

/** The same without the users whose place in the sample is the last, where events came since they were counted. */
function atMost(events: EventTable, choice: Choice, most: number): Chosen {
  if (events.items.length <= most) return { events, choice }
  const places = Float64Array.from(events.users, placeOf)
  const inOrder = Int32Array.from(places.keys()).sort((a, b) => places[a]! - places[b]!)
  let total = 0
  const first = inOrder.find(user => {
    total += events.offsets[user + 1]! - events.offsets[user]!
    return total > most
  })
  const share = places[first!]!
  const kept = ofUsers(events, user => places[user]! < share)
  const left = {
    ...kept.left,
    events: kept.left.events + events.items.length - kept.items.length,
    users: kept.left.users + events.users.length - kept.users.length,
  }
  return { events: { ...kept, left }, choice: { ...choice, share } }
}
