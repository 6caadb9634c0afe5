import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { temporaryDirectory } from '#test/directory.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer } from '../crash/server-target.ts'
import { assertRetried, assertWhole, Outcomes, roundsOf, underLoad } from './cluster.ts'

const ROUNDS = roundsOf(3)
const run = promisify(execFile)

describe('a backup of the embedded store', () => {
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
    for (let round = 0; round < ROUNDS; round++) await rm(folderOf(round), { recursive: true, force: true })
  })

  const folderOf = (round: number) => `${dataDir}-backup-${round}`
  const backUp = (to: string) => run(process.execPath, ['src/main.ts', 'backup', '--data-dir', dataDir, '--to', to])

  it(`has every call that was acknowledged before it began, and no call in part, ${ROUNDS} times under load`, async () => {
    const all = new Outcomes()
    const kept: Outcomes[] = []
    await underLoad({ servers: [server], dataDir }, 0, all, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await setTimeout(500)
        const before = new Outcomes()
        all.acknowledged.forEach(before.acknowledge)
        kept.push(before)
        await backUp(folderOf(round))
      }
    })
    assertRetried(all)
    for (const [round, before] of kept.entries()) {
      const folder = folderOf(round)
      const restored = await start(folder)
      assert.equal(await restored.kill('SIGTERM'), 0)
      await assertWhole({ dataDir: folder }, before)
    }
    await server.kill('SIGTERM')
    await assertWhole({ dataDir }, all)
    const count = kept.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
    console.log(`faults: backed up ${ROUNDS} times while serving, acknowledged before ${count}, lost 0, torn 0`)
  })

  it('is refused into an existing folder, which stays as it is', async () => {
    await assert.rejects(backUp(dataDir), /exists already: name a new folder/)
    assert.ok(existsSync(`${dataDir}/personalite.sqlite`))
  })

  it('is refused if there are no data', async () => {
    const empty = run(process.execPath, ['src/main.ts', 'backup', '--data-dir', `${dataDir}/s3`, '--to', folderOf(0)])
    await assert.rejects(empty, /there are no data in/)
  })
})
