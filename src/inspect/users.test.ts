import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { countOf, historyOf, propertiesOf } from '#test/http.ts'
import { createDataset, createTracker, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'

describe('DELETE /inspect/users', () => {
  let server: TestServer
  let users: Awaited<ReturnType<typeof createDataset>>
  let interactions: typeof users
  before(async () => {
    server = await startTestServer()
    users = await createUsersDataset(server)
    interactions = await createDataset(server, 'Interactions')
    const { datasetArn, datasetGroupArn } = users
    const all = ['ann', 'ben'].map(userId => ({ userId, properties: '{"age":3}' }))
    await server.events.send(new PutUsersCommand({ datasetArn, users: all }))
    const trackingId = await createTracker(server, datasetGroupArn)
    for (const userId of ['ann', 'ben']) {
      const eventList = ['i1', 'i2'].map(itemId => ({ eventType: 'view', itemId, sentAt: new Date(1000) }))
      await server.events.send(new PutEventsCommand({ trackingId, userId, sessionId: `of ${userId}`, eventList }))
    }
  })
  after(() => server[Symbol.asyncDispose]())

  const remove = (query: Record<string, string>) =>
    openInspection(server.url, LOCAL_KEY)<{ deleted: number }>('DELETE', '/inspect/users', { query })

  it('deletes a user with their interactions, and nobody else', async () => {
    const { datasetGroupArn, datasetArn } = users
    assert.deepEqual(await remove({ datasetGroupArn, userId: 'ann' }), { deleted: 3 })
    assert.equal(await propertiesOf(server, datasetArn, 'ann'), undefined)
    assert.deepEqual(await historyOf(server, interactions.datasetArn, 'ann'), [])
    assert.deepEqual(await propertiesOf(server, datasetArn, 'ben'), { age: 3 })
    assert.equal((await countOf(server, interactions.datasetArn)).rows, 2)
    assert.deepEqual(await remove({ datasetGroupArn, userId: 'ann' }), { deleted: 0 })
  })

  it('names the wrong parameter, and deletes nothing', async () => {
    const { datasetGroupArn, datasetArn } = users
    await assert.rejects(remove({ datasetGroupArn }), /userId must be given/)
    await assert.rejects(
      remove({ datasetGroupArn: datasetArn, userId: 'ben' }),
      /does not exist: .* is the ARN of a dataset, not of a dataset group/,
    )
    await assert.rejects(remove({ datasetGroupArn, userId: 'ben', userIds: 'x' }), /userIds is not a parameter/)
    assert.deepEqual(await propertiesOf(server, datasetArn, 'ben'), { age: 3 })
  })
})
