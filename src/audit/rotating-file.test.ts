import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { openRotatingFile } from './rotating-file.ts'

describe('openRotatingFile', () => {
  const clock = { now: 0 }
  async function inFolder(t: TestContext, maxBytes = 100, kept = 2) {
    clock.now = Date.parse('2030-02-28T12:00:00Z')
    const folder = await temporaryDirectory()
    t.after(() => rm(folder, { recursive: true }))
    const path = join(folder, 'audit.log')
    const open = () => openRotatingFile(path, { maxBytes, kept, now: () => clock.now })
    const append = open()
    const asides = async () => (await readdir(folder)).filter(name => name.startsWith('audit.log.')).sort()
    return { folder, path, open, append, asides }
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
    await writeFile(join(folder, 'audit.log.9999-99-99T00-00-00.000Z'), 'of no time')
    for (let number = 1; number <= 9; number++) await append(line(`${number}`))
    assert.equal(await readFile(path, 'utf8'), line('9'))
    const [first = '', second = '', ...mine] = await asides()
    assert.match(first, /^audit\.log\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/)
    assert.equal(await readFile(join(folder, first), 'utf8'), line('5') + line('6'))
    assert.equal(await readFile(join(folder, second), 'utf8'), line('7') + line('8'))
    assert.deepEqual(mine, ['audit.log.9999-99-99T00-00-00.000Z', 'audit.log.mine'])
  })

  it('deletes the oldest also where the clock was set back', async t => {
    const { folder, path, append, asides } = await inFolder(t, 50, 1)
    for (let number = 1; number <= 4; number++) {
      await append(line(`${number}`))
      clock.now -= 3_600_000
    }
    assert.equal(await readFile(path, 'utf8'), line('4'))
    assert.deepEqual(await asides(), ['audit.log.2030-02-28T11-00-00.002Z'])
    assert.equal(await readFile(join(folder, (await asides())[0]!), 'utf8'), line('3'))
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

  it('begins a file each day, whatever day it is for the file system', async t => {
    const { folder, path, append, asides } = await inFolder(t)
    for (const time of ['2030-02-28T00:00:00Z', '2030-02-28T23:59:59Z', '2030-03-01T00:00:00Z']) {
      clock.now = Date.parse(time)
      await append(`${time}\n`)
      await utimes(path, 0, 0)
    }
    assert.equal(await readFile(path, 'utf8'), '2030-03-01T00:00:00Z\n')
    assert.deepEqual(await asides(), ['audit.log.2030-03-01T00-00-00.000Z'])
    const aside = await readFile(join(folder, (await asides())[0]!), 'utf8')
    assert.equal(aside, '2030-02-28T00:00:00Z\n2030-02-28T23:59:59Z\n')
  })

  it('puts a file of another day aside after a start, and goes on in one of the same day', async t => {
    const { path, open, append, asides } = await inFolder(t)
    await append('today\n')
    await utimes(path, clock.now / 1000, clock.now / 1000)
    await open()('still today\n')
    assert.deepEqual(await asides(), [])
    await utimes(path, clock.now / 1000 - 86_400, clock.now / 1000 - 86_400)
    await open()('after yesterday\n')
    assert.equal(await readFile(path, 'utf8'), 'after yesterday\n')
    assert.equal((await asides()).length, 1)
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
