import { setTimeout } from 'node:timers/promises'
import type { Schema } from '../../datasets/schema.ts'
import { textsIn } from '../../engine/state.ts'
import { compileFields, type DatasetRecord } from '../../filters/dataset-record.ts'
import { recipes } from '../../recipes/recipes.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { WatchedEvent } from '../../store/rows.ts'
import { familyOf } from '../families/families.ts'
import type { Opening } from '../families/family.ts'
import type { Ranker } from '../families/ranker.ts'
import type { Artifact, Artifacts } from '../model-files/artifacts.ts'
import { weigher } from '../training/event-rules.ts'
import { type Exposure, expose } from '../training/exposure.ts'
import { compileFeatures, type FeatureReader, featureName } from '../training/features.ts'
import { type Choice, EVERYTHING } from '../training/training-window.ts'
import type { Catalogue } from './catalogue.ts'
import { inTurns } from './in-turns.ts'
import { ItemIndex } from './item-index.ts'
import { type RememberedLists, rememberLists } from './remembered-lists.ts'
import { openUntried, type UntriedItems } from './untried.ts'

/** A trained model in memory, ready to answer. */
export interface LoadedModel {
  readonly itemIndex: ItemIndex
  readonly ranker: Ranker
  /** Whether it recommends actions instead of items. */
  readonly isOfActions: boolean
  readonly exposure: Exposure
  readonly untried: UntriedItems
  /** Grows with each change: events, and items that came or changed. */
  version: number
  readonly lists: RememberedLists
  /** Of the items. */
  readonly schema: Schema
  readonly contexts: Artifact['contexts']
  /** Resolves when it knows every item of the index. */
  learned(): Promise<void>
  /** The newest event that it was trained on. */
  readonly seq: number
  /** The Interactions dataset that it was trained on, and when that had last been swept; files of before do not say. */
  readonly dataset: number | undefined
  readonly swept: number | undefined
  /** Which of the events it was trained on. */
  readonly choice: Choice
  /** The weight of an event; 0 where the model does not look at such. */
  readonly weigh: ReturnType<typeof weigher>
  /** Whether it looks at events of a type, those that are worth enough; left out where it looks at every event. */
  readonly looksAt?: ((eventType: string) => boolean) | undefined
  readonly userReader: (schema: Schema) => FeatureReader
  /** The name of a feature of items, such as `GENRES: Drama`. */
  readonly featureName: (feature: number) => string
  readonly fieldsOf: (schema: Schema) => ReturnType<typeof compileFields>
}

/** Where models come from, and how they answer. */
export interface ModelSource extends Pick<Opening, 'pool' | 'isBatch'> {
  readonly artifacts: Artifacts
}

/** Reads a model from where it is kept and puts the items of the catalogue into its index. */
export async function openModel(
  { artifacts, pool, isBatch }: ModelSource,
  owner: Resource,
  catalogue: Catalogue,
): Promise<LoadedModel> {
  const artifact = await artifacts.load(owner)
  const recipe = recipes.find(({ name }) => name === artifact.recipe)!
  const itemIndex = await ItemIndex.open(textsIn(artifact.items), catalogue)
  // Of 300,000 items the rest takes 300 ms: other requests have their turn, as after `setImmediate` not all.
  await setTimeout(1)
  const itemReader = compileFeatures(artifact.itemSpace, catalogue.schema)
  const exposure = artifact.exposure as unknown as Exposure
  const opening = { itemIndex, itemReader, itemSchema: catalogue.schema, newest: exposure.newest, pool, isBatch }
  const ranker = await familyOf(recipe).open(artifact.model, opening)
  let learning: Promise<void> = Promise.resolve()
  if (ranker.learned) {
    const learn = (item: number, record: DatasetRecord) => {
      // An item that cannot be learned is not recommended by its properties; all others are.
      const learned = Promise.try(ranker.learned!, item, record).catch(() => {})
      learning = learning.then(() => learned)
    }
    await inTurns(eachChanged(itemIndex, ranker, learn))
    itemIndex.follow(learn)
  }
  const model: LoadedModel = {
    version: 0,
    lists: rememberLists(),
    itemIndex,
    ranker,
    isOfActions: familyOf(recipe).of === 'ACTIONS',
    exposure,
    untried: await openUntried(itemIndex, exposure, catalogue.schema),
    schema: catalogue.schema,
    learned: () => learning,
    contexts: artifact.contexts,
    seq: artifact.seq,
    dataset: artifact.dataset,
    swept: artifact.swept,
    choice: artifact.choice ?? EVERYTHING,
    weigh: weigher(artifact.rules),
    looksAt: looksAt(artifact.rules),
    featureName: feature => featureName(artifact.itemSpace, feature),
    userReader: perSchema(schema => compileFeatures(artifact.userSpace, schema)),
    fieldsOf: perSchema(compileFields),
  }
  itemIndex.follow(() => {
    model.version++
  })
  return model
}

