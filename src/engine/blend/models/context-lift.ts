import { type Contexts, type Interactions, itemCounts } from '../../interactions.ts'
import { buildRows } from '../../math/build-rows.ts'
import type { SparseRows } from '../../math/sparse.ts'
import { packTexts, type Texts, unpackTexts } from '../../state.ts'
import type { Model } from './model.ts'

interface ContextLiftSettings {
  /** α: with how many events of an item its own share counts as much as everybody's. */
  readonly smoothing: number
  /** How many items a class keeps, those of the most events. */
  readonly keep: number
}

export const CONTEXT_LIFT: ContextLiftSettings = { smoothing: 20, keep: 2000 }

export type ContextLiftState = {
  /**
   * Each column's texts, or categories where a text may have several. The rows of `lifts` are those of the first
   * column, then those of the second.
   */
  readonly values: readonly Texts[]
  readonly lifts: SparseRows
}

/**
 * How much more often an item is chosen in this context than in others: naive Bayes (Maron, 1961). Each column is taken
 * as independent of the others given the item, and so is each category of a text that has several.
 *
 *     log P(i | history, context) = log P(i | history) + Σ_c log (P(c | i) / P(c)) + const
 *     P(c | i) = (n_ic + α P(c)) / (n_i + α)        n_i: the events of i whose context is known
 *
 * It scores the second term, which may be below 0. An item that it does not name has a score of 0.
 */
export function trainContextLift(
  interactions: Interactions,
  settings: ContextLiftSettings = CONTEXT_LIFT,
): ContextLiftState {
  const { sequence, weights, items, contexts } = interactions
  const { classes } = contexts ?? { classes: new Int32Array() }
  const { values, rowsOf } = categoriesOf(contexts)
  const { smoothing, keep } = settings
  const counts = itemCounts(interactions)
  const columns = values.length
  const rows = values.reduce((sum, texts) => sum + texts.length, 0)
  const columnOfRow = Int32Array.from(values.flatMap((texts, c) => texts.map(() => c)))
  const weigh = (event: number) => (weights ? weights[event]! : 1)
  const events: number[][] = Array.from({ length: rows }, () => [])
  // An event whose context is not known says nothing of its item in any.
  const n_i = values.map(() => new Float64Array(items))
  const known = new Float64Array(columns)
  for (let event = 0; event < sequence.length; event++)
    for (let c = 0; c < columns; c++) {
      const one = classes[event * columns + c]!
      if (one < 0) continue
      for (const row of rowsOf[c]![one]!) events[row]!.push(event)
      n_i[c]![sequence[event]!]! += weigh(event)
      known[c]! += weigh(event)
    }
  const totals = events.map(list => list.reduce((sum, event) => sum + weigh(event), 0))
  const P_c = totals.map((total, row) => total / Math.max(1, known[columnOfRow[row]!]!))
  const popular = Int32Array.from(counts, (_, item) => item)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .subarray(0, keep)
  const isPopular = new Uint8Array(items)
  for (const item of popular) isPopular[item] = 1
  const ratios = buildRows(rows, items, (row, sums) => {
    if (totals[row] === 0) return
    const expected = (item: number) => (n_i[columnOfRow[row]!]![item]! + smoothing) * P_c[row]!
    for (const item of popular) sums.add(item, (smoothing * P_c[row]!) / expected(item))
    for (const event of events[row]!) {
      const item = sequence[event]!
      if (isPopular[item]) sums.add(item, weigh(event) / expected(item))
    }
  })
  const lifts = { ...ratios, values: ratios.values.map(Math.log) }
  return { values: values.map(packTexts), lifts }
}

/** The texts of each column, of lists the single categories, and of each text the rows that it has. */
function categoriesOf({ values: columns, lists = [] }: Pick<Contexts, 'values' | 'lists'> = { values: [] }) {
  let first = 0
  const found = columns.map((texts, c) => {
    const categories = texts.map(text => (lists[c] ? categoriesIn(text) : [text]))
    const rows = new Map([...new Set(categories.flat())].map((text, at) => [text, first + at]))
    first += rows.size
    return { values: [...rows.keys()], rowsOf: categories.map(some => some.map(text => rows.get(text)!)) }
  })
  return { values: found.map(({ values }) => values), rowsOf: found.map(({ rowsOf }) => rowsOf) }
}

const categoriesIn = (text: string) => [...new Set(text.split('|'))]

/** Scores the context of a request: the sum of log-lifts of its values, of a list of all its categories. */
export function openContextLift({ values, lifts }: ContextLiftState): Model {
  const texts = values.map(unpackTexts)
  const rowOf = new Map<string, number>()
  for (const [c, column] of texts.entries()) for (const text of column) rowOf.set(JSON.stringify([c, text]), rowOf.size)
  const rowsOf = (column: number, text: string | null): readonly number[] => {
    if (text === null) return []
    const row = rowOf.get(JSON.stringify([column, text]))
    if (row !== undefined) return [row]
    return categoriesIn(text).flatMap(part => rowOf.get(JSON.stringify([column, part])) ?? [])
  }
  return {
    score({ context = [] }, out) {
      for (const [column, text] of context.entries()) for (const row of rowsOf(column, text)) out.addRow(lifts, row, 1)
    },
    contributions({ context = [] }, items, each) {
      for (const [column, text] of context.entries())
        for (const row of rowsOf(column, text))
          for (let at = lifts.offsets[row]!; at < lifts.offsets[row + 1]!; at++)
            if (items.has(lifts.columns[at]!)) each(lifts.columns[at]!, lifts.values[at]!, { kind: 'context', column })
    },
  }
}
