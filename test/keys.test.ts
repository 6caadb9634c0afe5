import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { run } from '#test/program.ts'
import { clientsOf, createDataset } from '#test/server.ts'
import { type PersonaliteServer, startServer } from '../src/index.ts'

describe('personalite keys', () => {
  let server: PersonaliteServer
  before(async () => {
    server = await startServer({})
  })
  after(() => server.stop())

  const personalite = async (args: readonly string[], environment = {}) => {
    const { code, stdout, stderr } = await run(args, { AWS_ENDPOINT_URL: server.url, ...environment })
    return { code, stdout, stderr }
  }

  it('makes, uses, changes, rotates and deletes a key', async () => {
    const created = await personalite(['keys', 'create', 'reader', '--policy', 'read-only'])
    assert.equal(created.stderr, 'The secret is not shown again.\n')
    const key = keyIn(created.stdout)
    assert.deepEqual((await personalite(['datasets'], key)).stdout, 'none\n')
    const refused = await personalite(['keys', 'list'], key)
    assert.match(refused.stderr, /^personalite: User: arn:.*user\/reader is not authorized to perform/)
    const file = join(await temporaryDirectory(), 'policy.json')
    await writeFile(file, JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:*', Resource: '*' } }))
    await personalite(['keys', 'policy', 'reader', file])
    assert.match((await personalite(['keys', 'policy', key.AWS_ACCESS_KEY_ID!])).stdout, /"sts:\*"/)
    assert.match((await personalite(['datasets'], key)).stderr, /personalite:InspectDatasets/)
    const rotated = await personalite(['keys', 'rotate', 'reader', '--json'])
    assert.equal(JSON.parse(rotated.stdout).accessKeyId, key.AWS_ACCESS_KEY_ID)
    assert.match((await personalite(['keys', 'list'])).stdout, /^name +accessKeyId .*\nreader +AKIA/)
    await personalite(['keys', 'delete', 'reader'])
    assert.deepEqual(await personalite(['keys', 'rotate', 'reader']), {
      code: 1,
      stdout: '',
      stderr: 'personalite: there is no key reader in the store; keys list shows those that are there\n',
    })
  })

  it('makes a key of one dataset group, which looks into this and no other', async () => {
    for (const group of ['shop', 'other']) await createDataset(clientsOf(server.url), 'Users', { group })
    const policy = ['--policy', 'one-group', '--dataset-group', 'shop']
    const key = keyIn((await personalite(['keys', 'create', 'shop-only', ...policy])).stdout)
    assert.match((await personalite(['users', 'count', '--dataset-group', 'shop'], key)).stdout, /^PUT .*\n *0 /)
    assert.match(
      (await personalite(['users', 'count', '--dataset-group', 'other'], key)).stderr,
      /^personalite: User: arn:.* is not authorized to perform: personalite:InspectDatasetGroups/,
    )
  })
})

/** The key that a command has printed as variables. */
function keyIn(printed: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map(line => line.split(/=(.*)/s)),
  )
}
