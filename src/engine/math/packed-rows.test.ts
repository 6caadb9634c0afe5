import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildRows } from './build-rows.ts'
import { packMatrix, packRows } from './packed-rows.ts'
import { createRandom } from './random.ts'
import { Scores } from './scores.ts'

const ROWS = 40
const random = createRandom(5)
const sparse = buildRows(ROWS, 300, (row, sums) => {
  // One row is empty, and one has numbers of any size.
  for (let at = 0; at < 4 * row; at++) sums.add(Math.floor(300 * random()), (random() - 0.5) * 10 ** (row - 20))
})

function rowOf(row: number, add: 'addRow' | 'addPackedRow', columns = 300): Float64Array {
  const scores = new Scores(columns)
  if (add === 'addRow') scores.addRow(sparse, row, 2)
  else scores.addPackedRow(packRows(sparse, columns), row, 2)
  return scores.values
}

describe('packRows', () => {
  it('keeps each entry to .00002 of the greatest of its row, whatever its size', () => {
    for (let row = 0; row < ROWS; row++) {
      const [exact, packed] = [rowOf(row, 'addRow'), rowOf(row, 'addPackedRow')]
      const most = exact.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
      for (const [column, entry] of exact.entries())
        assert.ok(
          Math.abs(packed[column]! - entry) <= 2e-5 * most,
          `${row}, ${column}: ${packed[column]}, not ${entry}`,
        )
    }
  })

  it('takes half the memory, in memory that threads share', () => {
    const { columns, values } = packRows(sparse, 300)
    assert.equal(columns.byteLength + values.byteLength, 4 * values.length)
    for (const array of Object.values(packRows(sparse, 300)))
      if (typeof array !== 'number') assert.ok(array.buffer instanceof SharedArrayBuffer)
  })

  it('keeps the columns of a wide matrix in parts, and of a sparse one in 32 bits', () => {
    const COLUMNS = 200_000
    for (const [entries, bytes, parts] of [
      [500, 4, 4],
      [4, 6, 1],
    ] as const) {
      // In no order, as SLIT's rows are.
      const columns = Int32Array.from({ length: 3 * entries }, (_, at) => (at * 65_537 + 1) % COLUMNS)
      const wide = {
        offsets: Int32Array.of(0, entries, 2 * entries, 3 * entries),
        columns,
        values: Float32Array.from(columns, column => 1e5 + column),
      }
      const packed = packRows(wide, COLUMNS)
      assert.equal(packed.parts, parts)
      assert.equal(packed.columns.byteLength + packed.values.byteLength, 3 * entries * bytes)
      for (let row = 0; row < 3; row++) {
        const [exact, scores] = [new Scores(COLUMNS), new Scores(COLUMNS)]
        exact.addRow(wide, row, 1)
        scores.addPackedRow(packed, row, 1)
        assert.deepEqual(scores.items(), exact.items())
        for (const item of exact.items()) assert.ok(Math.abs(scores.values[item]! - exact.values[item]!) < 6)
      }
    }
  })

  it('leaves out what is nothing beside the greatest of its row, and packed rows as they are', () => {
    const rows = { offsets: Int32Array.of(0, 3), columns: Int32Array.of(0, 1, 2), values: Float32Array.of(1, 1e-6, -1) }
    const packed = packRows(rows, 3)
    assert.deepEqual([...packed.columns], [0, 2])
    assert.deepEqual([...packed.values], [32_767, -32_767])
    assert.equal(packRows(packed, 3), packed)
  })
})

describe('packMatrix', () => {
  it('keeps each number to .00002 of the greatest of its row', () => {
    const rows = Float32Array.of(1, -0.2, 0.30001, 0, 0, 0, -1e-8, 2e-8, 3e-8)
    const { values, scales } = packMatrix(rows, 3)
    for (const [at, number] of rows.entries()) {
      const row = Math.floor(at / 3)
      const most = rows.subarray(3 * row, 3 * row + 3).reduce((most, one) => Math.max(most, Math.abs(one)), 0)
      assert.ok(Math.abs(scales[row]! * values[at]! - number) <= 2e-5 * most)
    }
  })

  it('leaves packed rows as they are, and takes none', () => {
    const packed = packMatrix(Float32Array.of(1, 2), 2)
    assert.equal(packMatrix(packed, 2), packed)
    assert.equal(packMatrix(new Float32Array(), 0).values.length, 0)
  })
})
