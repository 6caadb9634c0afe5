import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type Environment,
  type Outcome,
  type ServerProcess,
  schemas,
  skipUnless,
  startServerProcess,
} from './clients.ts'

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

const ARN = 'arn:aws:personalize:us-east-1:000000000000'

const TOO_MANY =
  "1 validation error detected: Value at 'users' failed to satisfy constraint: Member must have length less than or " +
  'equal to 10; it has 11, users.11 is the first too many'

/** The output of each program; a line is an array. */
const PRINTED = [
  ['dataset', `${ARN}:dataset/shop/USERS`, 'USERS', 'ACTIVE'],
  ['created today', 'true'],
  ['refused', 'InvalidInputException', TOO_MANY],
  ['refused', 'ResourceNotFoundException', `The given dataset does not exist: ${ARN}:dataset/none/USERS`],
  ['datasets', 'Users', 'Items'],
  ['datasets', 'Interactions'],
  ['import', 'ACTIVE'],
  ['training', 'ACTIVE'],
  ['campaign', 'ACTIVE'],
  ['recommended', 'i1', 'i2'],
]

const HOUR_OFF = { CLOCK_OFF_MS: '3600000', NODE_OPTIONS: `--import ${new URL('../faults/clock.ts', import.meta.url)}` }

for (const [name, program] of Object.entries(programs)) {
  describe(`a program with ${name}`, { skip: program.skip }, () => {
    it('makes a shop, puts users, items and events, imports, trains and recommends', async () => {
      await using server = await startServerProcess({ PERSONALITE_MINIMUMS: 'off' })
      assertPrinted(await run(program, server))
      await assertStored(server)
    })

    if (program.correctsItsClock)
      it('does so if its clock is an hour off', async () => {
        await using server = await startServerProcess({ PERSONALITE_MINIMUMS: 'off', ...HOUR_OFF })
        assertPrinted(await run(program, server))
      })
    else
      it('gets an error if its clock is an hour off', async () => {
        await using server = await startServerProcess(HOUR_OFF)
        const { code, stdout, stderr } = await run(program, server)
        assert.deepEqual([stdout, code === 0], ['', false])
        assert.match(stderr, /InvalidSignatureException.*Signature expired/s)
      })
  })
}

async function run({ command, args }: Program, server: ServerProcess): Promise<Outcome> {
  const bucket = join(server.dataDir, 's3/bucket')
  await mkdir(bucket, { recursive: true })
  await writeFile(join(bucket, 'users.csv'), 'USER_ID,MEMBERSHIP_TYPE,NUMBER_OF_VIDEOS_WATCHED\nb1,Member,1\n')
  const texts: Environment = {
    SCHEMA_USERS: schemas.Users,
    SCHEMA_ITEMS: schemas.Items,
    SCHEMA_INTERACTIONS: schemas.Interactions,
  }
  return server.run(command, args, { LANG: 'C.UTF-8', ...texts })
}

function assertPrinted({ code, stdout, stderr }: Outcome): void {
  assert.equal(code, 0, stderr)
  const lines = stdout.trim().split('\n')
  assert.deepEqual(
    lines.map(line => JSON.parse(line)),
    PRINTED,
  )
}

async function assertStored(server: ServerProcess): Promise<void> {
  for (const [id, properties] of [
    ['u1', { membershipType: 'Member|Frequent shopper', numberOfVideosWatched: 45 }],
    ['u2', { membershipType: 'Guest' }],
    ['жук ☕', { membershipType: 'naïve' }],
    ['b1', { membershipType: 'Member', numberOfVideosWatched: 1 }],
  ] as const)
    assert.deepEqual((await server.inspect('users', 'get', id)).properties, properties)
  const item = await server.inspect('items', 'get', 'i2')
  assert.deepEqual(item.properties, { genres: 'Horror|Action', creationTimestamp: 1570003267 })
  const { interactions } = await server.inspect('interactions', 'of', 'u2')
  const seen = interactions.map(({ itemId, eventType, eventValue, timestamp }) => [
    itemId,
    eventType,
    eventValue,
    timestamp,
  ])
  const rating = ['rating', 4.5, '2019-03-26T20:23:02.000Z']
  assert.deepEqual(seen.toSorted(), [
    ['i1', ...rating],
    ['i2', ...rating],
  ])
}
