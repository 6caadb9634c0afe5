import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  DescribeEventTrackerCommand,
  ListEventTrackersCommand,
} from '@aws-sdk/client-personalize'
import { assertRefused } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('CreateEventTracker', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (datasetGroupArn: string, name = 'web') =>
    server.personalize.send(new CreateEventTrackerCommand({ name, datasetGroupArn }))
  const createGroup = async (name: string) =>
    (await server.personalize.send(new CreateDatasetGroupCommand({ name }))).datasetGroupArn!

  it('returns an ARN that ends in 8 hex digits and a trackingId that is a UUID, as the service does', async () => {
    const datasetGroupArn = await createGroup('shop')
    const { eventTrackerArn, trackingId } = await create(datasetGroupArn)
    assert.match(eventTrackerArn!, /^arn:aws:personalize:us-east-1:000000000000:event-tracker\/[0-9a-f]{8}$/)
    assert.match(trackingId!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const { eventTracker } = await server.personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }))
    const { creationDateTime, lastUpdatedDateTime, ...known } = eventTracker!
    const [name, accountId, status] = ['web', '000000000000', 'ACTIVE']
    assert.deepEqual(known, { name, eventTrackerArn, accountId, trackingId, datasetGroupArn, status })
  })

  it('refuses a second one for a dataset group, naming the first', async () => {
    const datasetGroupArn = await createGroup('second')
    const { eventTrackerArn } = await create(datasetGroupArn)
    const exists = ['ResourceAlreadyExistsException', 400] as const
    await assertRefused(create(datasetGroupArn, 'app'), exists, new RegExp(`already: ${eventTrackerArn}$`))
  })

  it('creates only one for many requests at once', async () => {
    const datasetGroupArn = await createGroup('raced')
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => create(datasetGroupArn)))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    const { eventTrackers } = await server.personalize.send(new ListEventTrackersCommand({ datasetGroupArn }))
    assert.equal(eventTrackers!.length, 1)
  })

  it('refuses a dataset group that does not exist', async () => {
    const none = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/none'
    await assertRefused(create(none), ['ResourceNotFoundException', 400], /^The given dataset group.*group\/none$/)
  })
})
