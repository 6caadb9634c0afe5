import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { finished, ROLE } from '#test/jobs.ts'
import { type Outcome, type ServerProcess, schemas, skipUnless, startServerProcess } from './clients.ts'

const ARN = 'arn:aws:personalize:us-east-1:000000000000'
const GROUP = `${ARN}:dataset-group/demo`
const USERS = `${ARN}:dataset/demo/USERS`

type Row = Readonly<Record<string, unknown>>
type Page = { readonly datasets: readonly Row[]; readonly NextToken?: string }
type Job = { readonly status: string; readonly failureReason?: string }

describe('the AWS CLI', { skip: skipUnless('the AWS CLI', 'aws', ['--version']) }, () => {
  let server: ServerProcess
  let trackingId: string
  const aws = (...args: string[]) => server.run('aws', args)

  before(async () => {
    server = await startServerProcess()
    await ask('personalize', 'create-dataset-group', '--name', 'demo')
    await Promise.all(Object.keys(schemas).map(type => createDataset(type as keyof typeof schemas)))
    const tracker = ['create-event-tracker', '--name', 'web', '--dataset-group-arn', GROUP]
    trackingId = (await ask<{ trackingId: string }>('personalize', ...tracker)).trackingId
  })
  after(() => server[Symbol.asyncDispose]())

  describe('put-users', () => {
    it('adds a user, as in the guide, and prints nothing', async () => {
      await put(
        ...['put-users', '--dataset-arn', USERS, '--users'],
        String.raw`[{"userId": "u1", "properties": "{\"membershipType\": \"Member|Frequent shopper\", \"numberOfVideosWatched\": 45}"}]`,
      )
      const { properties } = await server.inspect('users', 'get', 'u1')
      assert.deepEqual(properties, { membershipType: 'Member|Frequent shopper', numberOfVideosWatched: 45 })
    })

    it('replaces a user whose userId is already there', async () => {
      for (const membershipType of ['Member', 'Guest']) await put(...usersOf('u2', { membershipType }))
      assert.deepEqual((await server.inspect('users', 'get', 'u2')).properties, { membershipType: 'Guest' })
    })

    it('gets a message with the fault and the user', async () => {
      const users =
        '[{"userId":"u3","properties":"{}"},{"userId":"u4","properties":"{\\"numberOfVideosWatched\\":\\"x\\"}"}]'
      await assertRefused(['personalize-events', 'put-users', '--dataset-arn', USERS, '--users', users], 'PutUsers', [
        'InvalidInputException',
        /users\.1\.member\.properties: .*membershipType/,
      ])
      assert.equal((await server.inspect('users', 'latest')).records.length, 2)
    })

    it('is refused by the server when there are 11 users', async () => {
      const users = Array.from({ length: 11 }, (_, i) => ({ userId: `u${i}`, properties: '{"membershipType":"a"}' }))
      const args = ['put-users', '--dataset-arn', USERS, '--users', JSON.stringify(users)]
      await assertRefused(['personalize-events', ...args], 'PutUsers', ['InvalidInputException', /users.*10/])
    })

    it('gets an error for a dataset that does not exist', async () => {
      const args = usersOf('u5', { membershipType: 'Member' }).with(2, USERS.replace('demo', 'other'))
      const found = [/dataset\/other\/USERS/] as const
      await assertRefused(['personalize-events', ...args], 'PutUsers', ['ResourceNotFoundException', ...found])
    })
  })

  it('puts items', async () => {
    const items = String.raw`[{"itemId": "i1", "properties": "{\"genres\": \"Horror|Action\", \"creationTimestamp\": 1570003267}"}]`
    await put('put-items', '--dataset-arn', `${ARN}:dataset/demo/ITEMS`, '--items', items)
    const { properties } = await server.inspect('items', 'get', 'i1')
    assert.deepEqual(properties, { genres: 'Horror|Action', creationTimestamp: 1570003267 })
  })

  it('puts actions and the interactions of users with them', async () => {
    const actions = String.raw`[{"actionId": "a1", "properties": "{\"value\": 10, \"channel\": \"mail\"}"}]`
    await put('put-actions', '--dataset-arn', `${ARN}:dataset/demo/ACTIONS`, '--actions', actions)
    assert.equal((await server.inspect('actions', 'get', 'a1')).properties.value, 10)
    const event = { actionId: 'a1', userId: 'u1', sessionId: 's', eventType: 'Taken', timestamp: '1553631760' }
    const list = JSON.stringify([{ ...event, properties: '{"device": "tv"}' }])
    const dataset = ['--dataset-arn', `${ARN}:dataset/demo/ACTION_INTERACTIONS`]
    const { trackingId } = (await ask<{ dataset: Row }>('personalize', 'describe-dataset', ...dataset)).dataset
    await put('put-action-interactions', '--tracking-id', String(trackingId), '--action-interactions', list)
    const { interactions } = await server.inspect('action-interactions', 'of', 'u1')
    assert.deepEqual(pick(interactions[0]!, 'actionId', 'eventType'), { actionId: 'a1', eventType: 'Taken' })
  })

  describe('put-events', () => {
    const events = (userId: string, list: string) =>
      put('put-events', '--tracking-id', trackingId, '--user-id', userId, '--session-id', 's1', '--event-list', list)

    it('takes the guide’s older sample: the item and its value in the properties, numbers as strings', async () => {
      await events(
        'user555',
        String.raw`[{
          "eventId": "event2",
          "sentAt": "1553631782",
          "eventType": "rating",
          "properties": "{\"itemId\": \"movie_ten\", \"eventValue\": \"4\", \"numRatings\": \"13\"}"
        }]`,
      )
      const { interactions } = await server.inspect('interactions', 'of', 'user555')
      const { itemId, eventValue, properties, timestamp } = interactions[0]!
      assert.deepEqual(
        { itemId, eventValue, properties },
        { itemId: 'movie_ten', eventValue: 4, properties: { numRatings: 13 } },
      )
      assert.equal(timestamp, '2019-03-26T20:23:02.000Z')
    })

    it('takes the newer one: the item beside the properties', async () => {
      await events(
        'user556',
        '[{"sentAt": "1553631760", "eventType": "eventTypePlaceholder", "itemId": "choc", "impression": ["choc", "tea"]}]',
      )
      const { interactions } = await server.inspect('interactions', 'of', 'user556')
      assert.equal(interactions[0]!.itemId, 'choc')
    })

    it('gets an error for an unknown tracking id', async () => {
      const list = '[{"sentAt": "1553631760", "eventType": "click", "itemId": "choc"}]'
      const args = ['put-events', '--tracking-id', 'none', '--session-id', 's', '--event-list', list]
      await assertRefused(['personalize-events', ...args], 'PutEvents', ['InvalidInputException', /trackingId.*none/])
    })
  })

  describe('describe and list', () => {
    it('returns a schema as it was sent', async () => {
      const described = await ask<{ schema: Row }>(
        'personalize',
        'describe-schema',
        '--schema-arn',
        `${ARN}:schema/items`,
      )
      assert.equal(described.schema.schema, schemas.Items)
    })

    it('returns a dataset and its group', async () => {
      const { dataset } = await ask<{ dataset: Row }>('personalize', 'describe-dataset', '--dataset-arn', USERS)
      assert.deepEqual(pick(dataset, 'datasetType', 'status'), { datasetType: 'USERS', status: 'ACTIVE' })
      const { datasetGroup } = await ask<{ datasetGroup: Row }>(
        'personalize',
        'describe-dataset-group',
        '--dataset-group-arn',
        GROUP,
      )
      assert.deepEqual(pick(datasetGroup, 'name', 'status'), { name: 'demo', status: 'ACTIVE' })
    })

    it('lists page by page', async () => {
      const list = ['personalize', 'list-datasets', '--dataset-group-arn', GROUP]
      const all = await ask<Page>(...list, '--page-size', '1')
      assert.equal(all.datasets.length, 5)
      const first = await ask<Page>(...list, '--max-items', '2')
      const rest = await ask<Page>(...list, '--starting-token', first.NextToken!)
      assert.deepEqual([...first.datasets, ...rest.datasets], all.datasets)
      assert.equal(rest.NextToken, undefined)
    })

    it('gets an error for a schema that does not exist', async () => {
      const args = ['personalize', 'describe-schema', '--schema-arn', `${ARN}:schema/none`]
      await assertRefused(args, 'DescribeSchema', ['ResourceNotFoundException', /schema\/none/])
    })
  })

  describe('jobs', () => {
    it('import a CSV file of a bucket, export it again, delete users from it', async () => {
      await mkdir(join(server.dataDir, 's3/bucket'), { recursive: true })
      const file = (name: string) => join(server.dataDir, 's3/bucket', name)
      await writeFile(file('users.csv'), 'USER_ID,MEMBERSHIP_TYPE,NUMBER_OF_VIDEOS_WATCHED\nb1,Member,1\nb2,Guest,\n')
      await job(
        'dataset-import-job',
        ['--job-name', 'in', '--dataset-arn', USERS],
        ['--data-source', 'dataLocation=s3://bucket/users.csv'],
      )
      assert.deepEqual((await server.inspect('users', 'get', 'b1')).properties, {
        membershipType: 'Member',
        numberOfVideosWatched: 1,
      })

      const output = 's3DataDestination={path=s3://bucket/out/}'
      const exporting = ['--job-name', 'out', '--dataset-arn', USERS, '--ingestion-mode', 'BULK']
      await job('dataset-export-job', exporting, ['--job-output', output])
      const lines = (await readFile(file('out/out/part-0000.csv'), 'utf8')).trim().split('\n')
      assert.equal(lines[0], 'USER_ID,MEMBERSHIP_TYPE,NUMBER_OF_VIDEOS_WATCHED')
      assert.deepEqual(lines.slice(1).sort(), ['b1,Member,1', 'b2,Guest,'])

      await writeFile(file('forget.csv'), 'USER_ID\nb1\n')
      const deleting = ['--job-name', 'forget', '--dataset-group-arn', GROUP]
      await job('data-deletion-job', deleting, ['--data-source', 'dataLocation=s3://bucket/forget.csv'])
      assert.equal((await server.inspect('users', 'count')).count.BULK, 1)
      assert.equal((await server.inspect('users', 'get', 'b2')).properties.membershipType, 'Guest')
    })

    it('fail with a reason', async () => {
      const importing = ['--job-name', 'nowhere', '--dataset-arn', USERS, '--data-source', 'dataLocation=s3://nowhere/']
      await ask('personalize', 'create-dataset-import-job', ...importing, '--role-arn', ROLE)
      const { status, failureReason } = await finished(() => describeJob('dataset-import-job', 'nowhere'))
      assert.equal(status, 'CREATE FAILED')
      assert.match(failureReason!, /^Invalid Data location\./)
    })

    async function job(kind: string, ...args: string[][]) {
      const created = await ask('personalize', `create-${kind}`, ...args.flat(), '--role-arn', ROLE)
      assert.equal(Object.keys(created).length, 1)
      const { status, failureReason } = await finished(() => describeJob(kind, args[0]![1]!))
      assert.ok(['ACTIVE', 'COMPLETED'].includes(status), failureReason ?? status)
    }

    async function describeJob(kind: string, name: string): Promise<Job> {
      const arn = `${ARN}:${kind}/${name}`
      return Object.values(await ask<Record<string, Job>>('personalize', `describe-${kind}`, `--${kind}-arn`, arn))[0]!
    }
  })

  it('is refused with another secret, another key or an unknown token', async () => {
    const refusals = [
      [{ AWS_SECRET_ACCESS_KEY: 'other' }, 'InvalidSignatureException'],
      [{ AWS_ACCESS_KEY_ID: 'other' }, 'UnrecognizedClientException'],
      [{ AWS_SESSION_TOKEN: 'other' }, 'UnrecognizedClientException'],
    ] as const
    for (const [env, code] of refusals) {
      assertError(await server.run('aws', ['personalize', 'list-schemas'], env), code, 'ListSchemas')
    }
    const { stderr } = await server.run('aws', ['personalize', 'list-schemas'], { AWS_SESSION_TOKEN: 'other' })
    assert.match(stderr, /unset AWS_SESSION_TOKEN/)
  })

  async function createDataset(type: keyof typeof schemas) {
    const name = type.toLowerCase().replace('_', '-')
    const { schemaArn } = await ask<{ schemaArn: string }>(
      'personalize',
      'create-schema',
      '--name',
      name,
      '--schema',
      schemas[type],
    )
    const args = ['--name', name, '--dataset-type', type, '--schema-arn', schemaArn, '--dataset-group-arn', GROUP]
    const { datasetArn } = await ask<{ datasetArn: string }>('personalize', 'create-dataset', ...args)
    assert.equal(datasetArn, `${ARN}:dataset/demo/${type.toUpperCase()}`)
  }

  async function ask<Answer extends object>(...args: string[]): Promise<Answer> {
    const { code, stdout, stderr } = await aws(...args, '--output', 'json')
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }

  async function put(...args: string[]) {
    assert.deepEqual(await aws('personalize-events', ...args), { code: 0, stdout: '', stderr: '' })
  }

  async function assertRefused(args: string[], operation: string, [code, message]: readonly [string, RegExp]) {
    const outcome = await aws(...args)
    assertError(outcome, code, operation)
    assert.match(outcome.stderr, message)
  }
})

/** If a service refuses, version 1 of the CLI ends with 255, version 2 with 254. */
function assertError({ code, stdout, stderr }: Outcome, error: string, operation: string) {
  assert.deepEqual({ stdout, refused: code === 254 || code === 255 }, { stdout: '', refused: true })
  assert.ok(stderr.includes(`An error occurred (${error}) when calling the ${operation} operation: `), stderr)
}

function usersOf(userId: string, properties: object) {
  return [
    'put-users',
    '--dataset-arn',
    USERS,
    '--users',
    JSON.stringify([{ userId, properties: JSON.stringify(properties) }]),
  ]
}

function pick(object: Row, ...names: string[]) {
  return Object.fromEntries(names.map(name => [name, object[name]]))
}
