import { type Interactions, itemCounts, type Occurrences, occurrencesOf, type Sequences } from '../../interactions.ts'
import { numbersIn, regularize, type Square, square } from '../../math/dense.ts'
import { invert } from '../../math/invert.ts'
import { type PackedRows, packRows } from '../../math/packed-rows.ts'
import { greatestOfRows, type KeptEntries, multiplySparse } from '../../math/product.ts'
import { RowList } from '../../math/row-list.ts'
import type { SparseRows } from '../../math/sparse.ts'
import type { TeamJob } from '../../team/part.ts'
import { sharedFloats, sharedIntegers } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import { forRecent, type Memory, type Model, rowParts, rowSteps } from './model.ts'
import { DENSE_SIZE_MAX, mostPopular, numbersOf } from './most-popular.ts'

/** The memory is that of x_u, at serving: training knows no order. */
interface EaseSettings {
  /** λ */
  readonly regularization: number
  readonly memory: Memory
  /** Where there are more items, the most popular ones are taken. */
  readonly itemsMax: number
  /** Of so few items none is left out: their matrix takes milliseconds. */
  readonly wholeMax: number
  /** How many entries of a row are kept, those of the greatest magnitude. */
  readonly keep: number
}

export const EASE: EaseSettings = {
  regularization: 300,
  memory: { decay: 0.9, length: 50 },
  itemsMax: DENSE_SIZE_MAX,
  wholeMax: 1000,
  keep: 250,
}

type EaseState = {
  /** A row for each of the most popular items, in their order; its columns are items. */
  readonly B: PackedRows
  readonly popular: Int32Array
  readonly items: number
  readonly memory: Memory
}

/**
 * EASEᴿ: Steck, "Embarrassingly shallow autoencoders for sparse data" (WWW 2019).
 *
 *     P = (XᵀX + λI)⁻¹        B = −P / diag P, its diagonal zero        score = x_u B
 */
export function trainEase(interactions: Interactions, settings: EaseSettings = EASE): EaseState {
  const { itemsMax, wholeMax } = settings
  const byUsers = isWiderThanLong({ ...interactions, items: Math.min(interactions.items, itemsMax) })
  const isWhole = byUsers || interactions.items <= wholeMax
  const popular = mostPopular(interactions, isWhole ? itemsMax : Math.min(itemsMax, frequentItems(interactions)))
  const X = strongest(popular.interactions)
  const solved = byUsers ? solveByUsers : solveByItems
  const B = packRows(
    solved(X, settings.regularization, { keep: settings.keep, names: popular.items }),
    interactions.items,
  )
  return { B, popular: popular.items, items: interactions.items, memory: settings.memory }
}

/** The share of the events whose items are in a matrix of items: the seldomest take half of its time for nothing. */
const EVENTS_SHARE = 0.99

/** How many of the most popular items have that share of the events. */
function frequentItems(interactions: Interactions): number {
  const counts = itemCounts(interactions).sort().reverse()
  const enough = EVENTS_SHARE * counts.reduce((sum, count) => sum + count, 0)
  let [items, events] = [0, 0]
  do events += counts[items++]!
  while (events < enough)
  return items
}

/** How many times longer a number of X takes in a product than one of a dense matrix that is inverted. */
const SPARSE_COST = 4

/** Whether there are so few users that a matrix of them is less work than one of the items. */
function isWiderThanLong({ users, items, sequence }: Sequences): boolean {
  return users ** 3 + SPARSE_COST * sequence.length * (users + items) < items ** 3
}

/** B from P, the inverse of a matrix with a row for each item. */
function solveByItems(X: Sequences, regularization: number, kept: KeptEntries): SparseRows {
  const P = square(X.items)
  writeGram(X, P)
  regularize(P, regularization)
  invert(P)
  const data = numbersIn(P)
  const factors = Float32Array.from({ length: X.items }, (_, j) => -1 / data[j * P.stride + j]!)
  return greatestOfRows({ data, at: 0, stride: P.stride, rows: X.items }, { ...kept, factors })
}

/**
 * The same B from a matrix with a row for each user, by Woodbury's identity (Golub and Van Loan, "Matrix computations",
 * 2.1.4). With K = XXᵀ + λI and Q = XᵀK⁻¹X, λP is I − Q:
 *
 *     B_ij = Q_ij / (1 − Q_jj), i ≠ j
 */
function solveByUsers(X: Sequences, regularization: number, kept: KeptEntries): SparseRows {
  const { users, items, offsets, sequence, weights } = X
  const K = square(users, items, { entries: sequence.length, columns: items })
  writeGram(transposed(X), K)
  regularize(K, regularization)
  invert(K)
  const operations = 2 * users * sequence.length
  runOnAllCores(multiplication, { K, X }, [Math.ceil(users / ROWS_AT_ONCE)], operations)
  const data = numbersIn(K)
  const Q_jj = new Float64Array(items)
  for (let user = 0; user < users; user++)
    for (let at = offsets[user]!; at < offsets[user + 1]!; at++)
      Q_jj[sequence[at]!]! += weights![at]! * data[K.right + user * K.rightStride + sequence[at]!]!
  const factors = Float32Array.from(Q_jj, Q_jj => 1 / (1 - Q_jj))
  const rows = { offsets, columns: sequence, values: weights! }
  return multiplySparse(K, rows, { ...kept, factors }, { at: K.right, stride: K.rightStride, columns: items })
}

