import type { EachPart } from '../../evidence.ts'
import { PART_BITS, type PackedRows } from '../../math/packed-rows.ts'
import type { Scores } from '../../math/scores.ts'

/** A user's properties, one text each in a fixed order; null for an unknown one. Numbers come in classes. */
export type Properties = readonly (string | null)[]

/** Whether any property is known. */
export function isKnown(properties: Properties | undefined): boolean {
  return properties?.some(value => value !== null) ?? false
}

/** A question to a model: the user's items, and everything else known of the user and of this request. */
export interface BlendQuery {
  /** The oldest first. */
  readonly history: Int32Array
  /** How much each event of the history counts; 1 unless given. */
  readonly weights?: Float32Array | undefined
  readonly properties?: Properties | undefined
  /** Where and how the user is asking, in the columns of the interactions' contexts. */
  readonly context?: Properties | undefined
}

/** A trained model: how much it expects each item to come next. */
export interface Model {
  /**
   * Adds to `out`, which the caller has cleared, the scores of the items that this request has any for; it leaves the
   * others alone. The scores of one call compare with one another, not with those of another call.
   */
  score(query: BlendQuery, out: Scores): void
  /** Scores that every request shares, by item. A model that has them adds none of its own. */
  readonly prior?: Float64Array
  /**
   * Calls back with the parts of the scores of these items, by the evidence that each comes from. The parts of an item
   * that `score` has a score above 0 for sum up to that. A model without it says only how much.
   */
  contributions?(query: BlendQuery, items: ReadonlySet<number>, each: EachPart): void
  /** About how long a question takes: this many entries of a row could be read. A model without it takes no time. */
  steps?(query: BlendQuery): number
  /** Whether training saw any of these properties. */
  knows?(properties: Properties): boolean
}

/** How far back a model remembers: a step further back counts `decay` as much, beyond `length` steps nothing does. */
export type Memory = {
  readonly decay: number
  readonly length: number
}

/**
 * x_u = Σ_{l=1..length} decay^{l−1} w e(the item l steps back). Calls back with each l-th item, its weight and its
 * place in the history.
 */
export function forRecent(
  { history, weights }: BlendQuery,
  { decay, length }: Memory,
  each: (item: number, weight: number, at: number) => void,
): void {
  let remembered = 1
  for (let at = history.length - 1; at >= Math.max(0, history.length - length); at--) {
    each(history[at]!, weights ? remembered * weights[at]! : remembered, at)
    remembered *= decay
  }
}

/**
 * How many entries x_u T reads.
 * @param rowOf the row of an item of the history; below 0 where it has none
 */
export function rowSteps(
  query: BlendQuery,
  memory: Memory,
  { parts, offsets }: Pick<PackedRows, 'parts' | 'offsets'>,
  rowOf = (item: number) => item,
): number {
  let steps = 0
  forRecent(query, memory, item => {
    const row = rowOf(item)
    if (row >= 0) steps += offsets[(row + 1) * parts]! - offsets[row * parts]!
  })
  return steps
}

/** A matrix with a row for each item of a history. */
interface RowsByItem {
  readonly memory: Memory
  readonly matrix: PackedRows
  /** The row of an item, below 0 where it has none; the item's number unless given. */
  readonly rowOf?: (item: number) => number
}

/** The parts of x_u T by event: weight · the entries of the event's row in the columns of these items. */
export function rowParts(
  query: BlendQuery,
  { memory, matrix, rowOf = item => item }: RowsByItem,
  items: ReadonlySet<number>,
  each: EachPart,
): void {
  const { parts, offsets, columns, values, scales } = matrix
  forRecent(query, memory, (item, weight, at) => {
    const row = rowOf(item)
    if (row < 0) return
    const evidence = { kind: 'event', at } as const
    const scale = weight * scales[row]!
    for (let part = 0; part < parts; part++) {
      const first = part << PART_BITS
      for (let entry = offsets[row * parts + part]!; entry < offsets[row * parts + part + 1]!; entry++)
        if (items.has(first + columns[entry]!)) each(first + columns[entry]!, scale * values[entry]!, evidence)
    }
  })
}
