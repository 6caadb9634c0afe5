import { type Interactions, itemCounts } from '../../interactions.ts'
import { buildRows } from '../../math/build-rows.ts'
import type { SparseRows } from '../../math/sparse.ts'
import { packTexts, type Texts, unpackTexts } from '../../state.ts'
import type { Model } from './model.ts'

export interface ContextLiftSettings {
  /** α: with how many events of an item its own share counts as much as everybody's. */
  readonly smoothing: number
  /** How many items a class keeps, those of the most events. */
  readonly keep: number
}

export const CONTEXT_LIFT: ContextLiftSettings = { smoothing: 20, keep: 2000 }

export type ContextLiftState = {
  /** Each column's texts; the rows of `lifts` are those of the first column, then those of the second. */
  readonly values: readonly Texts[]
  readonly lifts: SparseRows
}

/**
 * How much more often an item is chosen in this context than in others: naive Bayes (Maron, 1961). Each column is taken
 * as independent of the others given the item.
 *
 *     log P(i | history, context) = log P(i | history) + Σ_c log (P(c | i) / P(c)) + const
 *     P(c | i) = (n_ic + α P(c)) / (n_i + α)        n_i: the events of i whose context is known
 *
 * It scores the second term, which may be below 0; an item that it does not name has 0, as everybody's.
 */
export function trainContextLift(
  interactions: Interactions,
  settings: ContextLiftSettings = CONTEXT_LIFT,
): ContextLiftState {
  const { sequence, weights, items, contexts } = interactions
  const { values, classes } = contexts ?? { values: [], classes: new Int32Array() }
  const { smoothing, keep } = settings
  const counts = itemCounts(interactions)
  const columns = values.length
  const starts = values.map((_, c) => values.slice(0, c).reduce((sum, texts) => sum + texts.length, 0))
  const rows = values.reduce((sum, texts) => sum + texts.length, 0)
  const columnOf = (row: number) => starts.findLastIndex(start => start <= row)
  const weigh = (event: number) => (weights ? weights[event]! : 1)
  const events: number[][] = Array.from({ length: rows }, () => [])
  // An event whose context is not known says nothing of its item in any.
  const n_i = values.map(() => new Float64Array(items))
  for (let event = 0; event < sequence.length; event++)
    for (let c = 0; c < columns; c++) {
      const one = classes[event * columns + c]!
      if (one < 0) continue
      events[starts[c]! + one]!.push(event)
      n_i[c]![sequence[event]!]! += weigh(event)
    }
  const totals = events.map(list => list.reduce((sum, event) => sum + weigh(event), 0))
  const P_c = totals.map((total, row) => {
    const c = columnOf(row)
    return (
      total /
      Math.max(
        1,
        totals.slice(starts[c], starts[c]! + values[c]!.length).reduce((a, b) => a + b, 0),
      )
    )
  })
  const popular = Int32Array.from(counts, (_, item) => item)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .subarray(0, keep)
  const isPopular = new Uint8Array(items)
  for (const item of popular) isPopular[item] = 1
  const lifts = buildRows(
    rows,
    items,
    (row, sums) => {
      if (totals[row] === 0) return
      for (const item of popular) sums.add(item, smoothing * P_c[row]!)
      for (const event of events[row]!) if (isPopular[sequence[event]!]) sums.add(sequence[event]!, weigh(event))
    },
    {
      finish: (row, item, sum) => Math.log(sum / ((n_i[columnOf(row)]![item]! + smoothing) * P_c[row]!)),
    },
  )
  return { values: values.map(packTexts), lifts }
}

/** Scores the context of a request: the sum of log-lifts of its values. */
export function openContextLift({ values, lifts }: ContextLiftState): Model {
  const texts = values.map(unpackTexts)
  const rowOf = new Map<string, number>()
  for (const [c, column] of texts.entries()) for (const text of column) rowOf.set(JSON.stringify([c, text]), rowOf.size)
  return {
    score({ context = [] }, out) {
      for (const [c, text] of context.entries()) {
        const row = text === null ? undefined : rowOf.get(JSON.stringify([c, text]))
        if (row !== undefined) out.addRow(lifts, row, 1)
      }
    },
    contributions({ context = [] }, items, each) {
      for (const [column, text] of context.entries()) {
        const row = text === null ? undefined : rowOf.get(JSON.stringify([column, text]))
        if (row === undefined) continue
        for (let at = lifts.offsets[row]!; at < lifts.offsets[row + 1]!; at++)
          if (items.has(lifts.columns[at]!)) each(lifts.columns[at]!, lifts.values[at]!, { kind: 'context', column })
      }
    },
  }
}