/** Writes K⁻¹X to the right-hand side of K⁻¹. */
export const multiplication: TeamJob<{ readonly K: Square; readonly X: Sequences }, undefined> = {
  module: import.meta.url,
  name: 'multiplication',
  begin({ K, X }) {
    const data = numbersIn(K)
    const { users, items, offsets, sequence, weights } = X
    const sums = new Float64Array(items)
    const multiply = (user: number) => {
      sums.fill(0)
      for (let other = 0; other < users; other++) {
        const times = data[user * K.stride + other]!
        for (let at = offsets[other]!; at < offsets[other + 1]!; at++) sums[sequence[at]!]! += times * weights![at]!
      }
      data.set(sums, K.right + user * K.rightStride)
    }
    return (_phase, chunk) => {
      for (let user = chunk * ROWS_AT_ONCE; user < Math.min(users, (chunk + 1) * ROWS_AT_ONCE); user++) multiply(user)
      return undefined
    }
  },
}

/** Scores by the sum of rows of B for the items of the history, newer ones more. */
export function openEase({ B: entries, popular, items, memory }: EaseState): Model {
  const B = packRows(entries, items)
  const rows = numbersOf(popular, items)
  const list = new RowList()
  return {
    score(query, out) {
      list.clear()
      forRecent(query, memory, (item, weight) => {
        if (rows[item]! >= 0) list.add(rows[item]!, weight)
      })
      out.addPackedRows(B, list)
    },
    steps: query => rowSteps(query, memory, B, item => rows[item]!),
    contributions: (query, wanted, each) =>
      rowParts(query, { memory, matrix: B, rowOf: item => rows[item]! }, wanted, each),
  }
}

/**
 * X: of each user with events every item once, in rising order, with the greatest weight that one of its events has.
 */
function strongest({ users, items, offsets, sequence, weights }: Interactions): Sequences {
  const [starts, all, most] = [
    sharedIntegers(users + 1),
    sharedIntegers(sequence.length),
    sharedFloats(sequence.length),
  ]
  const greatest = new Float32Array(items)
  let [rows, count] = [0, 0]
  for (let user = 0; user < users; user++) {
    const sorted = sequence.slice(offsets[user], offsets[user + 1]).sort()
    for (let event = offsets[user]!; event < offsets[user + 1]!; event++)
      greatest[sequence[event]!] = Math.max(greatest[sequence[event]!]!, weights?.[event] ?? 1)
    for (const [at, item] of sorted.entries()) {
      if (item === sorted[at - 1]) continue
      all[count] = item
      most[count++] = greatest[item]!
      greatest[item] = 0
    }
    if (sorted.length > 0) starts[++rows] = count
  }
  return {
    users: rows,
    items,
    offsets: starts.subarray(0, rows + 1),
    sequence: all.subarray(0, count),
    weights: most.subarray(0, count),
  }
}

/** Xᵀ: of each item its users. */
function transposed(X: Sequences): Sequences {
  const { offsets, positions, users } = occurrencesOf(X)
  const weights = sharedFloats(positions.length)
  for (let at = 0; at < positions.length; at++) weights[at] = X.weights![positions[at]!]!
  return { users: X.items, items: X.users, offsets, sequence: users, weights }
}

/** Writes XᵀX, the lower triangle of it. */
function writeGram(X: Sequences, P: Square): void {
  const { offsets, sequence } = X
  let pairs = 0
  for (let user = 0; user < X.users; user++) pairs += (offsets[user + 1]! - offsets[user]!) ** 2 / 2
  runOnAllCores(
    gram,
    { P, X, at: occurrencesOf(X) },
    [Math.ceil(sequence.length === 0 ? 0 : P.n / ROWS_AT_ONCE)],
    2 * pairs,
  )
}

const ROWS_AT_ONCE = 16

export const gram: TeamJob<{ readonly P: Square; readonly X: Sequences; readonly at: Occurrences }, undefined> = {
  module: import.meta.url,
  name: 'gram',
  begin({ P, X, at }) {
    const data = numbersIn(P)
    const { offsets, sequence, weights } = X
    // In 64 bits: JavaScript would turn every number of 32 bits into one of 64 and back.
    const sums = new Float64Array(P.n)
    const writeRow = (i: number) => {
      for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
        const w_i = weights![at.positions[o]!]!
        for (let q = offsets[at.users[o]!]!; q <= at.positions[o]!; q++) sums[sequence[q]!]! += w_i * weights![q]!
      }
      data.set(sums.subarray(0, i + 1), i * P.stride)
      sums.fill(0, 0, i + 1)
    }
    return (_phase, chunk) => {
      for (let i = chunk * ROWS_AT_ONCE; i < Math.min((chunk + 1) * ROWS_AT_ONCE, P.n); i++) writeRow(i)
      return undefined
    }
  },
}
