import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateEventTrackerCommand,
  DeleteDatasetCommand,
  DeleteEventTrackerCommand,
  DescribeDatasetCommand,
  ListDatasetsCommand,
  paginateListDatasets,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { countOf, historyOf, propertiesOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices } from '#test/services.ts'
import { createDatasetGroup } from '../dataset-groups/create-dataset-group.ts'
import { createSchema } from '../schemas/create-schema.ts'
import { createDataset as createDatasetOperation } from './create-dataset.ts'
import { deleteDataset } from './delete-dataset.ts'

const IN_USE = ['ResourceInUseException', 400] as const
const NOT_FOUND = ['ResourceNotFoundException', 400] as const

describe('ListDatasets', () => {
  it('lists the datasets of a group, or all, page by page', async () => {
    await using server = await startTestServer()
    const shop = await createUsersDataset(server)
    const others = [await createDataset(server, 'Items'), await createUsersDataset(server, { group: 'library' })]
    const arns = [shop, ...others].map(({ datasetArn }) => datasetArn)
    const client = server.personalize
    for (const [datasetGroupArn, expected] of [
      [undefined, arns],
      [shop.datasetGroupArn, arns.slice(0, 2)],
      [shop.datasetGroupArn.replace('shop', 'none'), []],
    ] as const) {
      for (const pageSize of [1, 2, 3]) {
        const query = datasetGroupArn ? { datasetGroupArn } : {}
        const pages = await Array.fromAsync(paginateListDatasets({ client, pageSize }, query))
        const seen = pages.flatMap(({ datasets }) => datasets!.map(({ datasetArn }) => datasetArn))
        assert.deepEqual(seen, expected)
      }
    }
    const { datasets } = await client.send(new ListDatasetsCommand({ maxResults: 1 }))
    const { creationDateTime, lastUpdatedDateTime, ...summary } = datasets![0]!
    const expected = { name: 'shop-users', datasetArn: shop.datasetArn, datasetType: 'USERS', status: 'ACTIVE' }
    assert.deepEqual(summary, expected)
    const invalid = client.send(new ListDatasetsCommand({ nextToken: 'x' }))
    await assertRefused(invalid, ['InvalidNextTokenException', 400], /^nextToken/)
    const ofDataset = client.send(new ListDatasetsCommand({ datasetGroupArn: shop.datasetArn }))
    const message = /dataset\/shop\/USERS is the ARN of a dataset, not of a dataset group$/
    await assertRefused(ofDataset, INVALID, message)
  })
})

describe('DeleteDataset', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const remove = (datasetArn: string) => server.personalize.send(new DeleteDatasetCommand({ datasetArn }))
  type Created = Awaited<ReturnType<typeof createDataset>>
  const createAgain = ({ schemaArn, datasetGroupArn }: Created, datasetType: string) =>
    server.personalize.send(new CreateDatasetCommand({ name: 'again', datasetType, schemaArn, datasetGroupArn }))

  it('deletes it with its users: a new one of the same name is empty', async () => {
    const users = await createUsersDataset(server)
    const { datasetArn } = users
    const put = () => server.events.send(new PutUsersCommand({ datasetArn, users: [{ userId: 'ann' }] }))
    await put()
    await remove(datasetArn)
    const message = /^The given dataset does not exist: .*shop\/USERS$/
    await assertRefused(put(), ['ResourceNotFoundException', 404], message)
    await assertRefused(server.personalize.send(new DescribeDatasetCommand({ datasetArn })), NOT_FOUND, message)
    await assertRefused(remove(datasetArn), NOT_FOUND, message)

    assert.equal((await createAgain(users, 'Users')).datasetArn, datasetArn)
    assert.equal(await propertiesOf(server, datasetArn, 'ann'), undefined)
    await put()
    assert.equal((await countOf(server, datasetArn)).rows, 1)
  })

  it('deletes it with its interactions and the users of its sessions', async () => {
    const interactions = await createDataset(server, 'Interactions', { group: 'events' })
    const { datasetArn, datasetGroupArn } = interactions
    const track = () => server.personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))
    const { trackingId: first, eventTrackerArn } = await track()
    let trackingId = first
    const put = (userId?: string) => {
      const eventList = [{ eventId: 'e1', eventType: 'watch', itemId: 'i1', sentAt: new Date(0) }]
      return server.events.send(new PutEventsCommand({ trackingId, userId, sessionId: 's1', eventList }))
    }
    await put('ann')
    await put('ann')
    await assertRefused(remove(datasetArn), IN_USE, new RegExp(`in use by: ${eventTrackerArn}$`))
    await server.personalize.send(new DeleteEventTrackerCommand({ eventTrackerArn }))
    await remove(datasetArn)
    trackingId = (await track()).trackingId
    await assertRefused(put('ann'), ['InvalidInputException', 400], /has no dataset of type INTERACTIONS/)

    await createAgain(interactions, 'Interactions')
    assert.deepEqual(await countOf(server, datasetArn), { rows: 0, duplicates: 0, repeated: 0 })
    await put()
    assert.deepEqual(await historyOf(server, datasetArn, 'ann'), [])
    const [event] = await historyOf(server, datasetArn, 's1')
    assert.deepEqual([event!.anonymous, event!.repeated], [true, false])
  })

  it('accepts the dataset that event trackers once had, and keeps the events', async () => {
    const { datasetArn } = await createDataset(server, 'Interactions', { group: 'old' })
    const events = datasetArn.replace('INTERACTIONS', 'EVENT_INTERACTIONS')
    await remove(events)
    await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
    await remove(datasetArn)
    await remove(events)
    const elsewhere = remove(events.replace('old', 'none'))
    await assertRefused(elsewhere, NOT_FOUND, /^The given dataset group does not exist: .*dataset-group\/none$/)
  })

  it('refuses while a job is working on it, naming the job', async () => {
    await using services = await openTestServices()
    const fields = ['USER_ID', 'NAME'].map(name => ({ name, type: 'string', categorical: name === 'NAME' }))
    const schema = JSON.stringify({ type: 'record', name: 'Users', fields })
    const { schemaArn } = await createSchema.run(services, { name: 'users', schema })
    const { datasetGroupArn } = await createDatasetGroup.run(services, { name: 'shop' })
    const of = { schemaArn: schemaArn!, datasetGroupArn: datasetGroupArn!, datasetType: 'Users' }
    const { datasetArn } = await createDatasetOperation.run(services, { name: 'users', ...of })
    const arn = services.arns.of('dataset-import-job/monday')
    const job = { kind: 'dataset-import-job', arn, parent: datasetArn!, status: 'CREATE IN_PROGRESS', document: {} }
    await services.store.resources.create(job)
    const sent = () => deleteDataset.run(services, { datasetArn: datasetArn! })
    await assert.rejects(sent, { name: 'ResourceInUseException', message: /in use by: .*dataset-import-job\/monday$/ })
    await services.store.resources.update(arn, { status: 'ACTIVE' })
    await sent()
    assert.equal(await services.store.resources.get(arn), undefined)
  })
})
