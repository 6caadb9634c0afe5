import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sharePasses } from './passes.ts'

const ROWS = [1, 2, 3]

/** Counts the passes; `during` is called in each after its first row. */
function counted(during: (passes: number) => void = () => {}) {
  let passes = 0
  const pass = sharePasses(async function* () {
    const own = ++passes
    for (const row of ROWS) {
      yield row
      if (row === 1) during(own)
    }
  })
  const reader = () => {
    const rows: number[] = []
    return { rows, done: pass(row => rows.push(row)) }
  }
  return { passes: () => passes, reader }
}

describe('passes over the same rows', () => {
  it('are one for those who ask at once', async () => {
    const { passes, reader } = counted()
    const readers = [reader(), reader(), reader()]
    await Promise.all(readers.map(({ done }) => done))
    for (const { rows } of readers) assert.deepEqual(rows, ROWS)
    assert.equal(passes(), 1)
  })

  it('are one more for all who ask while one is under way', async () => {
    const later: ReturnType<typeof reader>[] = []
    const { passes, reader } = counted(pass => {
      if (pass === 1) later.push(reader(), reader())
    })
    const first = reader()
    await first.done
    await Promise.all(later.map(({ done }) => done))
    for (const { rows } of [first, ...later]) assert.deepEqual(rows, ROWS)
    assert.equal(passes(), 2)
  })

  it('go on after one that failed', async () => {
    const { passes, reader } = counted(pass => {
      if (pass === 1) throw new Error('the disk is gone')
    })
    await assert.rejects(reader().done, /the disk is gone/)
    const second = reader()
    await second.done
    assert.deepEqual([second.rows, passes()], [ROWS, 2])
  })
})
