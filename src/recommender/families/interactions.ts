import { foldName } from '../../datasets/names.ts'
import type { Interactions } from '../../engine/interactions.ts'
import { Growing } from '../../engine/math/growing.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import type { EventTable } from '../training/snapshot.ts'
import type { TrainingData } from './family.ts'

/** The events as the engine takes them. */
export function interactionsOf({ events, items, plan }: Pick<TrainingData, 'events' | 'items' | 'plan'>): Interactions {
  const { users, offsets, times, weights, contexts } = events
  return {
    users: users.length,
    items: items.length,
    offsets,
    sequence: events.items,
    times,
    weights: weights.every(weight => weight === 1) ? undefined : weights,
    endings: endingsOf(events, plan.recipe),
    contexts:
      contexts.length === 0
        ? undefined
        : {
            values: contexts.map(({ values }) => values),
            lists: contexts.map(({ isList = false }) => isList),
            classes: interleave(
              contexts.map(({ classes }) => classes),
              times.length,
            ),
          },
  }
}

/** The events after which the use case leaves out their item. */
function endingsOf({ types, eventTypes }: EventTable, { excludes }: Recipe): Uint8Array | undefined {
  if (!excludes) return undefined
  const isEnding = eventTypes.map(type => foldName(type) === foldName(excludes))
  return Uint8Array.from(types, type => (isEnding[type] ? 1 : 0))
}

function interleave(columns: readonly Int32Array[], length: number): Int32Array {
  const all = new Int32Array(length * columns.length)
  for (const [c, column] of columns.entries())
    for (let event = 0; event < length; event++) all[event * columns.length + c] = column[event]!
  return all
}

/** Each item's properties, as numbers of its features. */
export function itemFeaturesOf({ itemRecords, itemReader, itemSpace }: TrainingData) {
  const offsets = new Int32Array(itemRecords.length + 1)
  const features = new Growing(new Int32Array(1024))
  for (const [item, { fields }] of itemRecords.entries()) {
    if (fields.length > 0) for (const feature of itemReader.features(fields)) features.push(feature)
    offsets[item + 1] = features.length
  }
  const columns = Int32Array.from(itemSpace.columns, ({ first }) => first)
  return { offsets, features: features.numbers.slice(), columns }
}
