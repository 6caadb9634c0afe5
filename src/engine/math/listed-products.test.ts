import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { moverInto } from '#test/model-memory.ts'
import { openListedProducts } from './listed-products.ts'
import { createRandom } from './random.ts'
import type { SparseRows } from './sparse.ts'

const [ROWS, COLUMNS, LISTS] = [300, 40, 12]

describe('openListedProducts', () => {
  const random = createRandom(4)
  const below = (most: number) => Math.floor(random() * most)
  // Some rows and lists are empty.
  const lengths = (count: number, most: number) => Array.from({ length: count }, () => Math.max(0, below(most) - 1))
  const matrix = arraysOf(lengths(ROWS, 6), () => below(COLUMNS))
  const values = Float32Array.from({ length: matrix.columns.length }, () => random() - 0.5)
  const lists = arraysOf(lengths(LISTS, 90), () => below(ROWS))

  const placed = { copied: { ...matrix, values, lists }, 'as they lie': inOneMemory({ ...matrix, values }, lists) }
  for (const [where, { lists: rowLists, ...rows }] of Object.entries(placed))
    it(`multiplies each row once, as plain code does, with arrays ${where}`, () => {
      const { vector, multiply } = openListedProducts(rows, rowLists, { columns: COLUMNS, listsMax: 3 })
      for (const wanted of [[0, 1, 2], [2, 2, 5], [], [11, 3]]) {
        for (let column = 0; column < COLUMNS; column++) vector[column] = random() < 0.5 ? 0 : random()
        const { rows: found, products, count } = multiply(wanted)
        const expected = new Map(
          wanted
            .flatMap(list => [...lists.columns.subarray(lists.offsets[list], lists.offsets[list + 1])])
            .map(row => [row, productOf({ ...matrix, values }, row, vector)]),
        )
        assert.deepEqual(
          Array.from({ length: count }, (_, at) => [found[at], products[at]]),
          [...expected],
        )
      }
    })
})

function productOf({ offsets, columns, values }: SparseRows, row: number, vector: Float64Array): number {
  let sum = 0
  for (let at = offsets[row]!; at < offsets[row + 1]!; at++) sum += vector[columns[at]!]! * values[at]!
  return sum
}

function arraysOf(lengths: readonly number[], next: () => number) {
  const offsets = Int32Array.from([0, ...lengths])
  for (let at = 1; at < offsets.length; at++) offsets[at]! += offsets[at - 1]!
  return { offsets, columns: Int32Array.from({ length: offsets.at(-1)! }, next) }
}

/** The same arrays in the memory of a model. */
function inOneMemory(matrix: SparseRows, lists: { readonly offsets: Int32Array; readonly columns: Int32Array }) {
  const moved = moverInto(100_000)
  const { offsets, columns, values } = matrix
  return {
    offsets: moved(offsets),
    columns: moved(columns),
    values: moved(values),
    lists: { offsets: moved(lists.offsets), columns: moved(lists.columns) },
  }
}
