import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { policyDocument } from '../policy/prepared.ts'

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const policyOf = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const POLICIES: Readonly<Record<string, object | undefined>> = {
  ROOT: undefined,
  ADMIN: policyDocument('admin'),
  RUNTIME: policyDocument('runtime-only'),
  GROUP: policyDocument('one-group', 'shop'),
  NODELETE: policyOf(allow(), { Effect: 'Deny', Action: 'personalize:Delete*', Resource: '*' }),
  SOMEDELETE: policyOf(allow(), {
    Effect: 'Deny',
    Action: 'personalize:Delete*',
    Resource: 'arn:aws:personalize:*:*:dataset/x/*',
  }),
  NOTHING: policyOf(allow({ Effect: 'Deny' })),
}

describe('/inspect/me', () => {
  let server: TestServer
  before(async () => {
    const secretOf = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: `secret of ${accessKeyId}` })
    const credentials = Object.entries(POLICIES).map(([id, policy]) => ({ ...secretOf(id), policy }))
    server = await startTestServer({ credentials })
  })
  after(() => server[Symbol.asyncDispose]())
  const ask = (accessKeyId: string) =>
    openInspection(server.url, { accessKeyId, secretAccessKey: `secret of ${accessKeyId}` })<{
      arn: string
      actions: readonly string[]
    }>('GET', '/inspect/me')

  it('says whom the key stands for', async () => {
    assert.equal((await ask('ROOT')).arn, 'arn:aws:iam::000000000000:root')
    assert.equal((await ask('RUNTIME')).arn, 'arn:aws:iam::000000000000:user/RUNTIME')
  })

  it('lists all actions for a key that may do everything', async () => {
    const { actions } = await ask('ROOT')
    assert.equal(actions.filter(action => action.startsWith('personalize:')).length, 79)
    assert.ok(actions.includes('personalite:ManageKeys'))
    assert.ok(actions.includes('personalite:SetPins'))
    assert.deepEqual((await ask('ADMIN')).actions, actions)
  })

  it('lists what a policy allows on some resource, and leaves out what it always denies', async () => {
    const runtime = (await ask('RUNTIME')).actions
    assert.ok(runtime.includes('personalize:GetRecommendations'))
    assert.ok(!runtime.includes('personalize:PutUsers'))
    const group = (await ask('GROUP')).actions
    assert.ok(group.includes('personalize:PutUsers'))
    assert.ok(group.includes('personalite:InspectRetention'))
    assert.ok(!group.includes('personalite:InspectSettings'), 'the settings are of no group')
    const some = (await ask('SOMEDELETE')).actions
    assert.ok(some.includes('personalize:DeleteDataset'))
    assert.ok(!some.includes('personalite:ManageKeys'))
    assert.ok(!(await ask('NODELETE')).actions.includes('personalize:DeleteDataset'))
  })

  it('answers a key that may do nothing else', async () => {
    assert.deepEqual((await ask('NOTHING')).actions, [])
  })
})
