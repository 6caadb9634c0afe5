import assert from 'node:assert/strict'
import { link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { writeDurably } from './durable.ts'

describe('writeDurably', () => {
  let folder: string
  let path: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'personalite-'))
    path = join(folder, 'file')
  })
  beforeEach(async () => {
    for (const name of await readdir(folder)) await rm(join(folder, name))
  })
  after(() => rm(folder, { recursive: true }))

  it('writes under another name until the file is whole', async () => {
    await writeFile(path, 'old')
    await writeDurably(path, async file => {
      await file.writeFile('new')
      assert.deepEqual((await readdir(folder)).sort(), ['file', 'file.part'])
      assert.equal(await readFile(path, 'utf8'), 'old')
    })
    assert.equal(await readFile(path, 'utf8'), 'new')
    assert.deepEqual(await readdir(folder), ['file'])
  })

  it('leaves what was there, and no part, where writing fails', async () => {
    await writeFile(path, 'old')
    const failing = writeDurably(path, async file => {
      await file.writeFile('half')
      throw new Error('the source ended')
    })
    await assert.rejects(failing, /the source ended/)
    assert.equal(await readFile(path, 'utf8'), 'old')
    assert.deepEqual(await readdir(folder), ['file'])
  })

  it('replaces a part that a crash left, and writes through no link', async () => {
    const elsewhere = join(folder, 'elsewhere')
    await writeFile(elsewhere, 'untouched')
    await symlink(elsewhere, `${path}.part`)
    await writeDurably(path, file => file.writeFile('new'))
    assert.equal(await readFile(elsewhere, 'utf8'), 'untouched')
    assert.equal(await readFile(path, 'utf8'), 'new')
  })

  it('takes the part, the permissions and the placing that are asked for', async () => {
    const part = join(folder, 'mine')
    await writeDurably(path, file => file.writeFile('new'), { part, mode: 0o600, place: link })
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(folder), ['file'])
    const again = writeDurably(path, file => file.writeFile('newer'), { part, place: link })
    await assert.rejects(again, { code: 'EEXIST' })
    assert.equal(await readFile(path, 'utf8'), 'new')
    assert.deepEqual(await readdir(folder), ['file'])
  })
})
