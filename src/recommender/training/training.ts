import { type Dataset, type DatasetsOfGroup, datasetsOf } from '../../datasets/of-group.ts'
import type { Schema } from '../../datasets/schema.ts'
import { unmetTypes } from '../../datasets/unmet-types.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { packTexts, type State } from '../../engine/state.ts'
import type { Store } from '../../store/store.ts'
import { familyOf } from '../families/families.ts'
import type { ModelFacts, ReportProgress, Trained, TrainingData } from '../families/family.ts'
import { type Artifact, FORMAT } from '../model-files/artifacts.ts'
import { now } from '../request/clock.ts'
import type { KeptSnapshots } from '../snapshots/folder.ts'
import { assertItems, type Bounds } from './ceilings.ts'
import { type Chosen, readChosen } from './choose-events.ts'
import type { ContextField } from './contexts.ts'
import { exposureOf, renumberedExposure } from './exposure.ts'
import { compileFeatures, type FeatureSpace, learnFeatures } from './features.ts'
import { searchHyperparameters } from './hyperparameter-search.ts'
import { NOTHING_LEFT_OUT } from './left-out.ts'
import { assertEnough, assertNotTooMany, assertSeveralTimes } from './minimums.ts'
import { Numbering } from './numbering.ts'
import type { Plan } from './plan.ts'
import { byPopularity, type Numbered } from './renumber.ts'
import { type EventTable, ofUsers, readRecords } from './snapshot.ts'
import { type TrainedOn, trainedOn } from './trained-on.ts'
import { EVERYTHING } from './training-window.ts'
import { readProperties } from './user-properties.ts'

interface TrainingOptions {
  readonly store: Store
  readonly plan: Plan
  /** Whether the service's minimums of data and its quotas hold. */
  readonly limits: { readonly minimums: boolean; readonly quotas: boolean }
  /** The most that the training may hold; the ceilings alone bound it unless given. */
  readonly bounds?: Bounds
  /** Where snapshots of events are kept; none are unless given. */
  readonly snapshots?: KeptSnapshots | undefined
  readonly seed: number
  readonly report: ReportProgress
}

interface TrainedModel {
  readonly artifact: Artifact
  readonly metrics: Readonly<Record<string, number>>
  readonly facts?: ModelFacts | undefined
  /** The hyperparameters that a search chose. */
  readonly tuned?: Readonly<Record<string, string>> | undefined
  readonly trainedOn: TrainedOn
  /** Parts of the training that may not be as they were meant. */
  readonly notes: readonly string[]
}

/**
 * Trains a model of a plan on the data of the store at this moment.
 * @throws TrainingDataError where the data are fewer than the recipe needs, or more than it takes
 */
export async function trainModel(options: TrainingOptions): Promise<TrainedModel> {
  const { store, plan, snapshots, seed, report } = options
  const family = familyOf(plan.recipe)
  const sources = await datasetsOf(store, plan.datasetGroupArn)
  const { read, swept, allTypes, bounds } = await readEvents(options, sources)
  // Also of users whose histories are too short or too long to learn from: their items are there.
  const exposure = exposureOf(read.events, read.numbering.texts.length, now(store.clock))
  const { events, numbering: itemNumbers } = byPopularity({ ...read, events: withinPercentiles(read.events, plan) })
  const wanted = plan.rules.flatMap(({ eventType }) => eventType ?? [])
  const unmet = unmetTypes(wanted, allTypes.texts)
  assertTrainable(options, events, { types: allTypes.texts.length, unmet, schema: sources.INTERACTIONS?.schema })
  const numbering = family.of ? new Numbering() : itemNumbers
  const trainedNumbers = Int32Array.from(exposure.events, (_, item) => numbering.find(read.numbering.texts[item]!))
  const { space: itemSpace, ...items } = await readItems(store, sources[family.of ?? 'ITEMS'], plan, numbering)
  const users = await readProperties(store, sources.USERS, events, plan)
  const data: TrainingData = {
    plan,
    events,
    items: numbering.texts,
    eventItems: itemNumbers.texts,
    itemRecords: items.byNumber,
    itemSpace,
    itemReader: compileFeatures(itemSpace, items.schema),
    itemSchema: items.schema,
    userReader: users.reader,
    userProperties: users.properties,
    hasProperties: users.space.size > 0,
    seed,
    report,
    store,
    sources,
    records: items.records,
    bounds,
    snapshots,
  }
  const { state, metrics, facts, tuned } = plan.performHPO
    ? await searchHyperparameters(family, data)
    : untuned(await family.train(data))
  const size = numbering.texts.length
  const artifact: Artifact = {
    ...headOf(data, users.space),
    exposure: {
      ...(family.of
        ? exposureOf(NO_EVENTS, size, now(store.clock))
        : renumberedExposure(exposure, trainedNumbers, size)),
    },
    dataset: sources.INTERACTIONS?.id,
    swept,
    ...(read.choice !== EVERYTHING && { choice: { ...read.choice } }),
    model: state,
  }
  const notes = unmet === undefined ? [] : [unmet]
  return { artifact, metrics, facts, tuned, trainedOn: trainedOn(events, read.events), notes }
}

