import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { propertiesOf } from '#test/http.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer, serverTarget } from '../crash/server-target.ts'
import { assertRetried, assertWhole, counted, Outcomes, underLoad } from './cluster.ts'
import { mountDisk } from './full-disk.ts'

const USERS = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS'

describe('the embedded store', () => {
  it('with a full disk refuses writes with a 503, answers reads, and writes when there is room', async (t: TestContext) => {
    using disk = mountDisk(64)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    await whileFull(disk.path, 'the disk full', () => disk)
  })

  it('does the same if it may not make its files larger', async (t: TestContext) => {
    if (process.platform !== 'linux') return t.skip('the limit of a process can be set on Linux alone')
    const dataDir = await temporaryDirectory()
    const limit = (pid: number, bytes: string) => execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:`])
    await whileFull(dataDir, 'files limited', ({ pid }) => ({
      fill: () => limit(pid, '1000000'),
      clear: () => limit(pid, 'unlimited'),
    }))
    await rm(dataDir, { recursive: true })
  })
})

describe('a server that is started while the disk is full', () => {
  it('says so, and starts when there is room', async (t: TestContext) => {
    using disk = mountDisk(64)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    const first = await start(disk.path)
    await prepareServer(first.url)
    await (await serverTarget(first.url, disk.path)).putUsers([{ id: 'known', call: 1 }])
    assert.equal(await first.kill('SIGTERM'), 0)
    disk.fill()
    await assert.rejects(start(disk.path), /ended before it was ready: personalite: .*: the disk is full$/m)
    disk.clear()
    const server = await start(disk.path)
    assert.deepEqual(await propertiesOf(server, USERS, 'known'), { call: 1 })
    assert.equal(await server.kill('SIGTERM'), 0)
  })
})

async function whileFull(
  dataDir: string,
  what: string,
  diskOf: (server: ServerProcess) => { fill(): void; clear(): void },
): Promise<void> {
  const server = await start(dataDir)
  try {
    await prepareServer(server.url)
    const disk = diskOf(server)
    const target = await serverTarget(server.url, dataDir)
    const outcomes = new Outcomes()
    await target.putUsers([{ id: 'known', call: 1 }])
    await underLoad({ servers: [server], dataDir }, 1, outcomes, async () => {
      await setTimeout(500)
      disk.fill()
      while (outcomes.failures.length === 0) await setTimeout(50)
      // A small write may still find room in the last block of a file: the next one does not.
      await assert.rejects(
        async () => {
          for (;;) await target.putUsers([{ id: 'unlucky', call: 2 }])
        },
        { name: 'ServiceUnavailable' },
      )
      assert.deepEqual(await propertiesOf(server, USERS, 'known'), { call: 1 })
      disk.clear()
    })
    assertRetried(outcomes)
    await target.putUsers([{ id: 'lucky', call: 3 }])
    assert.deepEqual(await propertiesOf(server, USERS, 'lucky'), { call: 3 })
    assert.equal(await server.kill('SIGTERM'), 0)
    await assertWhole({ dataDir }, outcomes, [1, 2, 3])
    console.log(`faults: ${what}, ${counted(outcomes)}`)
  } finally {
    await server.kill()
  }
}
