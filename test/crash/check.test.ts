import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { check } from './check.ts'
import { kindOf, ROWS_PER_CALL } from './load.ts'

async function* each<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}

const [NEW, AGAIN, EVENTS] = [0, 1, 2] as const
const usersOf = (call: number, count = ROWS_PER_CALL) => Array.from({ length: count }, (_, n) => ({ id: `${n}`, call }))
const found = (put: ReturnType<typeof usersOf>) => ({
  put: each(put),
  items: each([]),
  imported: each([]),
  events: each([]),
})

describe('the check after a crash', () => {
  it('finds an acknowledged call that is missing', async () => {
    assert.deepEqual([NEW, AGAIN, EVENTS].map(kindOf), ['new users', 'users again', 'events'])
    const { lost, torn } = await check(new Set([NEW, AGAIN, EVENTS]), found(usersOf(AGAIN)))
    assert.deepEqual({ lost, torn }, { lost: [NEW, EVENTS], torn: [] })
  })

  it('finds a call that was stored in part, acknowledged or not', async () => {
    const { lost, torn } = await check(new Set([NEW]), found([...usersOf(NEW, 4), ...usersOf(AGAIN, 1)]))
    assert.deepEqual({ lost, torn }, { lost: [], torn: [NEW, AGAIN] })
  })

  it('accepts a later call of the same caller instead of an earlier one, but not the reverse', async () => {
    const later = AGAIN + 49
    assert.deepEqual((await check(new Set([AGAIN, later]), found(usersOf(later)))).lost, [])
    assert.deepEqual((await check(new Set([AGAIN, later]), found(usersOf(AGAIN)))).lost, [later])
  })
})
