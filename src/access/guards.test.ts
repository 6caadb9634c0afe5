import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  ListDatasetsCommand,
  ListRecipesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateDatasetCommand,
} from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { clientsOf, createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import { openInspection } from '../cli/client.ts'
import { readPolicy } from '../policy/policy.ts'
import { policyDocument } from '../policy/prepared.ts'
import { openGuards } from './guards.ts'
import { rootOf } from './principal.ts'

const arnOf = (path: string) => `arn:aws:personalize:us-east-1:000000000000:${path}`
const SHOP = arnOf('dataset/shop/USERS')
const OTHER = arnOf('dataset/other/USERS')
const inEurope = (arn: string) => arn.replace('us-east-1', 'eu-west-1')
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const policyOf = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements })

const POLICIES: Readonly<Record<string, object | undefined>> = {
  ROOT: undefined,
  RUNTIME: policyDocument('runtime-only'),
  GROUP: policyDocument('one-group', 'shop'),
  EVERYTHING: policyOf(
    allow({
      Condition: {
        Null: { 'personalite:DatasetGroup': 'false' },
        'ForAllValues:StringEquals': { 'personalite:DatasetGroup': 'shop' },
      },
    }),
  ),
  TWO: policyOf(allow({ Resource: [arnOf('dataset-group/shop'), arnOf('dataset-group/other')] })),
  NOOTHER: policyOf(allow(), { Effect: 'Deny', Action: '*', Resource: OTHER }),
  EUROPE: policyOf(allow({ Action: 'personalize:PutUsers', Resource: inEurope(SHOP) })),
  NOEUROPE: policyOf(allow(), { Effect: 'Deny', Action: '*', Resource: inEurope(OTHER) }),
  TAGGED: policyOf(
    allow({ Action: 'personalize:Put*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'films' } } }),
  ),
  TAGGER: policyOf(
    allow({
      Action: ['personalize:CreateDatasetGroup', 'personalize:TagResource'],
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        StringEquals: { 'aws:RequestTag/team': 'films' },
      },
    }),
  ),
  UNTAGGED: policyOf(allow({ Action: 'personalize:CreateDatasetGroup' })),
  ELSEWHERE: policyOf(allow({ Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } })),
  HERE: policyOf(allow({ Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.1' } } })),
  OVER: policyOf(allow({ Condition: { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } } })),
}

describe('a key with a policy', () => {
  let server: TestServer
  const secretOf = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: `secret of ${accessKeyId}` })
  before(async () => {
    const credentials = Object.entries(POLICIES).map(([id, policy]) => ({ ...secretOf(id), policy }))
    server = await startTestServer({ credentials })
    const root = as('ROOT')
    for (const group of ['shop', 'other']) await createDataset(root, 'Users', { group })
    const tags = [{ tagKey: 'Team', tagValue: 'films' }]
    await root.personalize.send(new TagResourceCommand({ resourceArn: SHOP, tags }))
  })
  after(() => server[Symbol.asyncDispose]())

  const as = (id: string, region?: string) => clientsOf(server.url, secretOf(id), region)
  const put = (id: string, datasetArn: string, region?: string) =>
    as(id, region).events.send(new PutUsersCommand({ datasetArn, users: [{ userId: 'a', properties: '{"AGE":5}' }] }))
  const control = (id: string, command: unknown) => as(id).personalize.send(command as ListDatasetsCommand)
  const inspect = (id: string, path: string, asked = {}, method = 'GET') =>
    openInspection(server.url, secretOf(id))(method, path, asked)
  const isDenied = (call: Promise<unknown>, message: RegExp, status = 403) =>
    assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
      assert.equal(error.name, 'AccessDeniedException', error.message)
      assert.match(error.message, message)
      assert.equal(error.$metadata?.httpStatusCode, status)
      return true
    })

  it('is told in the words of AWS what it may not do, and nothing is stored', async () => {
    await isDenied(
      put('RUNTIME', SHOP),
      /^User: arn:aws:iam::000000000000:user\/RUNTIME is not authorized to perform: personalize:PutUsers on resource: arn:aws:personalize:us-east-1:000000000000:dataset\/shop\/USERS because no identity-based policy allows the personalize:PutUsers action$/,
    )
    await isDenied(put('NOOTHER', OTHER), /dataset\/other\/USERS with an explicit deny in an identity-based policy$/)
    await assert.rejects(inspect('ROOT', '/inspect/records', { query: { datasetArn: OTHER, id: 'a' } }), /no record/)
  })

  it('is told so with the status 400 in the control plane, as JSON 1.1 has it', async () => {
    await isDenied(control('RUNTIME', new ListDatasetsCommand({})), /on resource: \* because no identity-based/, 400)
  })

  it('may do what it is allowed', async () => {
    await put('NOOTHER', SHOP)
    const ask = new GetRecommendationsCommand({ campaignArn: arnOf('campaign/none'), userId: 'a' })
    await assert.rejects(as('RUNTIME').runtime.send(ask), { name: 'InvalidInputException' })
  })

  it('does not pass a denial by the ARN of another account or region', async () => {
    const foreign = OTHER.replace('us-east-1:000000000000', 'eu-west-1:123456789012')
    await put('ROOT', foreign)
    await isDenied(put('NOOTHER', foreign), /us-east-1:000000000000:dataset\/other\/USERS with an explicit deny/)
  })

  it('is allowed what its policy names as the caller sees it, and denied it in every region', async () => {
    await put('EUROPE', inEurope(SHOP), 'eu-west-1')
    await put('EUROPE', SHOP, 'eu-west-1')
    await isDenied(put('EUROPE', inEurope(SHOP)), /us-east-1:0{12}:dataset\/shop\/USERS because no identity-based/)
    await isDenied(put('EUROPE', inEurope(OTHER), 'eu-west-1'), /eu-west-1:0{12}:dataset\/other\/USERS because no/)
    await put('NOEUROPE', SHOP)
    for (const region of ['eu-west-1', 'us-east-1', 'ap-south-1'])
      for (const arn of [OTHER, inEurope(OTHER)])
        await isDenied(put('NOEUROPE', arn, region), /dataset\/other\/USERS with an explicit deny/)
  })

  it('reaches one dataset group alone, by any resource that a request names', async () => {
    await put('GROUP', SHOP)
    await isDenied(put('GROUP', OTHER), /dataset\/other\/USERS because no identity-based policy/)
    await control('GROUP', new DescribeDatasetCommand({ datasetArn: SHOP }))
    const group = (name: string) => arnOf(`dataset-group/${name}`)
    await control('GROUP', new ListDatasetsCommand({ datasetGroupArn: group('shop') }))
    await control('GROUP', new ListRecipesCommand({}))
    for (const command of [
      new DescribeDatasetCommand({ datasetArn: OTHER }),
      new DescribeDatasetGroupCommand({ datasetGroupArn: group('other') }),
      new ListDatasetsCommand({ datasetGroupArn: group('other') }),
      new ListDatasetsCommand({}),
      new ListTagsForResourceCommand({ resourceArn: OTHER }),
      new UpdateDatasetCommand({ datasetArn: OTHER, schemaArn: arnOf('schema/shop-users') }),
      new CreateDatasetGroupCommand({ name: 'third' }),
      new CreateDatasetCommand({
        name: 'items',
        datasetGroupArn: group('other'),
        datasetType: 'Items',
        schemaArn: arnOf('schema/shop-users'),
      }),
    ])
      await isDenied(control('GROUP', command), /because no identity-based policy allows/, 400)
    const mixed = { campaignArn: group('shop'), filterArn: OTHER, userId: 'a' }
    await isDenied(as('GROUP').runtime.send(new GetRecommendationsCommand(mixed)), /GetRecommendations/)
    const promotions = [{ name: 'p', filterArn: OTHER, percentPromotedItems: 10 }]
    const promoted = new GetRecommendationsCommand({ campaignArn: group('shop'), promotions, userId: 'a' })
    await isDenied(as('GROUP').runtime.send(promoted), /GetRecommendations/)
  })

  it('needs actions of their own for /inspect', async () => {
    await inspect('GROUP', '/inspect/count', { query: { datasetArn: SHOP } })
    const refused = /personalite:InspectCount on resource: arn:aws:personalize:us-east-1:000000000000:dataset\/other/
    await assert.rejects(inspect('GROUP', '/inspect/count', { query: { datasetArn: OTHER } }), refused)
    // A key that may look into one group alone need not name it
    for (const query of [{}, { datasetGroupArn: arnOf('dataset-group/shop') }]) {
      const { datasetGroups } = (await inspect('GROUP', '/inspect/dataset-groups', { query })) as {
        datasetGroups: { name: string; datasets: object[] }[]
      }
      assert.deepEqual(
        datasetGroups.map(({ name, datasets }) => [name, datasets.length]),
        [['shop', 1]],
      )
    }
    const { datasets } = (await inspect('GROUP', '/inspect/datasets')) as { datasets: { datasetArn: string }[] }
    assert.deepEqual(
      datasets.map(({ datasetArn }) => datasetArn),
      [SHOP],
    )
    const query = { datasetGroupArn: arnOf('dataset-group/other') }
    await assert.rejects(inspect('GROUP', '/inspect/dataset-groups', { query }), /personalite:InspectDatasetGroups/)
    await assert.rejects(inspect('TWO', '/inspect/datasets'), /personalite:InspectDatasets on resource: \*/)
    await assert.rejects(inspect('RUNTIME', '/inspect/datasets'), /personalite:InspectDatasets on resource: \*/)
    await assert.rejects(inspect('GROUP', '/inspect/reset', {}, 'POST'), /personalite:RunReset/)
    await assert.rejects(inspect('RUNTIME', '/inspect/clock'), /personalite:InspectClock/)
    // An ARN that a path does not read is no way to what is of all groups
    const own = { datasetGroupArn: arnOf('dataset-group/shop') }
    for (const path of ['clock', 'settings', 'requests', 'keys'])
      await assert.rejects(
        inspect('GROUP', `/inspect/${path}`, { query: own }),
        /datasetGroupArn is not an ARN that is/,
      )
    const instead = { datasetArn: SHOP }
    for (const path of ['datasets', 'jobs', 'insights'])
      await assert.rejects(
        inspect('GROUP', `/inspect/${path}`, { query: instead }),
        /datasetArn is not an ARN that is read here; those that are: datasetGroupArn$/,
      )
    for (const body of [own, { body: own }, { promotions: [own] }, [own]])
      await assert.rejects(inspect('EVERYTHING', '/inspect/reset', { body }, 'POST'), /not an ARN|RunReset on resource/)
    // The body does not hide what the query names
    const body = { campaignArn: SHOP }
    const both = inspect('GROUP', '/inspect/pins', { query: { campaignArn: OTHER }, body }, 'DELETE')
    await assert.rejects(both, /personalite:SetPins on resource/)
  })

  it('is asked for the tags of a resource, whose keys have no case', async () => {
    await put('TAGGED', SHOP)
    await isDenied(put('TAGGED', OTHER), /because no identity-based policy/)
  })

  it('is asked for the tags of a request, which need TagResource too', async () => {
    const create = (id: string, name: string, ...tags: readonly [string, string][]) =>
      control(
        id,
        new CreateDatasetGroupCommand({ name, tags: tags.map(([tagKey, tagValue]) => ({ tagKey, tagValue })) }),
      )
    await create('TAGGER', 'tagged', ['team', 'films'])
    await isDenied(create('TAGGER', 'more', ['team', 'films'], ['cost', '1']), /CreateDatasetGroup/, 400)
    await isDenied(create('TAGGER', 'other-team', ['team', 'books']), /CreateDatasetGroup/, 400)
    await isDenied(create('TAGGER', 'none'), /CreateDatasetGroup/, 400)
    await create('UNTAGGED', 'untagged')
    await isDenied(create('UNTAGGED', 'tagged-too', ['team', 'films']), /personalize:TagResource on resource/, 400)
    const own = new TagResourceCommand({ resourceArn: OTHER, tags: [{ tagKey: 'team', tagValue: 'films' }] })
    await isDenied(control('TAGGED', own), /personalize:TagResource/, 400)
  })

  it('is asked from where and when it calls', async () => {
    await put('HERE', SHOP)
    await isDenied(put('ELSEWHERE', SHOP), /because no/)
    await isDenied(put('OVER', SHOP), /because no/)
  })

  it('is checked before the rates and before anything is created', async () => {
    const schema = new CreateSchemaCommand({ name: 'mine', schema: '{}' })
    await isDenied(control('RUNTIME', schema), /personalize:CreateSchema on resource: arn:.*:schema\/mine/, 400)
  })
})

