import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DeleteDatasetCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { inspect } from '#test/http.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'
import type { RequestCounts } from '../operate/request-counts.ts'

describe('/inspect/requests', () => {
  it('counts requests, errors, latencies and records by operation, from the start of the server on', async () => {
    await using server = await startTestServer()
    const read = () => inspect<RequestCounts>(server, '/inspect/requests', {})
    const before = await read()
    assert.deepEqual([before.operations, before.records], [[], {}])
    const { datasetArn } = await createUsersDataset(server)
    const put = (properties: string) =>
      server.events.send(new PutUsersCommand({ datasetArn, users: [{ userId: 'private', properties }] }))
    await put('{"age": 31}')
    await put('{"age": 32}')
    await assert.rejects(put('{"age": "old"}'))
    await assert.rejects(server.personalize.send(new DeleteDatasetCommand({ datasetArn: `${datasetArn}X` })))
    const after = await read()
    assert.deepEqual([after.server, after.started], [before.server, before.started])
    const found = after.operations.find(({ operation }) => operation === 'PutUsers')!
    assert.deepEqual([found.requests, found.errors], [3, { InvalidInputException: 1 }])
    assert.equal(found.buckets.length, after.bounds.length + 1)
    assert.equal(
      found.buckets.reduce((sum, count) => sum + count, 0),
      3,
    )
    assert.ok(found.seconds > 0)
    assert.deepEqual(after.records, { users: 2 })
    const reasons = after.refusals.filter(({ operation }) => operation === 'DeleteDataset')
    assert.deepEqual(reasons, [{ operation: 'DeleteDataset', reason: 'does not exist', count: 1 }])
    assert.doesNotMatch(JSON.stringify(after), /private|arn:/)
  })
})
