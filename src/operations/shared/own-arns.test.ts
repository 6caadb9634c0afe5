import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateFilterCommand,
  DescribeAlgorithmCommand,
  DescribeDatasetGroupCommand,
  DescribeRecipeCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { assertRefused } from '#test/refused.ts'
import { createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

/** An ARN as a program composes it, from the account that STS returns and its own region. */
const built = (path: string) => `arn:aws:personalize:eu-west-1:123456789012:${path}`
const own = (path: string) => `arn:aws:personalize:us-east-1:000000000000:${path}`

describe('ARNs that a program composes', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await server.personalize.send(new CreateDatasetGroupCommand({ name: 'shop' }))
  })
  after(() => server[Symbol.asyncDispose]())

  it('find the resource of the same name, for any account and region', async () => {
    const datasetGroupArn = built('dataset-group/shop')
    const { datasetGroup } = await server.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))
    assert.equal(datasetGroup!.datasetGroupArn, own('dataset-group/shop'))
    const tags = [{ tagKey: 'team', tagValue: 'shop' }]
    await server.personalize.send(new TagResourceCommand({ resourceArn: datasetGroupArn, tags }))
    const listed = new ListTagsForResourceCommand({ resourceArn: own('dataset-group/shop') })
    assert.deepEqual((await server.personalize.send(listed)).tags, tags)
    const created = await server.personalize.send(new CreateEventTrackerCommand({ name: 'clicks', datasetGroupArn }))
    assert.match(created.eventTrackerArn!, /^arn:aws:personalize:us-east-1:000000000000:event-tracker\//)
  })

  it('work in the data plane too, and stay as they are where there is no resource of the name', async () => {
    const { datasetArn } = await createUsersDataset(server)
    const users = [{ userId: 'u1', properties: '{"age": 3}' }]
    await server.events.send(new PutUsersCommand({ datasetArn: built(datasetArn.split(':')[5]!), users }))
    const nowhere = { campaignArn: built('campaign/none'), promotions: [{ filterArn: built('filter/none') }] }
    const missing = server.runtime.send(new GetRecommendationsCommand({ ...nowhere, userId: 'u1' }))
    await assertRefused(
      missing,
      ['InvalidInputException', 400],
      /^arn:aws:personalize:eu-west-1:123456789012:campaign\/none does not exist/,
    )
  })

  it('find recipes and algorithms, which belong to no region, account or partition', async () => {
    for (const start of [
      'arn:aws:personalize:eu-west-1::',
      'arn:aws:personalize:eu-west-1:123456789012:',
      'arn:aws-cn:personalize:::',
    ]) {
      const described = new DescribeRecipeCommand({ recipeArn: `${start}recipe/aws-sims` })
      const { recipe } = await server.personalize.send(described)
      assert.equal(recipe!.recipeArn, 'arn:aws:personalize:::recipe/aws-sims')
      const algorithmArn = `${start}algorithm/aws-sims`
      const { algorithm } = await server.personalize.send(new DescribeAlgorithmCommand({ algorithmArn }))
      assert.equal(algorithm!.algorithmArn, 'arn:aws:personalize:::algorithm/aws-sims')
    }
    const missing = new DescribeRecipeCommand({ recipeArn: 'arn:aws-cn:personalize:::recipe/aws-sim' })
    const message = /recipe\/aws-sim; is it arn:aws:personalize:::recipe\/aws-sims\?$/
    await assertRefused(server.personalize.send(missing), ['ResourceNotFoundException', 400], message)
  })

  it('still find the resources of a server that once had another account', async () => {
    const dataDir = await temporaryDirectory()
    const made = { name: 'kept' }
    await using before = await startTestServer({ dataDir, accountId: '111111111111' })
    const { datasetGroupArn } = await before.personalize.send(new CreateDatasetGroupCommand(made))
    await before[Symbol.asyncDispose]()
    await using now = await startTestServer({ dataDir })
    const filter = {
      name: 'all',
      datasetGroupArn,
      filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
    }
    const { datasetGroup } = await now.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))
    assert.equal(datasetGroup!.datasetGroupArn, 'arn:aws:personalize:us-east-1:111111111111:dataset-group/kept')
    await assertRefused(
      now.personalize.send(new CreateFilterCommand({ ...filter, datasetGroupArn: built('dataset-group/kept') })),
      ['ResourceNotFoundException', 400],
      /eu-west-1:123456789012:dataset-group\/kept$/,
    )
  })
})
