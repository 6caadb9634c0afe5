import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FoundRecord } from '../store/rows.ts'
import { Follower } from './follower.ts'

async function* records(ids: readonly string[]): AsyncGenerator<FoundRecord> {
  for (const id of ids) yield { id, fields: '[]', ingestion: 'PUT', seq: 1 }
}

describe('Follower', () => {
  it('finds the records that exist, and passes each of them once', async () => {
    const passed: (readonly [string, boolean])[] = []
    const follower = new Follower(records(['a', 'c', 'd', '\u{ff5a}', '\u{1f600}']), ({ id }, isAsked) => {
      passed.push([id, isAsked])
    })
    const found = []
    // In the order of bytes, which differs from the order of JavaScript's strings: 😀 comes after ｚ.
    for (const id of ['a', 'b', 'd', '\u{1f600}']) found.push(await follower.has(id))
    await follower.finish()
    assert.deepEqual(found, [true, false, true, true])
    assert.deepEqual(passed, [
      ['a', true],
      ['c', false],
      ['d', true],
      ['\u{ff5a}', false],
      ['\u{1f600}', true],
    ])
  })

  it('passes all records if none is asked for', async () => {
    const passed: string[] = []
    await new Follower(records(['a', 'b']), ({ id }) => passed.push(id)).finish()
    assert.deepEqual(passed, ['a', 'b'])
  })
})
