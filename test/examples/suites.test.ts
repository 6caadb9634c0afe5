import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { skipUnless } from '../clients/clients.ts'
import { openExample } from './examples.ts'

describe('the suites of the examples', () => {
  let directory: string
  before(async () => {
    directory = await temporaryDirectory()
  })
  after(() => rm(directory, { recursive: true }))

  for (const [name, passed, skip] of [
    ['node-test', /^. pass 3$/m, false],
    ['seed', /^. pass 3$/m, false],
    ['pytest', /^.* 3 passed in /m, skipUnless('pytest or boto3', 'python3', ['-c', 'import boto3, pytest'])],
  ] as const)
    it(`${name}: passes as its page says`, { skip }, async () => {
      const example = await openExample(name, directory, {})
      assert.match((await example.run(example.blocks[0]!)).join('\n'), passed)
    })

  it('start one and the same shop from JavaScript', async () => {
    const example = await openExample('node-test', directory, {})
    const [shop, ...others] = await Promise.all(
      ['node-test', 'vitest', 'jest'].map(name => readFile(join(example.folder, '..', name, 'shop.js'), 'utf8')),
    )
    assert.deepEqual(others, [shop, shop])
  })
})
