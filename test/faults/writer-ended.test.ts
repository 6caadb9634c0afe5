import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer } from '../crash/server-target.ts'
import { assertRetried, assertWhole, counted, Outcomes, patientClients, roundsOf, underLoad } from './cluster.ts'

const ROUNDS = roundsOf(2)
const MORTAL = { NODE_OPTIONS: `--import ${new URL('./mortal-writer.ts', import.meta.url)}` }

describe('a server whose thread that writes ends under load', () => {
  it(`says so, ends, and has every acknowledged call whole when it is started anew, ${ROUNDS} times`, async () => {
    const dataDir = await temporaryDirectory()
    after(() => rm(dataDir, { recursive: true }))
    const outcomes = new Outcomes()
    for (let round = 0; round < ROUNDS; round++) {
      const server = await start(dataDir, [], MORTAL)
      if (round === 0) await prepareServer(server.url, patientClients(server.url))
      try {
        await underLoad({ servers: [server], dataDir }, round, outcomes, async () => {
          await setTimeout(100 + Math.random() * 500)
          process.kill(server.pid, 'SIGUSR2')
          assert.equal(await server.ended, 1)
        })
        assertSaid(server)
      } finally {
        await server.kill()
      }
      assertRetried(outcomes)
      await assertWhole({ dataDir }, outcomes)
    }
    console.log(`faults: the thread that writes ended ${ROUNDS} times, ${counted(outcomes)}`)
  })
})

function assertSaid(server: ServerProcess): void {
  const said = server.logged().filter(({ msg }) => msg === 'the store can be written no more')
  assert.deepEqual(
    said.map(({ reason }) => reason),
    ['the thread that writes has ended: start the server anew'],
  )
}
