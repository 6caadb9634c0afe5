import type { ShownList } from '../../store/recent-recommendations.ts'
import type { ItemIds } from './item-ids.ts'

/** Ids in their order: a list of them, or numbers of items that have them. */
type Ids = readonly string[] | ItemIds

/** Recommended items or actions, best first, in columns: a list of 500 is no 500 objects. */
export interface Recommendations {
  readonly ids: Ids
  /** To 7 decimals, NaN of one that has none; left out where the recipe has none. */
  readonly scores?: Float64Array | undefined
  /** A 1 for each that is here to find out about it; left out where none is. */
  readonly explored?: Uint8Array | undefined
  /** Of those that are here for a promotion its name; left out where there is none. */
  readonly promotions?: readonly (string | undefined)[] | undefined
  /** Its text in a reply, once that was written. */
  text?: string | undefined
  /** Its first ids, once it was shown: the same for each time that it is. */
  shown?: ShownList | undefined
}

/** A place in a list. */
export type PlaceIn = readonly [list: Recommendations, at: number]

/** The list of recommendations that are at these places of others. */
export function gathered(places: readonly PlaceIn[]): Recommendations {
  const column = <Value>(of: (place: PlaceIn) => Value) => places.map(of)
  return {
    ids: column(([{ ids }, at]) => ids.at(at)!),
    scores: places.some(([{ scores }]) => scores)
      ? Float64Array.from(places, ([{ scores }, at]) => scores?.[at] ?? Number.NaN)
      : undefined,
    explored: places.some(([{ explored }]) => explored)
      ? Uint8Array.from(places, ([{ explored }, at]) => explored?.[at] ?? 0)
      : undefined,
    promotions: column(([{ promotions }, at]) => promotions?.[at]),
  }
}
