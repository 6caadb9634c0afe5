import { foldName } from '../../datasets/names.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { valueFields } from '../../datasets/schema.ts'
import { type ActionData, type ActionOutcome, OUTCOMES } from '../../engine/actions/decisions.ts'
import {
  NEXT_BEST_ACTION,
  type NextBestActionState,
  openNextBestAction,
  trainNextBestAction,
} from '../../engine/actions/next-best-action.ts'
import type { ScorePart } from '../../engine/evidence.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { Growing } from '../../engine/math/growing.ts'
import type { State } from '../../engine/state.ts'
import { untilNow } from '../request/clamp-times.ts'
import { now } from '../request/clock.ts'
import { seedOf } from '../request/seed.ts'
import { readChosen } from '../training/choose-events.ts'
import { EVERY_EVENT } from '../training/event-rules.ts'
import { Numbering } from '../training/numbering.ts'
import { type EventTable, readRecords } from '../training/snapshot.ts'
import type { Family, Opening, TrainingData } from './family.ts'
import { type EventItems, type InterestsState, learnInterests, openInterests } from './interests.ts'
import type { Query } from './ranker.ts'

/** A trained model of actions; files of before have no interests. */
type ActionsState = NextBestActionState & { readonly interests?: InterestsState }

/**
 * Recommends the action that a user will most likely take, by the user's properties and earlier events with actions and
 * items. The properties of these items count too. Expired actions, and those taken up lately that may not be repeated
 * yet, are left out.
 */
export const nextBestAction: Family = {
  of: 'ACTIONS',
  async train(data) {
    const { action_optimization_period: periodDays } = data.plan.parameters
    const settings = { ...NEXT_BEST_ACTION, periodDays: Number(periodDays), seed: data.seed }
    const interests = await learnInterests(data)
    const state: ActionsState = { ...trainNextBestAction(await decisionsIn(data, interests), settings), interests }
    return { state: state as State, metrics: { ...state.metrics } }
  },
  open(state, opening) {
    const { itemIndex } = opening
    const model = openNextBestAction(state as ActionsState)
    const { interests } = state as ActionsState
    const interestsOf = interests && openInterests(interests)
    const { worthOf, isOver } = readerOf(opening)
    const compareActions = (a: number, b: number) => itemIndex.compare(a, b)
    return {
      ask({ user, now }) {
        const features = user
          ? featuresOf(user.properties, user.eventCounts, interestsOf?.(user.eventItems ?? NONE))
          : []
        const past = (user?.past ?? []).flatMap(({ item, eventType }) => {
          const outcome = outcomeOf(eventType)
          return item < 0 || outcome === undefined ? [] : [{ action: item, outcome }]
        })
        const seed = seedOf(user?.userId ?? '', now, user?.past?.length ?? 0)
        return {
          rank: wanted =>
            model.rank({ features, past, actions: itemIndex.size, worthOf, compareActions, seed }, wanted),
          explain: items =>
            Array.from(items, item => model.explain({ features, past }, item).map(part => withColumn(part, features))),
          toProbabilities: scores => floatsOf(scores, score => Math.max(0, score)),
        }
      },
      hasProbabilities: true,
      leavesOut: isOver,
    }
  },
}

const NONE: EventItems = new Map()

/** A part that comes from a property says its column. */
function withColumn(part: ScorePart, features: readonly string[]): ScorePart {
  const { evidence } = part
  const column = evidence.kind === 'fact' && features.includes(evidence.name) ? /^(\d+)=/.exec(evidence.name) : null
  return column ? { ...part, evidence: { kind: 'properties', columns: [Number(column[1])] } } : part
}

/** The outcome that an event type of an action interaction tells of, however it is written. */
function outcomeOf(eventType: string): ActionOutcome | undefined {
  const name = foldName(eventType)
  return Object.entries(OUTCOMES).find(([outcome]) => foldName(outcome) === name)?.[1]
}

/** The feature that a user has by the number of events of a type. */
export function countFeature(eventType: string, count: number): string {
  return `${eventType}: ${Math.round(Math.log2(1 + count))}`
}

/** A user's features: each property, for each type of event with items roughly how many there are, and interests. */
function featuresOf(
  properties: readonly (string | null)[],
  eventCounts: ReadonlyMap<string, number> = new Map(),
  interests: readonly string[] = [],
): readonly string[] {
  const counts = [...eventCounts].map(([type, count]) => countFeature(type, count))
  return [
    ...properties.flatMap((value, column) => (value === null ? [] : [`${column}=${value}`])),
    ...counts,
    ...interests,
  ]
}

