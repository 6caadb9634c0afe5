import { type Interactions, type Occurrences, occurrencesOf, type Sequences } from '../../interactions.ts'
import { numbersIn, regularize, type Square, square } from '../../math/dense.ts'
import { invert } from '../../math/invert.ts'
import { greatestOfRows } from '../../math/product.ts'
import type { SparseRows } from '../../math/sparse.ts'
import type { TeamJob } from '../../team/part.ts'
import { sharedFloats, sharedIntegers } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import { forRecent, type Memory, type Model, rowParts } from './model.ts'
import { DENSE_KEEP, DENSE_SIZE_MAX, mostPopular, numbersOf } from './most-popular.ts'

/** The memory is that of x_u, at serving: training knows no order. */
export interface EaseSettings {
  /** λ */
  readonly regularization: number
  readonly memory: Memory
  /** Where there are more items, the most popular ones are taken. */
  readonly itemsMax: number
  /** How many entries of a row are kept, those of the greatest magnitude. */
  readonly keep: number
}

export const EASE: EaseSettings = {
  regularization: 300,
  memory: { decay: 0.9, length: 80 },
  itemsMax: DENSE_SIZE_MAX,
  keep: DENSE_KEEP,
}

export type EaseState = {
  /** A row for each of the most popular items, in their order; its columns are items. */
  readonly B: SparseRows
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
  const popular = mostPopular(interactions, settings.itemsMax)
  const n = popular.items.length
  const P = square(n)
  addGram(strongest(popular.interactions), P)
  regularize(P, settings.regularization)
  invert(P)
  const data = numbersIn(P)
  const minusDiagonal = Float32Array.from({ length: n }, (_, i) => -data[i * P.stride + i]!)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) data[i * P.stride + j] = i === j ? 0 : data[i * P.stride + j]! / minusDiagonal[j]!
  const B = greatestOfRows({ data, at: 0, stride: P.stride, rows: n }, { keep: settings.keep, names: popular.items })
  return { B, popular: popular.items, items: interactions.items, memory: settings.memory }
}

/** Scores by the sum of rows of B for the items of the history, newer ones more. */
export function openEase({ B, popular, items, memory }: EaseState): Model {
  const rows = numbersOf(popular, items)
  return {
    score(asked, out) {
      forRecent(asked, memory, (item, weight) => {
        if (rows[item]! >= 0) out.addRow(B, rows[item]!, weight)
      })
    },
    contributions: (asked, wanted, each) => rowParts(asked, memory, B, wanted, each, item => rows[item]!),
  }
}

/** X: of each user every item once, in rising order, with the greatest weight that one of its events has. */
function strongest({ users, items, offsets, sequence, weights }: Interactions): Sequences {
  const [starts, all, most] = [
    sharedIntegers(users + 1),
    sharedIntegers(sequence.length),
    sharedFloats(sequence.length),
  ]
  const greatest = new Float32Array(items)
  let count = 0
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
    starts[user + 1] = count
  }
  return { users, items, offsets: starts, sequence: all.subarray(0, count), weights: most.subarray(0, count) }
}

/** Adds XᵀX, the lower triangle of it. */
function addGram(X: Sequences, P: Square): void {
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
    const addRow = (i: number, row: Float32Array) => {
      for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
        const w_i = weights![at.positions[o]!]!
        for (let q = offsets[at.users[o]!]!; q <= at.positions[o]!; q++) row[sequence[q]!]! += w_i * weights![q]!
      }
    }
    return (_phase, chunk) => {
      for (let i = chunk * ROWS_AT_ONCE; i < Math.min((chunk + 1) * ROWS_AT_ONCE, P.n); i++)
        addRow(i, data.subarray(i * P.stride, i * P.stride + P.n))
      return undefined
    }
  },
}
