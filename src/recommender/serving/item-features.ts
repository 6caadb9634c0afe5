import type { FeatureReader } from '../training/features.ts'
import type { ItemIndex } from './item-index.ts'

/** The features of this many items are kept, in some 3 MB. */
const KEPT_MAX = 20_000

/**
 * Returns a function for the features of an item, as its record has them now. While that does not change, it returns
 * the same array.
 */
export function openItemFeatures(itemIndex: ItemIndex, reader: FeatureReader): (item: number) => Int32Array {
  const kept = new Map<number, Int32Array>()
  itemIndex.follow(item => kept.delete(item))
  return item => {
    const known = kept.get(item)
    if (known) return known
    if (kept.size === KEPT_MAX) kept.clear()
    const features = reader.features(itemIndex.recordOf(item).fields)
    kept.set(item, features)
    return features
  }
}
