import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inChunks } from './in-chunks.ts'

describe('inChunks', () => {
  it('yields all rows in their order, in lists of the size but for the last one, and no empty list', async () => {
    for (const [rows, sizes] of [
      [0, []],
      [2, [2]],
      [3, [3]],
      [7, [3, 3, 1]],
    ] as const) {
      const all = Array.from({ length: rows }, (_, row) => row)
      const chunks = await Array.fromAsync(inChunks(scan(all), 3))
      assert.deepEqual(chunks.flat(), all)
      assert.deepEqual(
        chunks.map(({ length }) => length),
        sizes,
      )
    }
  })
})

async function* scan<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}
