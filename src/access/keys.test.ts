import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ListSchemasCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { clientsOf, createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openTestStore, storeUrl } from '#test/store.ts'
import { openInspection } from '../cli/client.ts'
import { type AccessKey, LOCAL_KEY } from '../config/config.ts'
import { inPages } from '../store/pages.ts'
import type { NewKey, ShownKey } from './manage-keys.ts'

const USERS = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS'

describe('keys that are managed while the server runs', () => {
  let dataDir: string
  let server: TestServer
  /** Another server on the same store; the same one where the store has one server alone. */
  let other: TestServer
  before(async () => {
    dataDir = await temporaryDirectory()
    const options = { dataDir, keyFile: join(dataDir, 'keys', 'secret.key') }
    server = await startTestServer(options)
    other = (await storeUrl(dataDir)) ? await startTestServer({ ...options, workers: 0 }) : server
    await createDataset(server, 'Users')
  })
  after(async () => {
    if (other !== server) await other[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const manage = <Answer = NewKey>(method: string, asked = {}, key: AccessKey = LOCAL_KEY) =>
    openInspection(server.url, key)<Answer>(method, '/inspect/keys', asked)
  const create = (name: string, policy: unknown = 'admin', more = {}) =>
    manage('POST', { body: { name, policy, ...more } })
  const change = (accessKeyId: string, more: object) => manage('PUT', { body: { accessKeyId, ...more } })
  const list = async () => (await manage<{ keys: readonly ShownKey[] }>('GET')).keys
  const put = ({ accessKeyId, secretAccessKey }: AccessKey, at = other) =>
    clientsOf(at.url, { accessKeyId, secretAccessKey }).events.send(
      new PutUsersCommand({ datasetArn: USERS, users: [{ userId: 'a', properties: '{"AGE":5}' }] }),
    )
  const isUnknown = (call: Promise<unknown>) => assert.rejects(call, { name: 'UnrecognizedClientException' })

  it('are made with a policy, work on every server at once, and show their secret once', async () => {
    const key = await create('page', 'data-only', { datasetGroup: 'shop' })
    assert.match(key.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.match(key.secretAccessKey, /^[\w+/]{40}$/)
    await put(key)
    await assert.rejects(clientsOf(other.url, key).personalize.send(new ListSchemasCommand({})), {
      name: 'AccessDeniedException',
      message: /^User: arn:aws:iam::000000000000:user\/page is not authorized to perform: personalize:ListSchemas/,
    })
    const shown = (await list()).find(({ name }) => name === 'page')!
    assert.ok(!JSON.stringify(shown).includes(key.secretAccessKey))
    assert.equal(shown.status, 'ACTIVE')
  })

  it('are encrypted in the store, under a key that is for its owner alone', async () => {
    const { secretAccessKey, accessKeyId } = await create('sealed')
    const path = join(dataDir, 'keys', 'secret.key')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.equal(Buffer.from((await readFile(path, 'utf8')).trim(), 'base64').length, 32)
    if (other === server) return
    await using store = await openTestStore(dataDir)
    const keys = await Array.fromAsync(inPages(store.resources, { kind: 'access-key' }))
    const stored = JSON.stringify(keys)
    assert.ok(stored.includes(accessKeyId))
    assert.ok(!stored.includes(secretAccessKey))
  })

  it('end on every server at once when they are rotated, disabled or deleted', async () => {
    const first = await create('rotated')
    await put(first)
    const second = (await change(first.accessKeyId, { rotate: true })) as NewKey
    assert.equal(second.accessKeyId, first.accessKeyId)
    await assert.rejects(put(first), /^(InvalidSignature|UnrecognizedClient)Exception/)
    await put(second)
    await change(first.accessKeyId, { status: 'DISABLED' })
    await assert.rejects(openInspection(other.url, second)('GET', '/inspect/me'), /security token .* is invalid/)
    await isUnknown(put(second))
    await change(first.accessKeyId, { status: 'ACTIVE' })
    await put(second)
    await manage('DELETE', { query: { accessKeyId: first.accessKeyId } })
    await isUnknown(put(second))
    await isUnknown(put(second, server))
  })

  it('follow a new policy at once', async () => {
    const key = await create('changing', 'data-only')
    await put(key)
    await change(key.accessKeyId, { policy: 'runtime-only' })
    const { actions } = await openInspection(other.url, key)<{ actions: readonly string[] }>('GET', '/inspect/me')
    assert.deepEqual([actions.length, actions.includes('personalize:PutUsers')], [3, false])
    await assert.rejects(put(key), { name: 'AccessDeniedException' })
  })

  it('expire', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const key = await create('short', 'admin', { expiresAt })
    await put(key)
    assert.equal(key.expiresAt, expiresAt)
    await assert.rejects(create('over', 'admin', { expiresAt: '2020-01-01' }), /expiresAt must be a time to come/)
  })

  it('have the time of their last use', async () => {
    const key = await create('used')
    await put(key)
    const lastUsedAt = async () => (await list()).find(({ name }) => name === 'used')!.lastUsedAt
    await eventually('the time of the last use', lastUsedAt)
  })

  it('are managed by keys that may do everything alone', async () => {
    const admin = await create('admin-1')
    await manage('GET', {}, admin)
    const all = { Effect: 'Allow', Action: '*', Resource: '*' }
    const policies = [
      'read-only',
      { Version: '2012-10-17', Statement: { ...all, Action: 'personalite:*' } },
      { Version: '2012-10-17', Statement: [all, { ...all, Effect: 'Deny', Action: 'personalize:Delete*' }] },
    ]
    for (const [i, policy] of policies.entries()) {
      const key = await create(`limited-${i}`, policy)
      const body = { name: 'escalated', policy: 'admin' }
      await assert.rejects(manage('POST', { body }, key), /only a key that may do everything manages keys/)
      const rotate = { body: { accessKeyId: admin.accessKeyId, rotate: true } }
      await assert.rejects(manage('PUT', rotate, key), /only a key that may do everything manages keys/)
      await assert.rejects(manage('GET', {}, key), /only a key that may do everything manages keys/)
    }
  })

  it('are refused where something is wrong with them', async () => {
    await create('taken')
    await assert.rejects(create('taken'), /there is an access key taken/)
    await assert.rejects(create('local'), /local is a key of the configuration/)
    await assert.rejects(create('a b'), /name must be 1 to 64 letters/)
    await assert.rejects(create('none', null), /policy must be given/)
    await assert.rejects(create('none', 'all'), /policy: There is no prepared policy all/)
    const statement = { Effect: 'Allow', Action: '*' }
    await assert.rejects(create('none', { Statement: statement }), /policy: Statement must have one of Resource/)
    await assert.rejects(change('AKIANONE', { rotate: true }), /There is no access key AKIANONE/)
    await assert.rejects(change('local', { status: 'DISABLED' }), /It is one of the configuration/)
    await assert.rejects(
      manage('POST', { body: { name: 'x', policy: 'admin', secret: 'y' } }),
      /secret is not a member/,
    )
  })

  it('are there after a restart, and not without the key file', async () => {
    const key = await create('kept')
    if (other !== server) return
    await server[Symbol.asyncDispose]()
    const keyFile = join(dataDir, 'keys', 'secret.key')
    other = server = await startTestServer({ dataDir, keyFile })
    await put(key)
    await server[Symbol.asyncDispose]()
    other = server = await startTestServer({ dataDir, keyFile: `${keyFile}.other` })
    await isUnknown(put(key))
  })
})
