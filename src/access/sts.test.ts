import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ListSchemasCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { clientsOf, createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { storeUrl } from '#test/store.ts'
import { openInspection } from '../cli/client.ts'
import { type AccessKey, LOCAL_KEY } from '../config/config.ts'
import { sign } from '../wire/aws/sigv4.ts'
import type { NewKey } from './manage-keys.ts'
import { openVault } from './vault.ts'

const ACCOUNT = '000000000000'
const USERS = `arn:aws:personalize:us-east-1:${ACCOUNT}:dataset/shop/USERS`
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`

describe('STS', () => {
  let dataDir: string
  let keyFile: string
  let server: TestServer
  /** Another server on the same store; the same one where the store has one server alone. */
  let other: TestServer
  let worker: NewKey
  let stranger: NewKey
  before(async () => {
    dataDir = await temporaryDirectory()
    keyFile = join(dataDir, 'secret.key')
    server = await startTestServer({ dataDir, keyFile })
    other = (await storeUrl(dataDir)) ? await startTestServer({ dataDir, keyFile, workers: 0 }) : server
    await createDataset(server, 'Users')
    worker = await make('worker', 'runtime-only')
    stranger = await make('stranger', 'runtime-only')
    await makeRole('importer', 'data-only', ['worker'])
  })
  after(async () => {
    if (other !== server) await other[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const manage = <Answer>(method: string, path: string, asked = {}, key: AccessKey = LOCAL_KEY) =>
    openInspection(server.url, key)<Answer>(method, `/inspect/${path}`, asked)
  const make = (name: string, policy: unknown) => manage<NewKey>('POST', 'keys', { body: { name, policy } })
  const makeRole = (name: string, policy: unknown, trust: readonly string[]) =>
    manage('POST', 'roles', { body: { name, policy, trust } })

  /** Calls an action of STS. Returns the status and the texts of the reply's elements by their names. */
  const call = async (key: AccessKey, parameters: Record<string, string>, { at = other, service = 'sts' } = {}) => {
    const url = new URL(at.url)
    const body = String(new URLSearchParams({ Version: '2011-06-15', ...parameters }))
    const form = { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const request = { method: 'POST', url: '/', headers: form, body: Buffer.from(body) }
    const credential = { ...key, sessionToken: key.sessionToken! }
    if (!key.sessionToken) delete (credential as Partial<AccessKey> & { sessionToken?: string }).sessionToken
    const { host: _, ...headers } = sign(request, credential, { region: 'us-east-1', service, now: new Date() })
    const response = await fetch(url, { method: 'POST', headers, body })
    const text = await response.text()
    const elements = Object.fromEntries(
      [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [name, value]),
    )
    return { status: response.status, ...elements } as Record<string, string> & { status: number }
  }
  const session = async (key: AccessKey, parameters: Record<string, string>): Promise<AccessKey> => {
    const { status, AccessKeyId, SecretAccessKey, SessionToken, Message = '' } = await call(key, parameters)
    assert.equal(status, 200, Message)
    return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! }
  }
  const assumption = (name: string, more: Readonly<Record<string, string>> = {}) => {
    return { Action: 'AssumeRole', RoleArn: roleArn(name), RoleSessionName: 'night', ...more }
  }
  const put = (key: AccessKey, at = other) =>
    clientsOf(at.url, key as never).events.send(
      new PutUsersCommand({ datasetArn: USERS, users: [{ userId: 'a', properties: '{"AGE":5}' }] }),
    )
  const isRefused = (sent: Promise<unknown>, name: string) => assert.rejects(sent, { name })

  it('says who a key is', async () => {
    const root = await call(LOCAL_KEY, { Action: 'GetCallerIdentity' })
    assert.deepEqual([root.Arn, root.Account, root.UserId], [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT, ACCOUNT])
    const user = await call(worker, { Action: 'GetCallerIdentity' })
    assert.deepEqual([user.Arn, user.UserId], [`arn:aws:iam::${ACCOUNT}:user/worker`, worker.accessKeyId])
    const role = await session(worker, assumption('importer'))
    const { Arn, UserId } = await call(role, { Action: 'GetCallerIdentity' })
    assert.equal(Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/importer/night`)
    assert.match(UserId!, /^AROA[A-Z\d]{17}:night$/)
  })

  it('makes sessions that may do what their key may', async () => {
    const own = await session(worker, { Action: 'GetSessionToken', DurationSeconds: '900' })
    assert.match(own.accessKeyId, /^ASIA[A-Z2-7]{16}$/)
    await isRefused(put(own), 'AccessDeniedException')
    const root = await session(LOCAL_KEY, { Action: 'GetSessionToken' })
    await put(root)
    await assert.rejects(manage('GET', 'keys', {}, root), /temporary credentials manage no keys/)
    const again = await call(root, { Action: 'GetSessionToken' })
    assert.deepEqual([again.status, again.Code], [403, 'AccessDenied'])
  })

  it('lets the keys that a role trusts take it on, and no other', async () => {
    await isRefused(put(worker), 'AccessDeniedException')
    await put(await session(worker, assumption('importer')))
    for (const name of ['importer', 'none']) {
      const refused = await call(stranger, assumption(name))
      assert.deepEqual([refused.status, refused.Code], [403, 'AccessDenied'])
      assert.match(refused.Message!, /user\/stranger is not authorized to perform: sts:AssumeRole on resource: arn/)
    }
    const own = await session(worker, { Action: 'GetSessionToken' })
    await put(await session(own, assumption('importer')))
  })

  it('does not let a role lead to another, nor around a denial or a session policy', async () => {
    await makeRole('second', 'admin', ['worker', 'importer', 'night'])
    const role = await session(worker, assumption('importer'))
    assert.equal((await call(role, assumption('second'))).Code, 'AccessDenied')
    const local = {
      Effect: 'Deny',
      Action: 'sts:*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.1' } },
    }
    const all = { Effect: 'Allow', Action: '*', Resource: '*' }
    const denied = await make('denied', { Version: '2012-10-17', Statement: [all, local] })
    await makeRole('third', 'admin', ['denied'])
    assert.equal((await call(denied, assumption('third'))).Code, 'AccessDenied')
    const Policy = JSON.stringify({ Statement: { ...all, Action: 'personalize:List*' } })
    const limited = await session(worker, assumption('importer', { Policy }))
    await assert.rejects(put(limited), /because no session policy allows the personalize:PutUsers action/)
    const lists = clientsOf(other.url, limited as never).personalize.send(new ListSchemasCommand({}))
    await assert.rejects(lists, /because no identity-based policy allows the personalize:ListSchemas action/)
  })

  it('makes tokens that nobody can change, exchange or leave out', async () => {
    const role = await session(worker, assumption('importer'))
    const { sessionToken: token = '', ...withoutToken } = role
    const bytes = Buffer.from(token, 'base64')
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      await isRefused(put({ ...role, sessionToken: changed.toString('base64') }), 'UnrecognizedClientException')
    }
    const another = await session(worker, assumption('importer'))
    await isRefused(put({ ...role, sessionToken: another.sessionToken }), 'UnrecognizedClientException')
    await isRefused(put(withoutToken as AccessKey), 'UnrecognizedClientException')
    await isRefused(put({ ...worker, sessionToken: token }), 'UnrecognizedClientException')
    await isRefused(put({ ...role, secretAccessKey: worker.secretAccessKey }), 'InvalidSignatureException')
    const foreign = openVault(join(await temporaryDirectory(), 'key')).seal('{}', `session:${role.accessKeyId}`)
    await isRefused(put({ ...role, sessionToken: foreign }), 'UnrecognizedClientException')
    const stolen = await call({ ...role, sessionToken: foreign }, { Action: 'GetCallerIdentity' })
    assert.deepEqual([stolen.status, stolen.Code], [403, 'InvalidClientTokenId'])
    await put(role)
  })

  it('refuses a session that is over', async () => {
    const vault = openVault(keyFile)
    const role = await session(worker, assumption('importer'))
    const label = `session:${role.accessKeyId}`
    const token = JSON.parse(vault.open(role.sessionToken!, label)!)
    const sessionToken = vault.seal(JSON.stringify({ ...token, expiresAt: Date.now() - 1 }), label)
    await isRefused(put({ ...role, sessionToken }), 'ExpiredTokenException')
    const { status, Code } = await call({ ...role, sessionToken }, { Action: 'GetCallerIdentity' })
    assert.deepEqual([status, Code], [403, 'ExpiredToken'])
  })

  it('ends sessions with their key and their role, on every server', async () => {
    const key = await make('leaver', 'data-only')
    await makeRole('short', 'data-only', ['leaver'])
    const change = (more: object) => manage('PUT', 'keys', { body: { accessKeyId: key.accessKeyId, ...more } })
    const [own, role] = [await session(key, { Action: 'GetSessionToken' }), await session(key, assumption('short'))]
    await put(own)
    await put(role)
    await change({ status: 'DISABLED' })
    await isRefused(put(own), 'UnrecognizedClientException')
    await isRefused(put(role), 'UnrecognizedClientException')
    await change({ status: 'ACTIVE' })
    await put(role)
    await manage('DELETE', 'roles', { query: { name: 'short' } })
    await isRefused(put(role), 'UnrecognizedClientException')
    await makeRole('short', 'data-only', ['leaver'])
    await isRefused(put(role), 'UnrecognizedClientException')
    await put(own)
    await change({ rotate: true })
    await isRefused(put(own), 'UnrecognizedClientException')
  })

  it('refuses what it does not understand', async () => {
    const code = async (parameters: Record<string, string>, more = {}) => (await call(worker, parameters, more)).Code
    assert.equal(await code({ Action: 'GetFederationToken' }), 'InvalidAction')
    assert.equal(await code({ Action: 'toString' }), 'InvalidAction')
    assert.equal(await code({ Action: 'GetSessionToken', DurationSeconds: '899' }), 'ValidationError')
    assert.equal(await code({ Action: 'GetSessionToken', TokenCode: '123456' }), 'ValidationError')
    assert.equal(await code(assumption('importer', { RoleSessionName: 'a b' })), 'ValidationError')
    assert.equal(await code(assumption('importer', { Policy: '"admin"' })), 'ValidationError')
    const twice = '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}'
    assert.equal(await code(assumption('importer', { Policy: twice })), 'ValidationError')
    assert.equal(await code(assumption('importer', { Policy: '{"Statement":[]}' })), 'ValidationError')
    const target = { Action: 'GetCallerIdentity' }
    assert.equal(await code(target, { service: 'personalize' }), 'SignatureDoesNotMatch')
    assert.equal((await call({ ...worker, secretAccessKey: 'x' }, target)).Code, 'SignatureDoesNotMatch')
    assert.equal((await call({ ...worker, accessKeyId: 'AKIANONE' }, target)).Code, 'InvalidClientTokenId')
  })

  it('refuses roles that trust everybody or nobody', async () => {
    await assert.rejects(makeRole('open', 'admin', ['*']), /trust must name the keys/)
    await assert.rejects(makeRole('open', 'admin', []), /trust must name the keys/)
    await assert.rejects(makeRole('importer', 'admin', ['worker']), /there is a role importer/)
  })
})