/** This many items are looked at between two looks at the event loop: with descriptions some 3 ms. */
const LOOKED_AT_ONCE = 500

/** Calls back with each item that came or changed after training, and yields after some milliseconds of it. */
function* eachChanged(
  itemIndex: ItemIndex,
  { isAsTrained }: Pick<Ranker, 'isAsTrained'>,
  each: (item: number, record: DatasetRecord) => void,
): Generator<void, void, undefined> {
  for (let item = 0; item < itemIndex.size; item++) {
    const record = itemIndex.recordOf(item)
    if (item >= itemIndex.trained || !(isAsTrained?.(item, record) ?? true)) each(item, record)
    if (item % LOOKED_AT_ONCE === 0) yield
  }
}

function looksAt(rules: Artifact['rules']): LoadedModel['looksAt'] {
  if (rules.some(rule => rule.eventType === undefined && rule.threshold === undefined)) return undefined
  return eventType => rules.some(rule => rule.eventType === undefined || rule.eventType === eventType)
}

/**
 * Whether an item is there: its record is, or an event that the model looks at, or it was shown to a user. An item
 * whose record and events were deleted, or not imported again, is not recommended any more.
 */
export function isThere({ itemIndex, exposure }: LoadedModel, item: number): boolean {
  return itemIndex.isRecorded(item) || (exposure.events[item] ?? 0) > 0 || (exposure.impressions[item] ?? 0) > 0
}

/**
 * Tells a model of events that were put after it was trained.
 * @param now in milliseconds since 1970
 * @param onEvent called with each event that counts, and with its item
 */
export function tellOfEvents(
  model: LoadedModel,
  events: readonly WatchedEvent[],
  now: number,
  onEvent: (event: WatchedEvent, item: number) => void,
): void {
  const latest = Math.max(now, model.exposure.newest)
  const addEvent = inProportion(model)
  for (const event of events) {
    const item = takeIn(model, event, latest, addEvent)
    if (item < 0) continue
    model.untried.addEvent(item)
    onEvent(event, item)
  }
}

/** A model of a share of the users counts an event that anybody puts for that share. */
function inProportion({ ranker, choice: { share } }: LoadedModel): Ranker['addEvent'] {
  const { addEvent } = ranker
  return share === 1 || !addEvent ? addEvent : (item, event, weight) => addEvent(item, event, weight * share)
}

/**
 * Counts an event as training does: one that is not looked at counts nowhere and makes no item. Returns the number of
 * its item, −1 where there is none.
 * @param latest the time of events that are later, in milliseconds since 1970
 */
export function takeIn(model: LoadedModel, put: WatchedEvent, latest: number, addEvent: Ranker['addEvent']): number {
  const { itemIndex, exposure, weigh, isOfActions } = model
  const weight = isOfActions ? 0 : weigh(put)
  if (weight === 0) return -1
  model.version++
  const event = put.timestampMs > latest ? { ...put, timestampMs: latest } : put
  const item = itemIndex.meet(event.itemId)
  expose(exposure, item, event, (text, from, to) => itemIndex.numberIn(text, from, to))
  if (item >= 0) addEvent?.(item, event, weight)
  return item
}

/** Makes something of a schema once; schemas are the same object until they change. */
function perSchema<Made>(make: (schema: Schema) => Made): (schema: Schema) => Made {
  const made = new WeakMap<Schema, Made>()
  return schema => made.getOrInsertComputed(schema, make)
}
