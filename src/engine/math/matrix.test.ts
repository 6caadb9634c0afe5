import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openMatrix } from './matrix.ts'
import { memoryForModel } from './memory.ts'
import { packMatrix } from './packed-rows.ts'
import { createRandom } from './random.ts'

describe('openMatrix', () => {
  const random = createRandom(4)

  for (const columns of [1, 3, 4, 30, 101])
    it(`sums up rows of ${columns} numbers as plain code does, to the bit`, () => {
      const count = 12
      const packed = packMatrix(
        Float32Array.from({ length: count * columns }, () => 2 * random() - 1),
        columns,
      )
      const { values, scales } = packed
      const buffer = memoryForModel(6 + values.byteLength)
      const moved = new Int16Array(buffer, 6, values.length)
      moved.set(values)
      const [copied, here] = [openMatrix(packed, columns), openMatrix({ values: moved, scales }, columns)]
      for (const rows of [[], [5], [0, 11], [3, 4, 7], [1, 1, 1, 9, 2, 10, 6]]) {
        const expected = new Float64Array(columns)
        for (let at = 0; at < rows.length; at += 2) {
          const [row, next] = [rows[at]!, rows[at + 1]]
          for (let j = 0; j < columns; j++)
            expected[j]! +=
              scales[row]! * values[row * columns + j]! +
              (next === undefined ? 0 : scales[next]! * values[next * columns + j]!)
        }
        assert.deepEqual(here(rows), expected)
        assert.deepEqual(copied(rows), expected)
      }
    })
})
