import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { openTestStore } from '#test/store.ts'
import { check } from './check.ts'
import { putLoad } from './load.ts'
import { start } from './server-process.ts'
import { foundByServer, prepareServer, serverTarget } from './server-target.ts'

const ROUNDS = Number(process.env.PERSONALITE_CRASH_ROUNDS ?? 5)

/** The same as for the store alone, from the official clients to the disk, with imports by their jobs. */
describe('the server, killed under load', async () => {
  const dataDir = await temporaryDirectory()
  after(() => rm(dataDir, { recursive: true }))

  it(`has every acknowledged call whole and no other in part, in ${ROUNDS} rounds`, async () => {
    const acknowledged = new Set<number>()
    for (let round = 0; round < ROUNDS; round++) {
      const { url, kill } = await start(dataDir)
      if (round === 0) await prepareServer(url)
      const before = acknowledged.size
      const load = putLoad(await serverTarget(url, dataDir), round, call => acknowledged.add(call))
      const ended = load.catch((error: Error) => error)
      // However slow the machine is, every other round has something to lose.
      if (round % 2 === 0) await eventually('an acknowledged call', () => acknowledged.size > before)
      await setTimeout(Math.random() * 1500)
      await kill()
      await ended
      await using store = await openTestStore(dataDir)
      const { lost, torn } = await check(acknowledged, await foundByServer(store))
      assert.deepEqual({ round, lost, torn }, { round, lost: [], torn: [] })
    }
    assert.ok(acknowledged.size > 0)
    console.log(`crash: rounds ${ROUNDS}, acknowledged ${acknowledged.size}, lost 0, torn 0`)
  })
})
