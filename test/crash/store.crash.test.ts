import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { check } from './check.ts'
import { runAndKill } from './kill.ts'
import { storeTarget } from './store-target.ts'

const ROUNDS = Number(process.env.PERSONALITE_CRASH_ROUNDS ?? 10)
const LOAD = new URL('./store-load.ts', import.meta.url)

/**
 * SIGKILL takes the process and leaves the operating system: this shows that nothing is acknowledged before it is
 * handed over whole. That it is also on the disk is `synchronous=FULL`, see `store.test.ts`.
 */
describe('the store, killed under load', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'personalite-crash-'))
  after(() => rm(directory, { recursive: true }))

  it(`has every acknowledged call whole and no other in part, in ${ROUNDS} rounds`, async () => {
    const acknowledged = new Set<number>()
    for (let round = 0; round < ROUNDS; round++) {
      const since = round % 2 ? 'start' : 'first output'
      for (const call of await runAndKill(LOAD, [directory, `${round}`], since)) acknowledged.add(call)
      await using store = await openStore(directory)
      const { lost, torn } = await check(acknowledged, (await storeTarget(store)).found)
      assert.deepEqual({ round, lost, torn }, { round, lost: [], torn: [] })
    }
    assert.ok(acknowledged.size > 0)
    console.log(`crash: rounds ${ROUNDS}, acknowledged ${acknowledged.size}, lost 0, torn 0`)
  })
})