async function decisionsIn(data: TrainingData, interests: InterestsState): Promise<ActionData> {
  const { store, sources, items } = data
  const actions = new Numbering()
  for (const id of items) actions.numberOf(id)
  const source = sources.ACTION_INTERACTIONS
  const nothing = { users: [], offsets: Int32Array.of(0), items: new Int32Array(0), times: new Float64Array(0) }
  const table = source
    ? await actionEvents(data, source, actions)
    : { ...nothing, types: nothing.items, eventTypes: [] }
  const events = new Growing(new Int32Array(1024))
  const users = new Growing(new Int32Array(1024))
  const outcomes = new Growing(new Int32Array(1024))
  for (let user = 0; user < table.users.length; user++)
    for (let event = table.offsets[user]!; event < table.offsets[user + 1]!; event++) {
      const outcome = outcomeOf(table.eventTypes[table.types[event]!]!)
      // An action that is not in the Actions dataset cannot be recommended.
      if (outcome === undefined || table.items[event]! >= items.length) continue
      events.push(event)
      users.push(user)
      outcomes.push(outcome)
    }
  return {
    actions: items.length,
    users: users.numbers,
    events: events.numbers.map(event => table.items[event]!),
    times: untilNow(
      floatsOf(events.numbers, event => table.times[event]!),
      now(store.clock),
    ),
    outcomes: Uint8Array.from(outcomes.numbers),
    features: await featuresIn(data, table.users, openInterests(interests)),
  }
}

/** The events with actions, as many as there is room for. */
async function actionEvents(data: TrainingData, dataset: Dataset, items: Numbering): Promise<EventTable> {
  const { store, plan, bounds, snapshots, report } = data
  const choosing = {
    store,
    dataset,
    plan,
    bounds,
    snapshots,
    report,
    rules: EVERY_EVENT,
    excluded: [],
    items,
    recorded: 0,
  }
  return (await readChosen(choosing)).events
}

/** The features of the users with events of actions. */
async function featuresIn(
  { store, sources, userReader, events, eventItems }: TrainingData,
  users: readonly string[],
  interestsOf: (items: EventItems) => readonly string[],
) {
  const properties = new Map<string, readonly (string | null)[]>()
  const wanted = new Set(users)
  if (sources.USERS)
    for await (const { id, fields } of readRecords(store, sources.USERS))
      if (wanted.has(id)) properties.set(id, userReader.properties(fields))
  const numbers = new Map(events.users.map((id, number) => [id, number]))
  return users.map(id => {
    const user = numbers.get(id)
    const interests = interestsOf(countsOf(events, user, event => eventItems[events.items[event]!]!))
    const { types, eventTypes } = events
    return featuresOf(
      properties.get(id) ?? [],
      countsOf(events, user, event => eventTypes[types[event]!]!),
      interests,
    )
  })
}

/** How many events a user has of each key. */
function countsOf({ offsets }: EventTable, user: number | undefined, keyOf: (event: number) => string) {
  const counts = new Map<string, number>()
  if (user === undefined) return counts
  for (let event = offsets[user]!; event < offsets[user + 1]!; event++) {
    const key = keyOf(event)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

const DAY_MS = 86_400_000

/** The value of an action, and whether it is over for a user (actions-datasets.md). */
function readerOf({ itemSchema, itemIndex }: Pick<Opening, 'itemSchema' | 'itemIndex'>) {
  const fields = valueFields(itemSchema)
  const placeOf = (...names: readonly string[]) => fields.findIndex(({ name }) => names.includes(name))
  const [value, repeat] = [placeOf('VALUE'), placeOf('REPEAT_FREQUENCY')]
  const expiration = placeOf('EXPIRATION_TIMESTAMP', 'ACTION_EXPIRATION_TIMESTAMP')
  const numberIn = (item: number, place: number) => {
    const found = itemIndex.recordOf(item).fields[place]
    return found == null ? undefined : Number(found)
  }
  return {
    worthOf: (item: number) => numberIn(item, value) ?? 0,
    isOver(item: number, { user, now }: Query): boolean {
      const expires = numberIn(item, expiration)
      if (expires !== undefined && expires * 1000 <= now) return true
      const days = numberIn(item, repeat)
      if (days === undefined) return false
      const last = user?.past?.find(event => event.item === item)
      return last !== undefined && now - last.timestampMs < days * DAY_MS
    },
  }
}
