import assert from 'node:assert/strict'
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  DescribeDatasetGroupCommand,
  ListDatasetGroupsCommand,
  ListSolutionVersionsCommand,
} from '@aws-sdk/client-personalize'
import { GetActionRecommendationsCommand, GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { run } from '#test/program.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

const EXAMPLE = fileURLToPath(new URL('../examples/seed', import.meta.url))
const ARN = 'arn:aws:personalize:us-east-1:000000000000'

describe('personalite seed', () => {
  let server: TestServer
  let directory: string
  before(async () => {
    directory = await temporaryDirectory()
    await cp(EXAMPLE, join(directory, 'shop'), { recursive: true })
    server = await startTestServer({ minimums: 'off' })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  const seed = (file: string, ...more: string[]) =>
    run(['seed', join(directory, 'shop', file), ...more], { AWS_ENDPOINT_URL: server.url })

  async function groups(): Promise<readonly string[]> {
    const { datasetGroups } = await server.personalize.send(new ListDatasetGroupsCommand({}))
    return datasetGroups!.map(({ name }) => name!).sort()
  }

  it('creates, trains and pins on a server that runs, and changes nothing the second time', async () => {
    const { code, stdout, stderr } = await seed('shop.yaml')
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, new RegExp(`^${ARN}:dataset-group/shop: created and trained in \\d+\\.\\d s\n$`))
    const ask = async (userId: string) => {
      const command = new GetRecommendationsCommand({ campaignArn: `${ARN}:campaign/for-you`, userId, numResults: 4 })
      return (await server.runtime.send(command)).itemList!.map(({ itemId }) => itemId)
    }
    assert.equal((await ask('ann')).length, 4)
    assert.deepEqual(await ask('zoe'), ['lamp', 'helmet'])
    const versions = async () =>
      (await server.personalize.send(new ListSolutionVersionsCommand({}))).solutionVersions!.map(
        one => one.solutionVersionArn,
      )
    const before = await versions()
    const again = await seed('shop.yaml', '--json')
    assert.deepEqual(JSON.parse(again.stdout), { datasetGroupArn: `${ARN}:dataset-group/shop`, wasThere: true })
    assert.deepEqual(await versions(), before)
    await run(['pins', 'remove', '--endpoint', server.url])
    assert.equal((await seed('shop.yaml')).stdout, `${ARN}:dataset-group/shop: was there, unchanged\n`)
    assert.deepEqual(await ask('zoe'), ['lamp', 'helmet'])
  })

  it('takes every type of dataset, a domain, and values of every kind', async () => {
    await writeFile(join(directory, 'shop/all.yaml'), ALL)
    await writeFile(join(directory, 'shop/actions.csv'), 'ACTION_ID,COST\njoin,1\nleave,9007199254740993\njoin,3\n')
    await writeFile(
      join(directory, 'shop/taken.csv'),
      'USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP\n"a, ""b""",join,Taken,1\nbob,leave,Viewed,2\n',
    )
    await writeFile(
      join(directory, 'shop/events.csv'),
      `USER_ID,ITEM_ID,TIMESTAMP,EVENT_VALUE,SESSION_ID,IMPRESSION\n${Array.from({ length: 25 }, (_, i) => `bob,i${i % 4},${i},${i}.5,s${i % 2},i1|i2`).join('\n')}\n`,
    )
    const { code, stderr } = await seed('all.yaml')
    assert.deepEqual([code, stderr], [0, ''])
    const print = async (...args: string[]) =>
      (await run([...args, '--dataset-group', 'all', '--json', '--endpoint', server.url])).stdout
    const shown = async (...args: string[]) => JSON.parse(await print(...args))
    assert.deepEqual((await shown('actions', 'get', 'join')).properties, { cost: 3 })
    assert.match(await print('actions', 'get', 'leave'), /"cost": 9007199254740993$/m)
    assert.equal((await shown('action-interactions', 'of', 'a, "b"')).interactions.length, 1)
    const { interactions } = await shown('interactions', 'of', 'bob')
    assert.equal(interactions.length, 25)
    const { itemId, sessionId, timestamp, eventType, eventValue, properties } = interactions[0]
    assert.deepEqual([itemId, sessionId, timestamp], ['i0', 's0', '1970-01-01T00:00:24.000Z'])
    assert.deepEqual([eventType, eventValue], ['interaction', 24.5])
    assert.deepEqual(properties, { sessionId: 's0', impression: 'i1|i2' })
    const command = new GetActionRecommendationsCommand({ campaignArn: `${ARN}:campaign/next`, userId: 'bob' })
    const { actionList } = await server.runtime.send(command)
    assert.deepEqual(
      actionList!.map(({ actionId }) => actionId),
      ['leave', 'join'],
    )
    await writeFile(join(directory, 'shop/views.yaml'), VIEWS)
    await writeFile(
      join(directory, 'shop/views.csv'),
      'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\nann,often,View,1\nbob,often,View,2\nbob,seldom,View,3\n',
    )
    assert.equal((await seed('views.yaml')).stderr, '')
    const datasetGroupArn = `${ARN}:dataset-group/views`
    const { datasetGroup } = await server.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))
    assert.equal(datasetGroup!.domain, 'ECOMMERCE')
    const asked = new GetRecommendationsCommand({ recommenderArn: `${ARN}:recommender/popular`, userId: 'cid' })
    const { itemList } = await server.runtime.send(asked)
    assert.deepEqual(
      itemList!.map(({ itemId }) => itemId),
      ['seldom', 'often'],
    )
  })

  it('says in one line why it does nothing, and creates nothing', async () => {
    const before = await groups()
    await writeFile(join(directory, 'shop/users.csv'), 'USER_ID,MEMBERSHIP_TYPE\nann\n')
    const changed = await seed('shop.yaml')
    assert.equal(changed.code, 1)
    assert.match(
      changed.stderr,
      /^personalite: .*shop\.yaml line 2: datasetGroup: there is a dataset group shop that is not of this file as it is now: [^\n]*\n$/,
    )
    await writeFile(join(directory, 'shop/shop.yaml'), 'datasetGroup: other\nfilter: {}\n')
    assert.match(
      (await seed('shop.yaml')).stderr,
      /^personalite: .*shop\.yaml line 2: filter is not a member; [^\n]*\n$/,
    )
    await writeFile(join(directory, 'shop/actions.csv'), 'ACTION_ID,COST\njoin,much\n')
    await writeFile(join(directory, 'shop/all.yaml'), ALL.replace('datasetGroup: all', 'datasetGroup: new'))
    assert.match((await seed('all.yaml')).stderr, /^personalite: actions\.csv line 2: COST must be a long, [^\n]*\n$/)
    assert.deepEqual(await groups(), before)
  })
})

