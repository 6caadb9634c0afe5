import { type Dataset, datasetsOf } from '../../datasets/of-group.ts'
import type { Schema } from '../../datasets/schema.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { packTexts, type State } from '../../engine/state.ts'
import type { Store } from '../../store/store.ts'
import { familyOf } from '../families/families.ts'
import type { ModelFacts, ReportProgress, Trained, TrainingData } from '../families/family.ts'
import { type Artifact, FORMAT } from '../model-files/artifacts.ts'
import { now } from '../request/clock.ts'
import type { KeptSnapshots } from '../snapshots/folder.ts'
import { assertItems, type Bounds } from './ceilings.ts'
import { EVERYTHING } from './choice.ts'
import { type Choosing, type Chosen, readChosen } from './choose-events.ts'
import type { ContextField } from './contexts.ts'
import { exposureOf, renumberedExposure } from './exposure.ts'
import { compileFeatures, type FeatureSpace, learnFeatures } from './features.ts'
import { NOTHING_LEFT_OUT } from './left-out.ts'
import { assertEnough, assertNotTooMany, assertSeveralTimes } from './minimums.ts'
import { Numbering } from './numbering.ts'
import type { Plan } from './plan.ts'
import { byPopularity, type Numbered } from './renumber.ts'
import { search } from './search.ts'
import { type EventTable, ofUsers, readRecords } from './snapshot.ts'
import { type TrainedOn, trainedOn } from './trained-on.ts'
import { unmetTypes } from './unmet-types.ts'
import { readProperties } from './user-properties.ts'

export interface TrainingOptions {
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

export interface TrainedModel {
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
  const { store, plan, limits, bounds = {}, snapshots, seed, report } = options
  const family = familyOf(plan.recipe)
  const sources = await datasetsOf(store, plan.datasetGroupArn)
  const allTypes = new Numbering()
  const { INTERACTIONS } = sources
  const swept = INTERACTIONS ? await store.interactions.swept(INTERACTIONS.id) : 0
  const items = sources[family.of ?? 'ITEMS']
  const recorded = items ? await store.records.count(items.id, 'ALL') : 0
  assertItems(recorded, bounds.ceilings)
  // A model of actions reads two datasets of events.
  const own = family.of && bounds.memory !== undefined ? { ...bounds, memory: bounds.memory / 2 } : bounds
  const choosing = { store, plan, bounds: own, snapshots, report, recorded: family.of ? 0 : recorded }
  const read = await readTraining(INTERACTIONS, choosing, allTypes)
  // Also of users whose histories are too short or too long to learn from: their items are there.
  const exposure = exposureOf(read.events, read.numbering.texts.length, now(store.clock))
  const within = { ...read, events: withinPercentiles(read.events, plan) }
  const { events, numbering: itemNumbers } = byPopularity(within)
  const unmet = unmetTypes(plan.rules, allTypes.texts)
  if (limits.minimums) assertEnough(plan, events, unmet)
  if (limits.quotas) {
    assertNotTooMany(plan, allTypes.texts.length, sources.INTERACTIONS?.schema)
    assertSeveralTimes(plan, events.times)
  }
  const numbering = family.of ? new Numbering() : itemNumbers
  const records = items ? await Array.fromAsync(readRecords(store, items)) : []
  const numbers = Int32Array.from(exposure.events, (_, item) => numbering.find(read.numbering.texts[item]!))
  for (const { id } of records) numbering.numberOf(id)
  const size = numbering.texts.length
  const byId = new Map(records.map(record => [record.id, record]))
  const itemRecords = numbering.texts.map(id => byId.get(id) ?? { id, fields: [] })
  const itemSchema: Schema = items?.schema ?? { datasetType: family.of ?? 'ITEMS', fields: [] }
  const itemSpace = learnFeatures(
    itemSchema,
    records.map(({ fields }) => fields),
    plan.excluded(itemSchema),
  )
  const users = await readProperties(store, sources.USERS, events, plan)
  const data: TrainingData = {
    plan,
    events,
    items: numbering.texts,
    eventItems: itemNumbers.texts,
    itemRecords,
    itemSpace,
    itemReader: compileFeatures(itemSpace, itemSchema),
    itemSchema,
    userReader: users.reader,
    userProperties: users.properties,
    hasProperties: users.space.size > 0,
    seed,
    report,
    store,
    sources,
    records,
    bounds: own,
    snapshots,
  }
  const { state, metrics, facts, tuned } = plan.performHPO
    ? await search(family, data)
    : untuned(await family.train(data))
  const artifact: Artifact = {
    ...headOf(data, users.space),
    exposure: {
      ...(family.of ? exposureOf(NO_EVENTS, size, now(store.clock)) : renumberedExposure(exposure, numbers, size)),
    },
    dataset: INTERACTIONS?.id,
    swept,
    ...(read.choice !== EVERYTHING && { choice: { ...read.choice } }),
    model: state,
  }
  const notes = unmet === undefined ? [] : [unmet]
  return { artifact, metrics, facts, tuned, trainedOn: trainedOn(events, read.events), notes }
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

async function readTraining(
  dataset: Dataset | undefined,
  options: Pick<Choosing, 'store' | 'plan' | 'bounds' | 'snapshots' | 'report' | 'recorded'>,
  allTypes: Numbering,
): Promise<Numbered & Chosen> {
  const { plan } = options
  const numbering = new Numbering()
  if (!dataset) return { events: NO_EVENTS, numbering, choice: EVERYTHING }
  const excluded = plan.excluded(dataset.schema)
  const chosen = await readChosen({ ...options, dataset, rules: plan.rules, excluded, items: numbering, allTypes })
  return { ...chosen, numbering }
}

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
  const [from, to] = [at(least), at(most)]
  return ofUsers(events, user => lengths[user]! >= from && lengths[user]! <= to)
}
