import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  DeleteEventTrackerCommand,
  DescribeEventTrackerCommand,
  ListEventTrackersCommand,
  paginateListEventTrackers,
} from '@aws-sdk/client-personalize'
import { assertRefused } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

const NOT_FOUND = ['ResourceNotFoundException', 400] as const

describe('event trackers', () => {
  let server: TestServer
  let groups: string[]
  let trackers: string[]

  before(async () => {
    server = await startTestServer()
    const named = ['g1', 'g2', 'g3'].map(name => new CreateDatasetGroupCommand({ name }))
    groups = []
    for (const command of named) groups.push((await server.personalize.send(command)).datasetGroupArn!)
    trackers = []
    for (const group of groups) trackers.push((await create(group)).eventTrackerArn!)
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (datasetGroupArn: string) =>
    server.personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))

  it('are listed, for a dataset group or all, page by page', async () => {
    const { personalize } = server
    const ofGroup = await personalize.send(new ListEventTrackersCommand({ datasetGroupArn: groups[1] }))
    assert.deepEqual(
      ofGroup.eventTrackers!.map(({ eventTrackerArn, name, status }) => ({ eventTrackerArn, name, status })),
      [{ eventTrackerArn: trackers[1], name: 'web', status: 'ACTIVE' }],
    )
    for (const pageSize of [1, 2, 3]) {
      const pages = await Array.fromAsync(paginateListEventTrackers({ client: personalize, pageSize }, {}))
      const seen = pages.flatMap(({ eventTrackers }) => eventTrackers!.map(({ eventTrackerArn }) => eventTrackerArn))
      assert.deepEqual(seen, trackers)
    }
    const invalid = personalize.send(new ListEventTrackersCommand({ nextToken: 'x' }))
    await assertRefused(invalid, ['InvalidNextTokenException', 400], /^nextToken/)
  })

  it('can be deleted, and the group can have another with a trackingId of its own', async () => {
    const datasetGroupArn = groups[2]!
    const eventTrackerArn = trackers.pop()!
    const described = await server.personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }))
    const remove = () => server.personalize.send(new DeleteEventTrackerCommand({ eventTrackerArn }))
    await remove()
    await assertRefused(remove(), NOT_FOUND, /^The given event tracker does not exist/)
    const again = server.personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }))
    await assertRefused(again, NOT_FOUND, /^The given event tracker does not exist/)
    assert.notEqual((await create(datasetGroupArn)).trackingId, described.eventTracker!.trackingId)
  })
})
