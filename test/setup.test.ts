import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'

const SETUP = fileURLToPath(new URL('../scripts/setup.mjs', import.meta.url))

describe('npm test', () => {
  it('runs on the Node that package-lock.json lists', () => {
    assert.equal(process.version.split('.')[0], 'v26')
  })
})

describe('scripts/setup.mjs', () => {
  let directory: string
  const write = (path: string, content: object) => writeFile(join(directory, path), JSON.stringify(content))
  const setUp = () => spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: directory, encoding: 'utf8' })
  const isThere = () => existsSync(join(directory, 'node_modules/part/package.json'))

  before(async () => {
    directory = join(await temporaryDirectory(), 'a clone')
    await mkdir(join(directory, 'part'), { recursive: true })
    await cp(SETUP, join(directory, 'scripts/setup.mjs'))
    await lock('1.0.0')
  })
  after(() => rm(join(directory, '..'), { recursive: true }))

  it('installs the packages of package-lock.json, and prints a line', () => {
    const { status, stdout, stderr } = setUp()
    assert.deepEqual(
      { status, stdout, lines: stderr.trimEnd().split('\n').length },
      { status: 0, stdout: '', lines: 1 },
    )
    assert.ok(isThere())
  })

  it('does nothing if they are installed', () => {
    const { status, stdout, stderr } = setUp()
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
  })

  it('installs again if the list has changed, or a part is missing', async () => {
    await lock('1.0.1')
    assert.match(setUp().stderr, /^Installing/)
    assert.equal(setUp().stderr, '')
    await rm(join(directory, 'node_modules'), { recursive: true })
    assert.match(setUp().stderr, /^Installing/)
    assert.ok(isThere())
  })

  it('fails if a package cannot be found', async () => {
    await write('package.json', {
      name: 'whole',
      version: '1.0.0',
      dependencies: { part: 'file:part', other: '1.0.0' },
    })
    await rm(join(directory, 'node_modules'), { recursive: true })
    const { status, stderr } = setUp()
    assert.notEqual(status, 0)
    assert.match(stderr, /^npm ci failed/m)
  })

  /** A package and its lock file, with one dependency that npm needs no registry for. */
  async function lock(version: string) {
    const whole = { name: 'whole', version: '1.0.0', dependencies: { part: 'file:part' } }
    const part = { name: 'part', version }
    const packages = { '': whole, 'node_modules/part': { resolved: 'part', link: true }, part }
    await write('package.json', whole)
    await write('part/package.json', part)
    await write('package-lock.json', { name: 'whole', version: '1.0.0', lockfileVersion: 3, packages })
  }
})
