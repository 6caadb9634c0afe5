import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import { makePrivateDirectory } from './private-directory.ts'

const PROGRAM = fileURLToPath(new URL('private-directory.worker.ts', import.meta.url))

/** Starts a program that opens a store in a private directory. */
async function startProgram(parent: string) {
  const program = spawn(process.execPath, [PROGRAM, parent], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(program.stdout, 'data')
  return program
}

describe('makePrivateDirectory', () => {
  it('deletes the directory when the process exits', async () => {
    const parent = await temporaryDirectory()
    const program = await startProgram(parent)
    assert.equal((await readdir(parent)).length, 1)
    program.stdin.write('exit\n')
    await once(program, 'exit')
    assert.deepEqual(await readdir(parent), [])
  })

  it('waits once for the end of the process, however many directories there were', async () => {
    const parent = await temporaryDirectory()
    makePrivateDirectory(parent).remove()
    const before = process.listenerCount('exit')
    for (let i = 0; i < 3; i++) makePrivateDirectory(parent).remove()
    assert.equal(process.listenerCount('exit'), before)
  })

  it('deletes the directory that a killed process left, and none that is in use', async () => {
    const parent = await temporaryDirectory()
    const used = await startProgram(parent)
    const killed = await startProgram(parent)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const before = await readdir(parent)
    assert.equal(before.length, 2)
    const anHourAgo = Date.now() / 1000 - 3600
    for (const name of before) await utimes(join(parent, name), anHourAgo, anHourAgo)
    const mine = makePrivateDirectory(parent)
    const after = await readdir(parent)
    assert.equal(after.length, 2)
    assert.equal(after.filter(name => before.includes(name)).length, 1)
    used.kill('SIGTERM')
    await once(used, 'exit')
    mine.remove()
  })
})
