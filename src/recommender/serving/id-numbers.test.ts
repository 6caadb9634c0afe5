import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IdNumbers } from './id-numbers.ts'

/** Ids that are alike: beginnings of one another, of one and of more bytes a character, long and empty ones. */
function* ids(count: number): Generator<string> {
  yield ''
  yield 'x'.repeat(256)
  yield `${'x'.repeat(255)}y`
  for (let n = 0; n < count; n++) {
    yield `item-${n}`
    yield `${n}`.padStart(12, '0')
    yield `Zoë ${n} 🦊`
    yield `\ud83e${n}`
  }
}

describe('IdNumbers', () => {
  it('numbers ids in their order, and knows no others, while it grows', () => {
    const numbers = new IdNumbers()
    const expected = new Map<string, number>()
    for (const id of ids(20_000)) {
      assert.equal(numbers.get(id), -1)
      assert.equal(numbers.add(id), expected.size)
      expected.set(id, expected.size)
      assert.equal(numbers.get(id), numbers.size - 1)
    }
    for (const [id, number] of expected) assert.equal(numbers.get(id), number)
    for (const id of ['item', 'item-20000', 'x', 'x'.repeat(255), 'x'.repeat(257), 'Zoë 1', '\ud83e', '1'])
      assert.equal(numbers.get(id), -1)
    assert.equal(numbers.size, expected.size)
  })

  it('tells ids apart of which one is a part of a longer text', () => {
    const text = '["shoe-1","shoe-12","shoe-123"]'
    const numbers = new IdNumbers()
    for (const id of ['shoe-123', 'shoe-12', 'shoe-1']) numbers.add(id)
    const parts = [...text.matchAll(/"(.*?)"/g)].map(([, id]) => numbers.get(id!))
    assert.deepEqual(parts, [2, 1, 0])
    const inText = [...text.matchAll(/"(.*?)"/g)].map(({ index, 1: id }) => {
      return numbers.getIn(text, index + 1, index + 1 + id!.length)
    })
    assert.deepEqual(inText, [2, 1, 0])
    assert.equal(numbers.getIn(text, 2, 7), -1)
  })
})
