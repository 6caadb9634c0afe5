import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, type Outcome, type ServerProcess, schemas } from './clients.ts'

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

/** Runs a program that makes a shop with a client, as those of this folder do. */
export async function makeShop(
  server: ServerProcess,
  { command, args }: { readonly command: string; readonly args: readonly string[] },
): Promise<Outcome> {
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

/** The program has printed the same as every other. */
export function assertPrinted({ code, stdout, stderr }: Outcome): void {
  assert.equal(code, 0, stderr)
  const lines = stdout.trim().split('\n')
  assert.deepEqual(
    lines.map(line => JSON.parse(line)),
    PRINTED,
  )
}

/** The server has the users of the shop, put and imported. */
export async function assertStored(server: ServerProcess): Promise<void> {
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