const field = (name: string, type = 'string') => `{name: ${name}, type: ${type}}`

const ALL = `
datasetGroup: all
datasets:
  Actions:
    schema: {type: record, name: Actions, fields: [${field('ACTION_ID')}, ${field('COST', '["null", long]')}]}
    csv: actions.csv
  Action_Interactions:
    schema:
      type: record
      name: ActionInteractions
      fields: [${['USER_ID', 'ACTION_ID', 'EVENT_TYPE'].map(name => field(name)).join()}, ${field('TIMESTAMP', 'long')}]
    csv: taken.csv
  Interactions:
    schema:
      type: record
      name: Interactions
      fields:
        - ${field('USER_ID')}
        - ${field('ITEM_ID')}
        - ${field('TIMESTAMP', 'long')}
        - ${field('EVENT_VALUE', 'float')}
        - ${field('SESSION_ID')}
        - ${field('IMPRESSION')}
    csv: events.csv
solutions:
  next: {recipe: aws-next-best-action}
pins:
  - {campaign: next, actions: [leave, join]}
`

const VIEWS = `
datasetGroup: views
domain: ECOMMERCE
datasets:
  Interactions:
    schema:
      type: record
      name: Interactions
      fields: [${['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(name => field(name)).join()}, ${field('TIMESTAMP', 'long')}]
    csv: views.csv
recommenders:
  popular:
    recipe: aws-ecomm-popular-items-by-views
pins:
  - {recommender: popular, userId: cid, items: [seldom, often]}
`
