import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateSolutionCommand,
  DeleteDatasetCommand,
  DeleteDatasetGroupCommand,
  DeleteEventTrackerCommand,
  DescribeDatasetGroupCommand,
  ListDatasetGroupsCommand,
  paginateListDatasetGroups,
} from '@aws-sdk/client-personalize'
import { assertRefused } from '#test/refused.ts'
import { createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const NOT_FOUND = ['ResourceNotFoundException', 400] as const
const IN_USE = ['ResourceInUseException', 400] as const

describe('dataset groups', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const create = async (name: string) =>
    (await server.personalize.send(new CreateDatasetGroupCommand({ name }))).datasetGroupArn!
  const remove = (datasetGroupArn: string) =>
    server.personalize.send(new DeleteDatasetGroupCommand({ datasetGroupArn }))

  const describeGroup = (datasetGroupArn: string) =>
    server.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))

  describe('ListDatasetGroups', () => {
    it('lists them page by page, as the paginator of the client asks', async () => {
      const names = ['g1', 'g2', 'g3', 'g4', 'g5']
      for (const name of names) await create(name)
      for (const pageSize of [1, 2, 3]) {
        const pages = await Array.fromAsync(paginateListDatasetGroups({ client: server.personalize, pageSize }, {}))
        const seen = pages.flatMap(({ datasetGroups }) => datasetGroups!.map(({ name }) => name))
        assert.deepEqual(seen, names)
        assert.equal(pages.length, Math.ceil(5 / pageSize))
      }
    })

    it('refuses a nextToken that it did not return', async () => {
      const sent = server.personalize.send(new ListDatasetGroupsCommand({ nextToken: 'x' }))
      await assertRefused(sent, ['InvalidNextTokenException', 400], /^nextToken/)
    })
  })

  describe('DeleteDatasetGroup', () => {
    it('names ten of the many resources that use it', async () => {
      const datasetGroupArn = await create('many')
      const recipeArn = 'arn:aws:personalize:::recipe/aws-popularity-count'
      for (let i = 0; i < 12; i++) {
        const solution = { name: `many-${i}`, datasetGroupArn, recipeArn, performAutoTraining: false }
        await server.personalize.send(new CreateSolutionCommand(solution))
      }
      await assertRefused(remove(datasetGroupArn), IN_USE, /in use by: ([^ ]*solution\/many-\d, ){10}and more$/)
    })

    it('deletes an empty group, whose name can be used again', async () => {
      const datasetGroupArn = await create('again')
      await remove(datasetGroupArn)
      const message = /^The given dataset group does not exist: .*dataset-group\/again$/
      await assertRefused(remove(datasetGroupArn), NOT_FOUND, message)
      assert.equal(await create('again'), datasetGroupArn)
      assert.equal((await describeGroup(datasetGroupArn)).datasetGroup!.status, 'ACTIVE')
    })

    it('shows the group once more, as DELETE PENDING, for programs that wait for that status', async () => {
      const datasetGroupArn = await create('seen')
      await remove(datasetGroupArn)
      const { datasetGroups } = await server.personalize.send(new ListDatasetGroupsCommand({}))
      assert.ok(datasetGroups!.every(({ name }) => name !== 'seen'))
      const { name, status } = (await describeGroup(datasetGroupArn)).datasetGroup!
      assert.deepEqual([name, status], ['seen', 'DELETE PENDING'])
      await assertRefused(describeGroup(datasetGroupArn), NOT_FOUND, /^The given dataset group does not exist: .*seen$/)
    })

    it('refuses while there are datasets and an event tracker in it, naming them', async () => {
      const { datasetArn, datasetGroupArn } = await createUsersDataset(server)
      const tracker = new CreateEventTrackerCommand({ name: 'web', datasetGroupArn })
      const { eventTrackerArn } = await server.personalize.send(tracker)
      await assertRefused(remove(datasetGroupArn), IN_USE, /in use by: .*dataset\/shop\/USERS, .*event-tracker\/\w{8}$/)
      await server.personalize.send(new DeleteDatasetCommand({ datasetArn }))
      await assertRefused(remove(datasetGroupArn), IN_USE, new RegExp(`in use by: ${eventTrackerArn}$`))
      await server.personalize.send(new DeleteEventTrackerCommand({ eventTrackerArn }))
      await remove(datasetGroupArn)
    })
  })
})
