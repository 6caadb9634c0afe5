import assert from 'node:assert/strict'
import { existsSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { makeFolder } from './make-folder.ts'

describe('makeFolder', () => {
  let home: string
  before(async () => {
    home = await temporaryDirectory()
  })
  after(() => rmSync(home, { recursive: true }))

  it('makes a folder and those that it is in, for this user alone', () => {
    assert.equal(makeFolder(join(home, 'a', 'b', 'c')), join(home, 'a'))
    assert.equal(makeFolder(join(home, 'a', 'b', 'c')), undefined)
    assert.equal(makeFolder(join(home, 'a', 'b', 'd')), join(home, 'a', 'b', 'd'))
    for (const made of ['a', 'a/b', 'a/b/c', 'a/b/d']) assert.equal(statSync(join(home, made)).mode & 0o777, 0o700)
  })

  it('takes a link to a folder for one', () => {
    symlinkSync(home, join(home, 'link'))
    assert.equal(makeFolder(join(home, 'link')), undefined)
    assert.equal(makeFolder(join(home, 'link', 'e')), join(home, 'link', 'e'))
  })

  it('fails where a file, or a link to nothing, has the name or is on the way', () => {
    writeFileSync(join(home, 'file'), '')
    symlinkSync(join(home, 'nowhere'), join(home, 'dangling'))
    assert.throws(() => makeFolder(join(home, 'file')), { code: 'EEXIST' })
    assert.throws(() => makeFolder(join(home, 'file', 'x')), { code: 'ENOTDIR' })
    for (const path of ['dangling', 'dangling/x']) assert.throws(() => makeFolder(join(home, path)), { code: 'EEXIST' })
  })

  // With `recursive` Node tried for ever.
  const skip = !existsSync('/proc/self') && 'this system has no /proc'
  it('fails where the parent is there and takes no folders', { skip }, () => {
    for (const path of ['/proc/x', '/proc/x/y']) assert.throws(() => makeFolder(path), { code: 'ENOENT' })
  })
})
