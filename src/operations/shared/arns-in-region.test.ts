import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  CreateDatasetGroupCommand,
  CreateSolutionCommand,
  DeleteDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeSchemaCommand,
  ListDatasetGroupsCommand,
  ListDatasetsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { countOf } from '#test/http.ts'
import { assertRefused } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../../config/config.ts'
import { arnsOf } from './arns.ts'
import { openRegions } from './arns-in-region.ts'

const here = (path: string) => `arn:aws:personalize:us-east-1:000000000000:${path}`
const there = (path: string) => `arn:aws:personalize:eu-west-1:000000000000:${path}`

describe('a client that signs for another region than the server’s', () => {
  let server: TestServer
  let personalize: PersonalizeClient
  let events: PersonalizeEventsClient
  before(async () => {
    server = await startTestServer()
    const options = { endpoint: server.url, region: 'eu-west-1', credentials: LOCAL_KEY, maxAttempts: 1 }
    personalize = new PersonalizeClient(options)
    events = new PersonalizeEventsClient(options)
  })
  after(async () => {
    for (const client of [personalize, events]) client.destroy()
    await server[Symbol.asyncDispose]()
  })

  it('receives ARNs of its region, and sees all resources', async () => {
    const made = await personalize.send(new CreateDatasetGroupCommand({ name: 'shop' }))
    assert.equal(made.datasetGroupArn, there('dataset-group/shop'))
    for (const [client, arn] of [
      [personalize, there('dataset-group/shop')],
      [server.personalize, here('dataset-group/shop')],
    ] as const) {
      const { datasetGroups } = await client.send(new ListDatasetGroupsCommand({}))
      assert.deepEqual(
        datasetGroups!.map(group => group.datasetGroupArn),
        [arn],
      )
      const described = new DescribeDatasetGroupCommand({ datasetGroupArn: arn })
      assert.equal((await client.send(described)).datasetGroup!.datasetGroupArn, arn)
    }
  })

  it('can send them in all of its requests', async () => {
    const { datasetArn, datasetGroupArn, schemaArn } = await createDataset({ personalize }, 'Users', { group: 'other' })
    assert.deepEqual([datasetArn, datasetGroupArn], [there('dataset/other/USERS'), there('dataset-group/other')])
    const { schema } = await personalize.send(new DescribeSchemaCommand({ schemaArn }))
    assert.equal(schema!.schemaArn, schemaArn)
    for (const userId of ['u1', 'u2']) await events.send(new PutUsersCommand({ datasetArn, users: [{ userId }] }))
    assert.equal((await countOf(server, datasetArn)).rows, 2)
    assert.equal((await countOf(server, here('dataset/other/USERS'))).rows, 2)
    const { datasets } = await personalize.send(new ListDatasetsCommand({ datasetGroupArn }))
    assert.deepEqual(
      datasets!.map(dataset => dataset.datasetArn),
      [datasetArn],
    )
    await personalize.send(new DeleteDatasetCommand({ datasetArn: there('dataset/other/EVENT_INTERACTIONS') }))
  })

  it('finds them in error messages', async () => {
    const again = personalize.send(new CreateDatasetGroupCommand({ name: 'shop' }))
    const code = ['ResourceAlreadyExistsException', 400] as const
    await assertRefused(
      again,
      code,
      /^Another resource with Arn arn:aws:personalize:eu-west-1:0{12}:dataset-group\/shop/,
    )
    const recipeArn = 'arn:aws:personalize:::recipe/aws-popularity-count'
    const solution = { name: 'popular', datasetGroupArn: there('dataset-group/shop'), recipeArn }
    await createDataset({ personalize }, 'Interactions')
    const { solutionArn } = await personalize.send(
      new CreateSolutionCommand({ ...solution, performAutoTraining: false }),
    )
    const campaign = { name: 'popular', solutionVersionArn: `${solutionArn}/$LATEST` }
    await assertRefused(
      personalize.send(new CreateCampaignCommand(campaign)),
      ['ResourceNotFoundException', 400],
      /eu-west-1:0{12}:solution\/popular\/\$LATEST: the solution has no ACTIVE version yet$/,
    )
  })
})

describe('openRegions', () => {
  const arns = arnsOf('000000000000', 'us-east-1')
  const output = {
    schemaArn: here('schema/a'),
    recipeArn: 'arn:aws:personalize:::recipe/aws-hrnn',
    roleArn: 'arn:aws:iam::000000000000:role/a',
    name: here('schema/a'),
    failureReason: `no such filter: ${here('filter/f')}`,
    list: [{ filterArn: here('filter/f'), count: 1, at: null }],
  }

  it('changes ARNs of the server’s own region in members that hold ARNs, and in reasons', () => {
    assert.deepEqual(openRegions(arns)('eu-west-1')!.output(output), {
      ...output,
      schemaArn: there('schema/a'),
      failureReason: `no such filter: ${there('filter/f')}`,
      list: [{ filterArn: there('filter/f'), count: 1, at: null }],
    })
  })

  it('writes the partition of the region, which programs in China and GovCloud compose', () => {
    const arnIn = (region: string) => openRegions(arns)(region)!.output({ schemaArn: here('schema/a') }).schemaArn
    assert.equal(arnIn('cn-north-1'), 'arn:aws-cn:personalize:cn-north-1:000000000000:schema/a')
    assert.equal(arnIn('us-gov-west-1'), 'arn:aws-us-gov:personalize:us-gov-west-1:000000000000:schema/a')
  })

  it('changes no data of clients', () => {
    const shown = {
      properties: { shopArn: here('dataset/a/USERS') },
      itemList: [{ metadata: { arn: here('filter/a') } }],
    }
    assert.deepEqual(openRegions(arns)('eu-west-1')!.output(shown), shown)
  })

  it('does nothing for the region of the server, and for texts that cannot be a region', () => {
    for (const region of ['us-east-1', 'EU', 'a:b', '']) assert.equal(openRegions(arns)(region), undefined)
  })
})
