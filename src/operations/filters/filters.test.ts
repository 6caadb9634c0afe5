import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateFilterCommand,
  DeleteDatasetCommand,
  DeleteDatasetGroupCommand,
  DeleteFilterCommand,
  DescribeFilterCommand,
  ListFiltersCommand,
  type ListFiltersCommandInput,
  paginateListFilters,
} from '@aws-sdk/client-personalize'
import { assertRefused } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const NOT_FOUND = ['ResourceNotFoundException', 400] as const
const IN_USE = ['ResourceInUseException', 400] as const

describe('filters', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const create = async (name: string, datasetGroupArn: string, filterExpression: string) => {
    const request = { name, datasetGroupArn, filterExpression }
    return (await server.personalize.send(new CreateFilterCommand(request))).filterArn!
  }
  const remove = (filterArn: string) => server.personalize.send(new DeleteFilterCommand({ filterArn }))
  const CHEAP = 'INCLUDE ItemID WHERE Items.PRICE < 10'

  describe('ListFilters', () => {
    it('lists the filters of a dataset group, or all, page by page, without their expressions', async () => {
      const { datasetGroupArn } = await createDataset(server, 'Items', { group: 'first' })
      const second = await createDataset(server, 'Items', { group: 'second' })
      for (const name of ['f1', 'f2', 'f3']) await create(name, datasetGroupArn, CHEAP)
      await create('f4', second.datasetGroupArn, CHEAP)

      const names = async (input: ListFiltersCommandInput, pageSize?: number) => {
        const pages = await Array.fromAsync(paginateListFilters({ client: server.personalize, pageSize }, input))
        return pages.flatMap(({ Filters }) => Filters!.map(({ name }) => name))
      }
      assert.deepEqual(await names({ datasetGroupArn }, 2), ['f1', 'f2', 'f3'])
      assert.deepEqual(await names({}, 1), ['f1', 'f2', 'f3', 'f4'])
      const { Filters } = await server.personalize.send(new ListFiltersCommand({ maxResults: 1 }))
      const { creationDateTime, lastUpdatedDateTime, ...summary } = Filters![0]!
      const filterArn = 'arn:aws:personalize:us-east-1:000000000000:filter/f1'
      assert.deepEqual(summary, { name: 'f1', filterArn, datasetGroupArn, status: 'ACTIVE' })
    })

    it('refuses a nextToken that it did not return', async () => {
      const sent = server.personalize.send(new ListFiltersCommand({ nextToken: 'x' }))
      await assertRefused(sent, ['InvalidNextTokenException', 400], /^nextToken/)
    })
  })

  describe('DescribeFilter', () => {
    it('refuses an ARN that does not exist, or is not of a filter', async () => {
      const { datasetGroupArn } = await createDataset(server, 'Items', { group: 'described' })
      const describe = (filterArn: string) => server.personalize.send(new DescribeFilterCommand({ filterArn }))
      await assertRefused(
        describe(datasetGroupArn),
        NOT_FOUND,
        /^The given filter does not exist: .*that is the ARN of a dataset group, not of a filter$/,
      )
      const none = 'arn:aws:personalize:us-east-1:000000000000:filter/none'
      await assertRefused(describe(none), NOT_FOUND, /^The given filter does not exist: .*filter\/none$/)
    })
  })

  describe('DeleteFilter', () => {
    it('deletes a filter, whose name can be used again', async () => {
      const { datasetGroupArn } = await createDataset(server, 'Items', { group: 'deleted' })
      const filterArn = await create('again', datasetGroupArn, CHEAP)
      await remove(filterArn)
      await assertRefused(remove(filterArn), NOT_FOUND, /^The given filter does not exist: .*filter\/again$/)
      assert.equal(await create('again', datasetGroupArn, CHEAP), filterArn)
    })
  })

  it('keep the datasets whose fields they use, and their group, from being deleted', async () => {
    const group = 'used'
    const items = await createDataset(server, 'Items', { group })
    const users = await createDataset(server, 'Users', { group })
    const events = await createDataset(server, 'Interactions', { group })
    const { datasetGroupArn } = items
    const adults = await create('adults', datasetGroupArn, `${CHEAP} IF CurrentUser.AGE > 17`)
    const cheap = await create('cheap', datasetGroupArn, CHEAP)
    const removeDataset = ({ datasetArn }: { datasetArn: string }) =>
      server.personalize.send(new DeleteDatasetCommand({ datasetArn }))

    await removeDataset(events)
    await assertRefused(removeDataset(items), IN_USE, new RegExp(`used/ITEMS cannot be .* by: ${adults}, ${cheap}$`))
    await assertRefused(removeDataset(users), IN_USE, new RegExp(`used/USERS cannot be .* by: ${adults}$`))
    await remove(adults)
    await removeDataset(users)
    await remove(cheap)
    await removeDataset(items)
  })

  it('keep their dataset group from being deleted', async () => {
    const { datasetGroupArn } = await createDataset(server, 'Items', { group: 'kept' })
    await create('kept', datasetGroupArn, CHEAP)
    const removed = server.personalize.send(new DeleteDatasetGroupCommand({ datasetGroupArn }))
    await assertRefused(removed, IN_USE, /group\/kept cannot be .* by: .*dataset\/kept\/ITEMS, .*filter\/kept$/)
  })
})
