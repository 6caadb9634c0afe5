import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateFilterCommand,
  DescribeFilterCommand,
  ListTagsForResourceCommand,
  type Tag,
  UpdateDatasetCommand,
} from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const GENRES = 'EXCLUDE ItemID WHERE Items.GENRES IN ($GENRES)'

describe('CreateFilter', () => {
  let server: TestServer
  let datasetGroupArn: string
  before(async () => {
    server = await startTestServer()
    ;({ datasetGroupArn } = await createDataset(server, 'Items'))
    await createDataset(server, 'Users')
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (
    name: string,
    filterExpression = GENRES,
    { tags = [] as Tag[], group = datasetGroupArn, at = server } = {},
  ) => at.personalize.send(new CreateFilterCommand({ name, datasetGroupArn: group, filterExpression, tags }))

  it('creates a filter, ACTIVE at once', async () => {
    const expression = ' exclude ItemID  WHERE Items.genres IN ("drama") IF CurrentUser.age > 18 '
    const { $metadata, ...created } = await create('drama', expression)
    assert.deepEqual(created, { filterArn: 'arn:aws:personalize:us-east-1:000000000000:filter/drama' })
    const { filter } = await server.personalize.send(new DescribeFilterCommand(created))
    const { creationDateTime, lastUpdatedDateTime, ...described } = filter!
    const expected = { name: 'drama', ...created, datasetGroupArn, filterExpression: expression, status: 'ACTIVE' }
    assert.deepEqual(described, expected)
    assert.deepEqual(creationDateTime, lastUpdatedDateTime)
  })

  it('refuses a name that is taken, also in another dataset group', async () => {
    await create('taken')
    const exists = ['ResourceAlreadyExistsException', 400] as const
    await assertRefused(
      create('taken', 'INCLUDE ItemID WHERE Items.PRICE < 1'),
      exists,
      /filter\/taken already exists\.$/,
    )
    const { datasetGroupArn: group } = await createDataset(server, 'Items', { group: 'library' })
    await assertRefused(create('taken', GENRES, { group }), exists, /filter\/taken already exists\.$/)
  })

  it('refuses a dataset group that does not exist', async () => {
    const group = `${datasetGroupArn}s`
    const notFound = ['ResourceNotFoundException', 400] as const
    await assertRefused(
      create('nowhere', GENRES, { group }),
      notFound,
      /^The given dataset group does not exist: .*shops$/,
    )
  })

  it('refuses malformed expressions, and fields that the datasets do not have', async () => {
    for (const [expression, message] of [
      ['EXCLUDE ItemID', /^Could not create filter\. Invalid input symbol: the end at column 15: expected WHERE$/],
      [
        'EXCLUDE ItemID WHERE Items.GENRES NOT IN ($G)',
        /^Could .* \$G\. Placeholders are not allowed with NOT_IN operator\./,
      ],
      [
        'EXCLUDE ItemID WHERE Items.COLOR IN ($C)',
        /^Could not create filter\. Invalid Expression: Items\.COLOR is not/,
      ],
      [
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (*)',
        /Interactions\.EVENT_TYPE: the dataset group has no dataset/,
      ],
      [`${GENRES} ${' '.repeat(2500)}`, /'filterExpression' failed.*2500/],
      ['', /'filterExpression' failed/],
    ] as const)
      await assertRefused(create('wrong', expression), INVALID, message)
  })

  it('keeps the tags of its request', async () => {
    const tags = [{ tagKey: 'team', tagValue: 'shop' }]
    const { filterArn: resourceArn } = await create('tagged', GENRES, { tags })
    const listed = await server.personalize.send(new ListTagsForResourceCommand({ resourceArn }))
    assert.deepEqual(listed.tags, tags)
  })

  it('accepts a field as soon as an update has added it to a dataset', async () => {
    const id = (name: string) => ({ name, type: 'string' })
    const tag = (name: string) => ({ name, type: ['null', 'string'], categorical: true })
    const group = 'growing'
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Items', {
      group,
      fields: [id('ITEM_ID'), tag('A')],
    })
    const later = { group: 'later', fields: [tag('B'), id('ITEM_ID'), tag('A')] }
    const { schemaArn } = await createDataset(server, 'Items', later)
    const expression = 'EXCLUDE ItemID WHERE Items.B IN ("b")'
    await assertRefused(create('grown', expression, { group: datasetGroupArn }), INVALID, /has ITEM_ID, A$/)
    await server.personalize.send(new UpdateDatasetCommand({ datasetArn, schemaArn }))
    await create('grown', expression, { group: datasetGroupArn })
  })

  it('has the limits of the service where those are set: 30 filters, 20 fields in all', async () => {
    await using limited = await startTestServer({ quotas: 'aws' })
    const names = Array.from({ length: 21 }, (_, i) => `A${i}`)
    const fields = [{ name: 'ITEM_ID', type: 'string' }, ...names.map(name => ({ name, type: ['null', 'int'] }))]
    const { datasetGroupArn: group } = await createDataset(limited, 'Items', { fields })
    const of = (...some: readonly string[]) =>
      `EXCLUDE ItemID WHERE ${some.map(one => `Items.${one} = 1`).join(' OR ')}`
    const add = (i: number, expression: string) => create(`f${i}`, expression, { group, at: limited })
    const exceeded = ['LimitExceededException', 400] as const
    await add(0, of(...names.slice(0, 10)))
    await add(1, of(...names.slice(10, 19)))
    await assertRefused(
      add(2, of('A0', 'A19', 'A20')),
      exceeded,
      /^More than 20 distinct dataset fields .* ITEMS\.A20\.$/,
    )
    for (let i = 2; i < 30; i++) await add(i, of('A0', 'A19'))
    await assertRefused(
      add(30, of('A0')),
      exceeded,
      /^More than 30 resources in ACTIVE state\. Please delete some and try again\.$/,
    )
  })
})
