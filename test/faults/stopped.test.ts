import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer } from '../crash/server-target.ts'
import { assertRetried, assertWhole, counted, Outcomes, roundsOf, underLoad } from './cluster.ts'

const ROUNDS = roundsOf(3)

/** This replaces a disk that hangs, which only root could create. */
describe('a server on the embedded store, stopped and continued under load', () => {
  let dataDir: string
  let server: ServerProcess
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await start(dataDir)
    await prepareServer(server.url)
  })
  after(async () => {
    await server?.kill()
    await rm(dataDir, { recursive: true })
  })

  it(`has every acknowledged call whole, ${ROUNDS} times`, async () => {
    const outcomes = new Outcomes()
    await underLoad({ servers: [server], dataDir }, 0, outcomes, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await setTimeout(300)
        process.kill(server.pid, 'SIGSTOP')
        await setTimeout(1000)
        process.kill(server.pid, 'SIGCONT')
      }
    })
    assertRetried(outcomes)
    await server.kill()
    await assertWhole({ dataDir }, outcomes)
    console.log(`faults: a server stopped for a second ${ROUNDS} times, then killed, ${counted(outcomes)}`)
  })
})
