import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { propertiesOf } from '#test/http.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { clientsOf } from '#test/server.ts'
import { openInspection } from '../../src/cli/client.ts'
import { roomForImports } from '../../src/store/sqlite/room.ts'
import { type ServerProcess, start } from '../crash/server-process.ts'
import { prepareServer, serverTarget } from '../crash/server-target.ts'
import { assertRetried, assertWhole, counted, Outcomes, underLoad } from './cluster.ts'
import { mountDisk } from './full-disk.ts'

const MIB = 2 ** 20
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

describe('a file that a client puts for jobs, and that is too large for the disk', () => {
  it('is refused with a 503 that says so, and leaves the room that it took', async (t: TestContext) => {
    using disk = mountDisk(64)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    const server = await start(disk.path)
    try {
      const room = () => statfsSync(disk.path).bavail
      const before = room()
      const content = Buffer.alloc(2 * MIB).toString('base64')
      const name = { upload: 'a'.repeat(16), name: 'users.csv' }
      const inspect = openInspection(server.url)
      const put = (offset: number) => inspect('PUT', '/inspect/files', { body: { ...name, offset, content } })
      const whole = async () => {
        for (let offset = 0; offset < 64 * MIB; offset += 2 * MIB) await put(offset)
      }
      await assert.rejects(whole, /The disk of the server has no room for the file: begin again when it has/)
      assert.ok(before - room() < 1000, `${before} blocks before, ${room()} after`)
      // A last piece of which a part has room is no whole file either.
      await put(0)
      writeFileSync(join(disk.path, 'others'), Buffer.alloc((room() - 200) * 4096))
      const last = { ...name, offset: 2 * MIB, content, isLast: true }
      await assert.rejects(() => inspect('PUT', '/inspect/files', { body: last }), /has no room for the file/)
      rmSync(join(disk.path, 'others'))
      await put(0)
    } finally {
      await server.kill()
    }
  })
})

describe('an import that is too large for the disk', () => {
  it('fails and says why, and leaves room for Put calls and smaller imports', async (t: TestContext) => {
    using disk = mountDisk(128)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    const server = await start(disk.path)
    try {
      const clients = clientsOf(server.url)
      await prepareServer(server.url)
      const importUsers = async (count: number) => {
        const rows = Array.from({ length: count }, (_, n) => `user-${n},1`)
        return importFrom(
          clients,
          USERS,
          await putFile({ dataDir: disk.path }, 'in.csv', ['USER_ID,CALL', ...rows].join('\n')),
        )
      }
      const { bavail, bsize } = statfsSync(disk.path)
      writeFileSync(join(disk.path, 'others'), Buffer.alloc(bavail * bsize - 70 * MIB))
      const { status, failureReason } = await importUsers(200_000)
      const reason = "The server's disk has too little room: an import leaves 64 MiB of it free"
      assert.deepEqual({ status, failureReason }, { status: 'CREATE FAILED', failureReason: reason })
      const target = await serverTarget(server.url, disk.path)
      for (let call = 1; call < 100; call++) await target.putUsers([{ id: 'known', call }])
      assert.deepEqual(await propertiesOf(server, USERS, 'known'), { call: 99 })
      rmSync(join(disk.path, 'others'))
      assertActive(await importUsers(1000))
    } finally {
      await server.kill()
    }
  })

  it('may use the pages of deleted rows', (t: TestContext) => {
    using disk = mountDisk(80)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    const path = join(disk.path, 'database')
    using db = new DatabaseSync(path)
    const assertRoom = roomForImports(db, path)
    assertRoom()
    db.exec(`PRAGMA journal_mode = OFF; CREATE TABLE rows (bytes); INSERT INTO rows VALUES (zeroblob(${24 * MIB}))`)
    assert.throws(assertRoom, { name: 'StoreError', code: 'full' })
    db.exec('DELETE FROM rows')
    assertRoom()
    // The log has no room.
    writeFileSync(join(disk.path, 'others'), Buffer.alloc(44 * MIB))
    assert.throws(assertRoom, { name: 'StoreError', code: 'full' })
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
      await eventually('a call to fail', () => outcomes.failures.length > 0)
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
