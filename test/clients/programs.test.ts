import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skipUnless, startServerProcess } from './clients.ts'
import { assertPrinted, assertStored, makeShop } from './shop.ts'

/** A small program with a client; each does the same. */
interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** The reason why it is skipped. */
  readonly skip: string | false
  /** Whether it corrects its clock by the server's time in the reply to a refused signature. */
  readonly correctsItsClock: boolean
}

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** The programs that scripts/build-clients.sh has built. */
const built = (path: string) => join(process.env.PERSONALITE_CLIENTS ?? '', path)
const unlessBuilt = (path: string) =>
  !(process.env.PERSONALITE_CLIENTS && existsSync(built(path))) && 'not built: scripts/build-clients.sh'

const programs: Readonly<Record<string, Program>> = {
  'the AWS CLI': {
    command: 'bash',
    args: [source('aws-cli/shop.sh')],
    skip: skipUnless('the AWS CLI', 'aws', ['--version']),
    correctsItsClock: false,
  },
  boto3: {
    command: 'python3',
    args: [source('python/shop.py')],
    skip: skipUnless('boto3', 'python3', ['-c', 'import boto3']),
    correctsItsClock: false,
  },
  'boto3 of 2020': {
    command: built('boto3-old/bin/python'),
    args: [source('python/shop.py')],
    skip: unlessBuilt('boto3-old/bin/python'),
    correctsItsClock: false,
  },
  'the SDK for JavaScript': {
    command: process.execPath,
    args: [source('javascript/shop.ts')],
    skip: false,
    correctsItsClock: true,
  },
  'the SDK for Java': {
    command: 'java',
    args: ['-cp', `${built('java/classes')}:${built('java/dependencies/*')}`, 'Shop'],
    skip: unlessBuilt('java/classes/Shop.class'),
    correctsItsClock: true,
  },
  'the SDK for Go, version 1': {
    command: built('go/shop'),
    args: [],
    skip: unlessBuilt('go/shop'),
    correctsItsClock: false,
  },
  'the SDK for Rust': {
    command: built('rust/debug/shop'),
    args: [],
    skip: unlessBuilt('rust/debug/shop'),
    correctsItsClock: true,
  },
}

const HOUR_OFF = { CLOCK_OFF_MS: '3600000', NODE_OPTIONS: `--import ${new URL('../faults/clock.ts', import.meta.url)}` }

for (const [name, program] of Object.entries(programs)) {
  describe(`a program with ${name}`, { skip: program.skip }, () => {
    it('makes a shop, puts users, items and events, imports, trains and recommends', async () => {
      await using server = await startServerProcess({ PERSONALITE_MINIMUMS: 'off' })
      assertPrinted(await makeShop(server, program))
      await assertStored(server)
    })

    if (program.correctsItsClock)
      it('does so if its clock is an hour off', async () => {
        await using server = await startServerProcess({ PERSONALITE_MINIMUMS: 'off', ...HOUR_OFF })
        assertPrinted(await makeShop(server, program))
      })
    else
      it('gets an error if its clock is an hour off', async () => {
        await using server = await startServerProcess(HOUR_OFF)
        const { code, stdout, stderr } = await makeShop(server, program)
        assert.deepEqual([stdout, code === 0], ['', false])
        assert.match(stderr, /InvalidSignatureException.*Signature expired/s)
      })
  })
}