/** Reads the events, or as many as fit. @throws TrainingDataError where there are more items than a model takes */
async function readEvents(
  { store, plan, bounds = {}, snapshots, report }: TrainingOptions,
  sources: DatasetsOfGroup,
): Promise<EventsRead> {
  const { of: ranked } = familyOf(plan.recipe)
  const { INTERACTIONS } = sources
  const swept = INTERACTIONS ? await store.interactions.swept(INTERACTIONS.id) : 0
  const items = sources[ranked ?? 'ITEMS']
  const recorded = items ? await store.records.count(items.id, 'ALL') : 0
  assertItems(recorded, bounds.ceilings)
  // A model of actions reads two datasets of events.
  const own = ranked && bounds.memory !== undefined ? { ...bounds, memory: bounds.memory / 2 } : bounds
  const [numbering, allTypes] = [new Numbering(), new Numbering()]
  const choosing = { store, plan, bounds: own, snapshots, report, recorded: ranked ? 0 : recorded, allTypes }
  const chosen = INTERACTIONS
    ? await readChosen({
        ...choosing,
        dataset: INTERACTIONS,
        rules: plan.rules,
        excluded: plan.excluded(INTERACTIONS.schema),
        items: numbering,
      })
    : { events: NO_EVENTS, choice: EVERYTHING }
  return { read: { ...chosen, numbering }, swept, allTypes, bounds: own }
}

interface EventsRead {
  readonly read: Numbered & Chosen
  /** `InteractionStore.swept` before they were read. */
  readonly swept: number
  /** The event types of all events, also of those that the plan leaves out. */
  readonly allTypes: Numbering
  /** The most that this training may hold of each dataset of events. */
  readonly bounds: Bounds
}

interface Seen {
  /** How many event types there are. */
  readonly types: number
  /** A note on types of the plan that no event has. */
  readonly unmet: string | undefined
  readonly schema: Schema | undefined
}

/** @throws TrainingDataError where the data are fewer than the service's minimums, or more than its quotas */
function assertTrainable({ plan, limits }: TrainingOptions, events: EventTable, { types, unmet, schema }: Seen): void {
  if (limits.minimums) assertEnough(plan, events, unmet)
  if (!limits.quotas) return
  assertNotTooMany(plan, types, schema)
  assertSeveralTimes(plan, events.times)
}

/** Reads the records of items or actions, gives numbers to those that have none, and learns the features of all. */
async function readItems(store: Store, dataset: Dataset | undefined, plan: Plan, numbering: Numbering) {
  const records = dataset ? await Array.fromAsync(readRecords(store, dataset)) : []
  for (const { id } of records) numbering.numberOf(id)
  const byId = new Map(records.map(record => [record.id, record]))
  const schema: Schema = dataset?.schema ?? { datasetType: familyOf(plan.recipe).of ?? 'ITEMS', fields: [] }
  return {
    records,
    byNumber: numbering.texts.map(id => byId.get(id) ?? { id, fields: [] }),
    schema,
    space: learnFeatures(
      schema,
      records.map(({ fields }) => fields),
      plan.excluded(schema),
    ),
  }
}

/** The parts of a file by which a request and later events are read as the training read them. */
function headOf({ plan, items, itemSpace, events }: TrainingData, userSpace: FeatureSpace) {
  return {
    format: FORMAT,
    recipe: plan.recipe.name,
    items: packTexts(items),
    itemSpace: itemSpace as FeatureSpace & State,
    userSpace: userSpace as FeatureSpace & State,
    rules: plan.rules as Artifact['rules'],
    contexts: events.contexts.map(({ classes, ...field }): ContextField => field),
    seq: events.seq,
  } as const
}

const untuned = (trained: Trained) => ({ ...trained, tuned: undefined })

const NO_EVENTS: EventTable = {
  offsets: Int32Array.of(0),
  items: new Int32Array(0),
  times: new Float64Array(0),
  weights: new Float32Array(0),
  types: new Int32Array(0),
  eventTypes: [],
  contexts: [],
  users: [],
  shown: new Map(),
  seq: 0,
  left: NOTHING_LEFT_OUT,
}

/**
 * Leaves out users with histories shorter or longer than the recipe's percentiles: robots, and users who hardly came.
 */
function withinPercentiles(events: EventTable, { parameters }: Plan): EventTable {
  const least = Number(parameters.min_user_history_length_percentile ?? 0)
  const most = Number(parameters.max_user_history_length_percentile ?? 1)
  if (least === 0 && most === 1) return events
  const lengths = floatsOf(events.users, (_, user) => events.offsets[user + 1]! - events.offsets[user]!)
  const sorted = lengths.toSorted()
  const at = (percentile: number) => sorted[Math.min(sorted.length - 1, Math.floor(percentile * sorted.length))]!
  // Of the two one may be the default, which gives way to the other.
  const [from, to] = [at(least), at(Math.max(least, most))]
  return ofUsers(events, user => lengths[user]! >= from && lengths[user]! <= to)
}
