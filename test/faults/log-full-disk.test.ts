import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { serve } from '#test/program.ts'
import { mountDisk } from './full-disk.ts'

describe('a server whose log is on a full disk', () => {
  it('answers, has its lines whole when there is room, and ends on SIGTERM', async (t: TestContext) => {
    using disk = mountDisk(4)
    if (!disk) return t.skip('a disk can be mounted by root alone')
    const log = join(disk.path, 'log')
    await using server = await startLoggingTo(log)
    disk.fill()
    for (let call = 0; call < 200; call++) await server.refusedCall()
    disk.clear()
    await server.refusedCall()
    const refusals = () => linesOf(log).filter(({ msg }) => msg === 'refused').length
    await eventually('the lines of all calls', async () => refusals() === 201)
    disk.fill()
    for (let call = 0; call < 200; call++) await server.refusedCall()
    assert.equal(await server.stop(), 0)
  })
})

const linesOf = (log: string) =>
  readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as { readonly msg: string })

/** Starts a server with standard error in a file, and its data elsewhere. */
async function startLoggingTo(log: string) {
  const dataDir = await temporaryDirectory()
  const file = openSync(log, 'a')
  const { child, url, stop } = await serve(['--port', '0', '--data-dir', dataDir], undefined, file)
  closeSync(file)
  const closed = once(child, 'close')
  return {
    /** A call that the log has a line of: it has no signature. */
    async refusedCall() {
      const headers = { 'x-amz-target': 'AmazonPersonalize.ListSolutions' }
      const signal = AbortSignal.timeout(30_000)
      const { status } = await fetch(url, { method: 'POST', headers, body: '{}', signal })
      assert.equal(status, 403)
    },
    stop,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
      await rm(dataDir, { recursive: true })
    },
  }
}