describe('a denial of a solution version', () => {
  it('holds for SOLUTION/$LATEST while that is the version', async () => {
    await using services = await openIdleServices()
    const solutionArn = await solutionIn(services, await createGroup(services, 'shop'), 'for-you')
    const first = await versionOf(services, solutionArn)
    const guardOf = (...statements: readonly object[]) => {
      const policy = readPolicy(policyOf(...statements))
      const principal = { ...rootOf('000000000000'), policies: [{ kind: 'identity-based', policy } as const] }
      return openGuards(services, () => ({ address: '', isSecure: false }))(principal)!
    }
    const wanted = (version: string) => ({
      action: 'personalize:CreateCampaign',
      input: { name: 'c', solutionVersionArn: `${solutionArn}/${version}` },
      head: { method: 'POST', url: '/', headers: {} },
      region: 'us-east-1',
    })
    const guard = guardOf(allow(), { Effect: 'Deny', Action: '*', Resource: first.arn })
    const refused = { name: 'AccessDeniedException', message: new RegExp(`on resource: ${first.arn} with an explicit`) }
    await assert.rejects(async () => guard(wanted('$LATEST')), refused)
    await versionOf(services, solutionArn)
    await guard(wanted('$LATEST'))
    // Nothing need allow the version that is not named.
    const named = guardOf(allow({ Resource: [arnOf('campaign/c'), `${solutionArn}/$LATEST`] }))
    await named(wanted('$LATEST'))
    await assert.rejects(async () => named(wanted(nameOf(first.arn))), { name: 'AccessDeniedException' })
  })
})

const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1)
