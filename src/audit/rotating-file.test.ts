import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { onOneDay } from '#test/midnight.ts'
import { openRotatingFile } from './rotating-file.ts'

describe('openRotatingFile', () => {
  async function inFolder(t: TestContext, maxBytes = 100, kept = 2) {
    await onOneDay() // a file is put aside when its day is over
    const folder = await temporaryDirectory()
    t.after(() => rm(folder, { recursive: true }))
    const path = join(folder, 'audit.log')
    const append = openRotatingFile(path, { maxBytes, kept })
    const asides = async () => (await readdir(folder)).filter(name => name.startsWith('audit.log.')).sort()
    return { folder, path, append, asides }
  }
  const line = (text: string) => `${text.padEnd(39, '.')}\n`

  it('appends to what is there, and only its owner may read it', async t => {
    const { path, append, asides } = await inFolder(t)
    await append('a\n')
    await append('b\n')
    assert.equal(await readFile(path, 'utf8'), 'a\nb\n')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await asides(), [])
  })

  it('puts a full file aside, and keeps the newest of these', async t => {
    const { folder, path, append, asides } = await inFolder(t)
    await writeFile(join(folder, 'audit.log.mine'), 'no file of its own')
    for (let number = 1; number <= 9; number++) await append(line(`${number}`))
    assert.equal(await readFile(path, 'utf8'), line('9'))
    const [first = '', second = '', mine] = await asides()
    assert.match(first, /^audit\.log\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/)
    assert.equal(await readFile(join(folder, first), 'utf8'), line('5') + line('6'))
    assert.equal(await readFile(join(folder, second), 'utf8'), line('7') + line('8'))
    assert.equal(mine, 'audit.log.mine')
  })

  it('keeps none where none are to be kept', async t => {
    const { append, asides } = await inFolder(t, 50, 0)
    for (const text of ['1', '2', '3']) await append(line(text))
    assert.deepEqual(await asides(), [])
  })

  it('writes a text that is larger than a file', async t => {
    const { path, append } = await inFolder(t, 50)
    await append('x'.repeat(200))
    await append('y')
    assert.equal(await readFile(path, 'utf8'), 'y')
  })

  it('begins a file each day', async t => {
    const { folder, path, append, asides } = await inFolder(t)
    await append('yesterday\n')
    const yesterday = new Date(Date.now() - 86_400_000)
    await utimes(path, yesterday, yesterday)
    await append('today\n')
    assert.equal(await readFile(path, 'utf8'), 'today\n')
    assert.equal(await readFile(join(folder, (await asides())[0]!), 'utf8'), 'yesterday\n')
  })

  it('goes on in a new file where others renamed or deleted it', async t => {
    const { folder, path, append } = await inFolder(t)
    await append('a\n')
    await rename(path, join(folder, 'audit.1'))
    await append('b\n')
    await rm(path)
    await append('c\n')
    assert.equal(await readFile(join(folder, 'audit.1'), 'utf8'), 'a\n')
    assert.equal(await readFile(path, 'utf8'), 'c\n')
  })

  it('fails where it cannot write, and writes again where it can', async t => {
    const { path, append } = await inFolder(t)
    await mkdir(path)
    await assert.rejects(append('a\n'), { code: 'EISDIR' })
    await rm(path, { recursive: true })
    await append('a\n')
    await appendFile(path, 'by another\n')
    await append('b\n')
    assert.equal(await readFile(path, 'utf8'), 'a\nby another\nb\n')
  })
})
