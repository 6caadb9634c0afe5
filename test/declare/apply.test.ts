import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  CreateFilterCommand,
  DescribeCampaignCommand,
  DescribeFilterCommand,
  ListDatasetGroupsCommand,
  ListDatasetsCommand,
  ListSchemasCommand,
} from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { putFile } from '#test/jobs.ts'
import { run } from '#test/program.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../../src/cli/client.ts'
import { applyPlan } from '../../src/cli/template/apply.ts'
import { openTemplate } from '../../src/cli/template/open.ts'
import { planOf } from '../../src/cli/template/plan.ts'
import { prunedBy } from '../../src/cli/template/removal.ts'
import type { AccessKey } from '../../src/config/config.ts'
import { preparedPolicy } from '../../src/policy/prepared.ts'

const example = (name: string) => fileURLToPath(new URL(`../../examples/declare/${name}`, import.meta.url))
const arnOf = (resource: string) => `arn:aws:personalize:us-east-1:000000000000:${resource}`

let server: TestServer
let directory: string
before(async () => {
  directory = await temporaryDirectory()
  server = await startTestServer({ minimums: 'off', keyFile: join(directory, 'secret.key') })
  const events = Array.from({ length: 400 }, (_, i) => {
    return `u${i % 20},i${(i * i) % 13},${i % 5 ? 'watch' : 'purchase'},${1_700_000_000 + i}`
  })
  for (const file of ['interactions.csv', 'other.csv'])
    await putFile(server, file, ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP', ...events].join('\n'))
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const personalite = (...args: string[]) => run(args, { AWS_ENDPOINT_URL: server.url })

/** The parameters of a template, as the option has them. */
type Given = Readonly<Record<string, string>>

/** The change that a plan has for each resource that it changes. */
async function planned(path: string, parameters: Given = {}, { prune = false } = {}): Promise<Given> {
  const { changes } = await planFor(path, parameters, prune)
  const differing = changes.filter(({ action }) => action !== 'unchanged')
  return Object.fromEntries(differing.map(({ action, declared, name }) => [declared?.id ?? name, action]))
}

/** Applies a template, as the command does. Returns the messages of what failed. */
async function applied(path: string, parameters: Given = {}, { prune = false } = {}): Promise<readonly string[]> {
  const plan = await planFor(path, parameters, prune)
  const { outcome } = await applyPlan(plan, plan.call, () => {})
  return [...outcome.failed.values()].map(({ message }) => message)
}

async function planFor(path: string, parameters: Given, prune: boolean) {
  const { declaration, call } = await openTemplate(path, { endpoint: server.url, parameters })
  const plan = await planOf(declaration, call)
  return { ...plan, call, changes: [...plan.changes, ...(prune ? await prunedBy(plan, call) : [])] }
}

/** Writes the example of a shop with texts replaced. */
async function shopWith(...replaced: readonly (readonly [string, string])[]): Promise<string> {
  const text = replaced.reduce(
    (text, [from, to]) => {
      assert.ok(text.includes(from), from)
      return text.replace(from, to)
    },
    await readFile(example('shop.yaml'), 'utf8'),
  )
  const path = join(directory, 'shop.yaml')
  await writeFile(path, text)
  return path
}

/** Replacements in the example: twice the requests a second, and a training that comes after the filter. */
const TWICE = ['dev: { RequestsPerSecond: 1', 'dev: { RequestsPerSecond: 2'] as const
const AFTER = [['SolutionArn: !Ref ForYou\n', 'SolutionArn: !Ref ForYou\n    DependsOn: NotBought\n']] as const

describe('personalite apply', () => {
  const data = { Data: 's3://b' }
  const flags = ['--parameters', 'Data=s3://b']

  it('plans, makes all in order, trains and deploys, and a second time changes nothing', async () => {
    const template = example('shop.yaml')
    const plan = await personalite('apply', template, ...flags, '--plan', '--json')
    assert.deepEqual([plan.code, plan.stderr], [2, ''])
    const { summary, changes } = JSON.parse(plan.stdout)
    assert.deepEqual([summary.create, changes.length], [10, 10])
    const first = await personalite('apply', template, 'Data=s3://b')
    assert.deepEqual([first.code, first.stderr], [0, ''])
    assert.match(first.stdout, /ForYouVersion \(SolutionVersion v1\): created/)
    assert.match(first.stdout, /^Campaign +arn:aws:personalize:us-east-1:000000000000:campaign\/for-you-dev$/m)
    const recommended = { campaignArn: arnOf('campaign/for-you-dev'), userId: 'u1' }
    const { itemList } = await server.runtime.send(new GetRecommendationsCommand(recommended))
    assert.ok(itemList!.length > 0)
    assert.deepEqual(await planned(template, data), {})
    const second = await personalite('apply', template, ...flags)
    assert.deepEqual([second.code, second.stderr], [0, ''])
    assert.match(second.stdout, /^Nothing to do\.$/m)
    assert.equal((await personalite('apply', template, ...flags, '--plan')).code, 0)
  })

  it('updates in place what the service can change, and replaces the rest with what refers to it', async () => {
    const template = await shopWith(TWICE, ['"purchase"', '"watch"'])
    assert.deepEqual(await planned(template, data), { NotBought: 'replace', ForYouCampaign: 'update' })
    const { stdout } = await personalite('apply', template, ...flags, '--plan')
    assert.match(stdout, /update +Campaign +ForYouCampaign +for-you-dev +MinProvisionedTPS 1 → 2/)
    assert.match(stdout, /FilterExpression cannot change \(.*"purchase".* → .*"watch"/)
    assert.deepEqual(await applied(template, data), [])
    const campaign = new DescribeCampaignCommand({ campaignArn: arnOf('campaign/for-you-dev') })
    assert.equal((await server.personalize.send(campaign)).campaign!.minProvisionedTPS, 2)
    const filter = new DescribeFilterCommand({ filterArn: arnOf('filter/not-bought-dev') })
    assert.match((await server.personalize.send(filter)).filter!.filterExpression!, /"watch"/)
    assert.deepEqual(await planned(template, data), {})
    const newer = await shopWith(['Name: v1', 'Name: v2'])
    const trained = { NotBought: 'replace', ForYouVersion: 'create', ForYouCampaign: 'update' }
    assert.deepEqual(await planned(newer, data), trained)
    const other = await shopWith(['user-personalization-v2', 'sims'])
    const replaced = { NotBought: 'replace', ForYou: 'replace', ForYouVersion: 'create', ForYouCampaign: 'replace' }
    assert.deepEqual(await planned(other, data), replaced)
    assert.deepEqual(await applied(other, data), [])
    assert.deepEqual(await planned(other, data), {})
  })

  it('replaces a dataset only with --yes, since its data are lost', async () => {
    const template = await shopWith(['"MEMBERSHIP_TYPE"', '"CLUB"'])
    const datasetArn = arnOf('dataset/shop-dev/USERS')
    const users = [{ userId: 'ann', properties: '{"membershipType":"gold"}' }]
    await server.events.send(new PutUsersCommand({ datasetArn, users }))
    const refused = await personalite('apply', template, ...flags)
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    assert.match(refused.stderr, /deletes its data; add --yes .*: Users \(shop-users-dev\): UsersSchema is replaced/)
    const get = ['users', 'get', 'ann', '--dataset-arn', datasetArn]
    assert.match((await personalite(...get)).stdout, /gold/)
    const { code, stderr } = await personalite('apply', template, ...flags, '--yes')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.equal((await personalite(...get)).code, 1)
    assert.deepEqual(await planned(template, data), {})
  })

  it('says what failed and what stands, leaves the rest, and goes on from there', async () => {
    assert.deepEqual(await applied(await shopWith(), data), [])
    const wrong = await shopWith(
      ['FilterExpression:', 'Tags: [{ Key: "aws:x", Value: a }]\n      FilterExpression:'],
      ['"purchase"', '"watch"'],
      ['Name: v1', 'Name: v3'],
      ...AFTER,
    )
    const { code, stderr } = await personalite('apply', wrong, ...flags)
    assert.equal(code, 1)
    assert.match(stderr, /^failed: NotBought \(Filter not-bought-dev\): .*must not begin with aws:/m)
    assert.match(stderr, /^not begun: ForYouVersion \(SolutionVersion v3\)$/m)
    assert.match(stderr, /^not begun: ForYouCampaign \(Campaign for-you-dev\)$/m)
    assert.match(stderr, /^stands: .*Tracker \(EventTracker shop-web-dev\)/m)
    const mended = await shopWith(['Name: v1', 'Name: v3'], ...AFTER)
    const rest = { NotBought: 'create', ForYouVersion: 'create', ForYouCampaign: 'update' }
    assert.deepEqual(await planned(mended, data), rest)
    assert.deepEqual(await applied(mended, data), [])
    assert.deepEqual(await planned(mended, data), {})
  })

  it('finds wrong schemas and filter expressions before anything is done', async () => {
    const wrong = await shopWith(
      ['Default: dev', 'Default: prod'],
      ['"name": "TIMESTAMP", "type": "long"', '"name": "TIMESTAMP", "type": "int"'],
    )
    const fields = 'InteractionsSchema.Properties.Schema: the field TIMESTAMP must be long, got int'
    await assert.rejects(planned(wrong, data), { message: fields })
    const filter = await shopWith(['Default: dev', 'Default: prod'], ['EVENT_TYPE IN', 'NOWHERE IN'])
    const message = /^NotBought\.Properties\.FilterExpression: Invalid Expression: Interactions\.NOWHERE is not a field/
    await assert.rejects(planned(filter, data), { message })
    const { datasetGroups } = await server.personalize.send(new ListDatasetGroupsCommand({}))
    assert.deepEqual(
      datasetGroups!.map(({ name }) => name),
      ['shop-dev'],
    )
  })

  it('checks a filter by datasets that are there and not in the template', async () => {
    const path = join(directory, 'filter.yaml')
    const template = (condition: string) => `Resources:
  Filter:
    Type: AWS::Personalize::Filter
    Properties:
      Name: one-more
      DatasetGroupArn: ${arnOf('dataset-group/shop-dev')}
      FilterExpression: EXCLUDE ItemID WHERE ${condition}`
    await writeFile(path, template('Interactions.EVENT_TYPE IN ("watch")'))
    assert.deepEqual(await planned(path), { Filter: 'create' })
    await writeFile(path, template('Items.PRICE > 1'))
    await assert.rejects(planned(path), /^Error: Filter\.Properties\.FilterExpression: .*no dataset of type ITEMS$/)
  })

  it('exports a template that changes nothing here, and makes the same on an empty server', async () => {
    const { code, stdout: exported } = await personalite('export-template', 'shop-dev')
    assert.equal(code, 0)
    const path = join(directory, 'exported.yaml')
    await writeFile(path, exported)
    assert.deepEqual(await planned(path), {})
    const { stderr } = await personalite('export-template', 'nowhere')
    assert.match(stderr, /^personalite: there is no dataset group nowhere; there are: shop-dev\n$/)
    assert.equal((await personalite('destroy', path)).code, 0)
    assert.deepEqual((await server.personalize.send(new ListDatasetGroupsCommand({}))).datasetGroups, [])
    assert.deepEqual((await server.personalize.send(new ListSchemasCommand({}))).schemas, [])
    assert.deepEqual(await applied(path), [])
    assert.equal((await personalite('export-template', 'shop-dev')).stdout, exported)
  })

  it('deletes with --prune what the template does not declare', async () => {
    const path = join(directory, 'exported.yaml')
    const datasetGroupArn = arnOf('dataset-group/shop-dev')
    const filterExpression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")'
    await server.personalize.send(new CreateFilterCommand({ name: 'by-hand', datasetGroupArn, filterExpression }))
    await createDataset(server, 'Actions', { group: 'shop-dev' })
    assert.deepEqual(await planned(path), {})
    const { code, stderr } = await personalite('destroy', path)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /has what the template does not declare: Dataset shop-dev-actions, Filter by-hand; add --prune/,
    )
    const doomed = { 'by-hand': 'delete', 'shop-dev-actions': 'delete' }
    assert.deepEqual(await planned(path, {}, { prune: true }), doomed)
    assert.deepEqual(await applied(path, {}, { prune: true }), [])
    assert.deepEqual(await planned(path, {}, { prune: true }), {})
    const { datasets } = await server.personalize.send(new ListDatasetsCommand({ datasetGroupArn }))
    assert.deepEqual(datasets!.map(({ datasetType }) => datasetType).sort(), ['INTERACTIONS', 'USERS'])
    assert.equal((await server.personalize.send(new ListSchemasCommand({}))).schemas!.length, 2)
    const arn = arnOf('schema/shop-users-dev')
    const named = (await readFile(path, 'utf8')).replace(/ {2}ShopUsersDevSchema:.*?(?= {2}Shop\w+Schema:)/s, '')
    await writeFile(path, named.replace('!Ref ShopUsersDevSchema', arn))
    assert.deepEqual(await planned(path, {}, { prune: true }), {})
  })

  it('leaves what cdk synth writes for other services alone, and takes their values as parameters', async () => {
    const template = example('video.template.json')
    await assert.rejects(
      planned(template),
      /DataBucketE3889A50 is an AWS::S3::Bucket, .*--parameters DataBucketE3889A50=V/,
    )
    const role = 'arn:aws:iam::000000000000:role/import'
    const given = { DataBucketE3889A50: 'b', 'ImportRoleA5E3C3B2.Arn': role }
    const values = Object.entries(given).flatMap(([name, value]) => ['--parameters', `${name}=${value}`])
    const { stdout } = await personalite('apply', ...values, template)
    assert.match(stdout, /MostPopular \(Recommender most-popular\): created/)
    assert.match(
      stdout,
      /^Left alone: DataBucketE3889A50 \(AWS::S3::Bucket\), .*, CDKMetadata \(AWS::CDK::Metadata\)\.$/m,
    )
    assert.match(stdout, /^RecommenderArn +arn:aws:personalize:us-east-1:000000000000:recommender\/most-popular$/m)
    assert.deepEqual(await planned(template, given), {})
    const other = JSON.parse(await readFile(template, 'utf8'))
    other.Resources.Group.Properties.Domain = 'ECOMMERCE'
    const changed = join(directory, 'changed.json')
    await writeFile(changed, JSON.stringify(other))
    const replaced = { Group: 'replace', Interactions: 'replace', MostPopular: 'replace' }
    assert.deepEqual(await planned(changed, given), replaced)
    const kept = JSON.parse(await readFile(template, 'utf8'))
    kept.Resources.Interactions.DeletionPolicy = 'Retain'
    const path = join(directory, 'kept.json')
    await writeFile(path, JSON.stringify(kept))
    const { code, stdout: plan } = await personalite('destroy', path, ...values, '--plan', '--json')
    const { keep, delete: deleted } = JSON.parse(plan).summary
    assert.deepEqual([code, keep, deleted], [2, 3, 1])
  })

  it('does all of it with a key of one dataset group that may list', async () => {
    const { Version, Statement } = preparedPolicy('one-group', 'team') as {
      Version: string
      Statement: readonly object[]
    }
    const lists = { Effect: 'Allow', Action: ['personalize:List*', 'personalize:DeleteSchema'], Resource: '*' }
    const body = { name: 'ci', policy: { Version, Statement: [...Statement, lists] } }
    const key = await openInspection(server.url)<AccessKey>('POST', '/inspect/keys', { body })
    const path = join(directory, 'team.yaml')
    const text = `Resources:
  Group: { Type: AWS::Personalize::DatasetGroup, Properties: { Name: team } }
  Solution:
    Type: AWS::Personalize::Solution
    Properties:
      Name: !Sub "\${Group.Name}-popular"
      DatasetGroupArn: !Ref Group
      RecipeArn: arn:aws:personalize:::recipe/aws-popularity-count
      PerformAutoTraining: false`
    await writeFile(path, text)
    const asKey = { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey }
    const byKey = (...args: string[]) => run(args, { ...asKey, AWS_ENDPOINT_URL: server.url })
    assert.match((await byKey('apply', path)).stdout, /Solution \(Solution team-popular\): created/)
    const destroyed = await byKey('destroy', path)
    assert.deepEqual([destroyed.code, destroyed.stderr], [0, ''])
    assert.match(destroyed.stdout, /Group \(DatasetGroup team\): deleted/)
    await writeFile(path, text.replace('Name: team', 'Name: other-team'))
    assert.match((await byKey('apply', path)).stderr, /not authorized to perform: personalize:CreateDatasetGroup/)
  })
})
