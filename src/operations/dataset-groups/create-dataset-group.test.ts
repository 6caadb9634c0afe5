import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  type CreateDatasetGroupCommandInput,
  DescribeDatasetGroupCommand,
} from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

const roleArn = 'arn:aws:iam::000000000000:role/personalize'
const kmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/1'

describe('CreateDatasetGroup', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (name: string, more: Partial<CreateDatasetGroupCommandInput> = {}, at = server) =>
    at.personalize.send(new CreateDatasetGroupCommand({ name, ...more }))
  const read = async (name: string) => {
    const datasetGroupArn = `arn:aws:personalize:us-east-1:000000000000:dataset-group/${name}`
    return (await server.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup!
  }

  it('creates a custom dataset group, ACTIVE at once', async () => {
    const { $metadata, ...created } = await create('shop')
    assert.deepEqual(created, { datasetGroupArn: 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop' })
    const { creationDateTime, lastUpdatedDateTime, ...group } = await read('shop')
    assert.deepEqual(group, { name: 'shop', ...created, status: 'ACTIVE' })
    assert.deepEqual(creationDateTime, lastUpdatedDateTime)
  })

  it('creates one for a domain', async () => {
    assert.equal((await create('videos', { domain: 'VIDEO_ON_DEMAND' })).domain, 'VIDEO_ON_DEMAND')
    assert.equal((await read('videos')).domain, 'VIDEO_ON_DEMAND')
    const unknown = create('other', { domain: 'NEWS' as 'ECOMMERCE' })
    await assertRefused(unknown, INVALID, /'domain' failed.*\[ECOMMERCE, VIDEO_ON_DEMAND\]/)
  })

  it('keeps a role and a key, and refuses one without the other', async () => {
    await create('secret', { roleArn, kmsKeyArn })
    const { roleArn: role, kmsKeyArn: key } = await read('secret')
    assert.deepEqual({ roleArn: role, kmsKeyArn: key }, { roleArn, kmsKeyArn })
    for (const half of [{ roleArn }, { kmsKeyArn }])
      await assertRefused(create('half', half), INVALID, /^roleArn and kmsKeyArn go together/)
  })

  it('refuses a name that is taken', async () => {
    await create('taken')
    const exists = ['ResourceAlreadyExistsException', 400] as const
    await assertRefused(create('taken', { domain: 'ECOMMERCE' }), exists, /dataset-group\/taken already exists\.$/)
    assert.equal((await read('taken')).domain, undefined)
  })

  it('creates only one for many calls at once with one name', async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => create('raced')))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  it('refuses a sixth where the limits of the service are set', async () => {
    await using limited = await startTestServer({ quotas: 'aws' })
    for (const name of ['g1', 'g2', 'g3', 'g4', 'g5']) await create(name, {}, limited)
    const exceeded = ['LimitExceededException', 400] as const
    await assertRefused(
      create('g6', {}, limited),
      exceeded,
      /^More than 5 resources in ACTIVE state\. Please delete some and try again\.$/,
    )
  })
})
