import { itemCounts } from '../../engine/interactions.ts'
import { greatest } from '../../engine/math/greatest.ts'
import { packTexts, type Texts, unpackTexts } from '../../engine/state.ts'
import { compileFeatures, featureName, learnFeatures } from '../training/features.ts'
import { readRecords } from '../training/snapshot.ts'
import type { TrainingData } from './family.ts'

/** The features of items, by which a user's interests are told; those with the most events. */
export type InterestsState = {
  /** The ids of the items that have features: item i has those numbered features[offsets[i] .. offsets[i + 1]]. */
  readonly items: Texts
  readonly offsets: Int32Array
  readonly features: Int32Array
  readonly names: Texts
}

/** How many events with each item a user has, by the item's id. */
export type EventItems = ReadonlyMap<string, number>

const FEATURES_MAX = 100
/** A user's interest in a feature is told in quarters of the events. */
const PARTS = 4

/**
 * Learns the features of users' interests: the properties of the items that they interact with, or these items
 * themselves if they have no properties (native-recipe-next-best-action.md, "Required and optional datasets").
 */
export async function learnInterests(
  data: Pick<TrainingData, 'store' | 'sources' | 'plan' | 'events' | 'eventItems'>,
): Promise<InterestsState> {
  const { eventItems, events } = data
  const counts = itemCounts({ items: eventItems.length, sequence: events.items })
  const { featuresOf, names } = await propertiesIn(data)
  const totals = new Float64Array(names.length)
  for (const [item, count] of counts.entries()) for (const feature of featuresOf(item)) totals[feature]! += count
  const kept = greatest(Int32Array.from(totals.keys()), totals, FEATURES_MAX).filter(feature => totals[feature]! > 0)
  const numbers = new Map(Array.from(kept, (feature, number) => [feature, number]))
  const described = eventItems.flatMap((id, item) => {
    const features = Array.from(featuresOf(item)).flatMap(feature => numbers.get(feature) ?? [])
    return features.length === 0 ? [] : [{ id, features }]
  })
  const offsets = new Int32Array(described.length + 1)
  for (const [item, { features }] of described.entries()) offsets[item + 1] = offsets[item]! + features.length
  return {
    items: packTexts(described.map(({ id }) => id)),
    offsets,
    features: Int32Array.from(described.flatMap(({ features }) => features)),
    names: packTexts(Array.from(kept, feature => names[feature]!)),
  }
}

/** The features of items by their numbers in events, and the names of all features. */
async function propertiesIn({ store, sources, plan, eventItems }: Parameters<typeof learnInterests>[0]) {
  const { ITEMS } = sources
  const records = ITEMS ? await Array.fromAsync(readRecords(store, ITEMS)) : []
  const all = records.map(({ fields }) => fields)
  const space = ITEMS ? learnFeatures(ITEMS.schema, all, plan.excluded(ITEMS.schema)) : { columns: [], size: 0 }
  if (!ITEMS || space.size === 0)
    return { featuresOf: (item: number) => [item], names: eventItems.map(id => `item ${id}`) }
  const reader = compileFeatures(space, ITEMS.schema)
  const byId = new Map(records.map(({ id, fields }) => [id, reader.features(fields)]))
  return {
    featuresOf: (item: number) => byId.get(eventItems[item]!) ?? [],
    names: Array.from({ length: space.size }, (_, feature) => `items of ${featureName(space, feature)}`),
  }
}

/** Returns a function for a user's interests, each as a text such as `items of GENRES: Drama: 3 of 4`. */
export function openInterests({ items, offsets, features, names }: InterestsState): (events: EventItems) => string[] {
  const numbers = new Map(unpackTexts(items).map((id, item) => [id, item]))
  const texts = unpackTexts(names)
  return events => {
    const sums = new Map<number, number>()
    let total = 0
    for (const [id, count] of events) {
      total += count
      const item = numbers.get(id)
      if (item === undefined) continue
      for (const feature of features.subarray(offsets[item], offsets[item + 1]))
        sums.set(feature, (sums.get(feature) ?? 0) + count)
    }
    return [...sums].flatMap(([feature, sum]) => {
      const parts = Math.round((PARTS * sum) / total)
      return parts === 0 ? [] : [`${texts[feature]}: ${parts} of ${PARTS}`]
    })
  }
}
