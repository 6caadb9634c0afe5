import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type ServerProcess, schemas, skipUnless, startServerProcess } from './clients.ts'

const ARN = 'arn:aws:personalize:us-east-1:000000000000'

/** The first lines of every example of the guide, and short names for ARNs. */
const PREAMBLE = `
import boto3, json
personalize = boto3.client('personalize')
personalize_events = boto3.client(service_name='personalize-events')
arn = '${ARN}:'
users_arn = arn + 'dataset/demo/USERS'
role = 'arn:aws:iam::000000000000:role/personalize'

def refusal(call, **parameters):
    try:
        call(**parameters)
    except call.__self__.exceptions.ClientError as error:
        status = error.response['ResponseMetadata']['HTTPStatusCode']
        return [type(error).__name__, error.response['Error']['Code'], status, error.response['Error']['Message']]
`

type Row = Readonly<Record<string, unknown>>
type Refusal = readonly [exception: string, code: string, status: number, message: string]
type Described = { schema: string; created: string; pages: string[][]; all: string[] }

describe('boto3', { skip: skipUnless('boto3', 'python3', ['-c', 'import boto3']) }, () => {
  let server: ServerProcess

  before(async () => {
    server = await startServerProcess()
    await python(`
group = personalize.create_dataset_group(name='demo')['datasetGroupArn']
personalize.create_event_tracker(name='web', datasetGroupArn=group)
for type, schema in json.loads(${JSON.stringify(JSON.stringify(schemas))}).items():
    name = type.replace('_', '-')
    schema_arn = personalize.create_schema(name=name, schema=schema)['schemaArn']
    personalize.create_dataset(name=name, schemaArn=schema_arn, datasetGroupArn=group, datasetType=type)`)
  })
  after(() => server[Symbol.asyncDispose]())

  describe('put_users', () => {
    it('adds a user, as in the guide', async () => {
      const { ResponseMetadata, ...rest } = await python<{ ResponseMetadata: Row }>(`
print(json.dumps(boto3.client('personalize-events').put_users(
    datasetArn=users_arn, users=[{'userId': 'u1', 'properties': '{"membershipType": "Member"}'}])))`)
      assert.deepEqual([ResponseMetadata.HTTPStatusCode, ResponseMetadata.RetryAttempts, rest], [200, 0, {}])
      const { properties } = await server.inspect('users', 'get', 'u1')
      assert.deepEqual(properties, { membershipType: 'Member' })
    })

    it('raises the error of the server, with its status', async () => {
      const [missing, tooMany, invalid] = await python<Refusal[]>(`
user = {'userId': 'u2', 'properties': '{"membershipType": "Member"}'}
put = personalize_events.put_users
print(json.dumps([
    refusal(put, datasetArn=users_arn.replace('demo', 'other'), users=[user]),
    refusal(put, datasetArn=users_arn, users=[user] * 11),
    refusal(put, datasetArn=users_arn, users=[user, {'userId': 'u3', 'properties': '{"membershipType": 5}'}]),
]))`)
      assertRefusal(missing, ['ResourceNotFoundException', 404], /dataset\/other\/USERS/)
      assertRefusal(tooMany, ['InvalidInputException', 400], /users.*10/)
      assertRefusal(
        invalid,
        ['InvalidInputException', 400],
        /^users\.2\.member\.properties: membershipType must be a string/,
      )
      assert.equal((await server.inspect('users', 'count')).count.ALL, 1)
    })
  })

  describe('faulty data', () => {
    it('loses properties that are no field, counted, and says which field a missing one may be', async () => {
      const refused = await python<Refusal>(`
put = personalize_events.put_users
properties = {'membershipType': 'Member', 'membershipTyp': 'Guest', 'shoe size': 43}
put(datasetArn=users_arn, users=[{'userId': 'w1', 'properties': json.dumps(properties)}])
del properties['membershipType']
print(json.dumps(refusal(put, datasetArn=users_arn, users=[{'userId': 'w2', 'properties': json.dumps(properties)}])))`)
      assertRefusal(refused, ['InvalidInputException', 400], /membershipType must be given.*"membershipTyp" \(is it/)
      assert.deepEqual((await server.inspect('users', 'get', 'w1')).properties, { membershipType: 'Member' })
      const { unknownProperties } = await server.inspect('users', 'count')
      assert.deepEqual(unknownProperties, [
        { name: 'membershipTyp', count: 1, perhaps: 'membershipType' },
        { name: 'shoe size', count: 1 },
      ])
    })

    it('with blanks around the id is the same user, and with a time in milliseconds is refused', async () => {
      const [, , , message] = await python<Refusal>(`
personalize_events.put_users(
    datasetArn=users_arn, users=[{'userId': ' w3 ', 'properties': '{"membershipType": " Member | Guest"}'}])
print(json.dumps(refusal(personalize_events.put_items, datasetArn=arn + 'dataset/demo/ITEMS', items=[
    {'itemId': 'w3', 'properties': '{"CREATION_TIMESTAMP": 1646128800000}'}])))`)
      assert.match(
        message,
        /in seconds since 1970, such as 1646128800, got 1646128800000, which looks like milliseconds/,
      )
      assert.deepEqual((await server.inspect('users', 'get', 'w3')).properties, { membershipType: 'Member|Guest' })
    })

    it('is an order of three products with one eventId: all are kept, two marked as repeated', async () => {
      await python(`
tracker = personalize.list_event_trackers()['eventTrackers'][0]['eventTrackerArn']
personalize_events.put_events(
    trackingId=personalize.describe_event_tracker(eventTrackerArn=tracker)['eventTracker']['trackingId'],
    userId='buyer-1', sessionId='s', eventList=[
        {'eventId': 'order-1', 'eventType': 'purchase', 'sentAt': 1700000000, 'properties': json.dumps({'itemId': item})}
        for item in ['1', '2', '3']])`)
      const { interactions } = await server.inspect('interactions', 'of', 'buyer-1')
      assert.deepEqual(
        interactions.map(({ itemId, repeated }) => `${itemId} ${repeated}`),
        ['3 true', '2 true', '1 false'],
      )
      assert.equal((await server.inspect('interactions', 'count')).repeated, 2)
    })
  })

  it('puts items', async () => {
    await python(String.raw`
personalize_events.put_items(datasetArn = arn + 'dataset/demo/ITEMS', items = [{
    'itemId': 'i1',
    'properties': "{\"genres\": \"Horror|Action\", \"creationTimestamp\": 1570003267}"
}])`)
    const { properties } = await server.inspect('items', 'get', 'i1')
    assert.deepEqual(properties, { genres: 'Horror|Action', creationTimestamp: 1570003267 })
  })

  it('puts actions and the interactions of users with them', async () => {
    await python(`
personalize_events.put_actions(
    datasetArn=arn + 'dataset/demo/ACTIONS', actions=[{'actionId': 'a1', 'properties': json.dumps({'value': 10})}])
dataset = personalize.describe_dataset(datasetArn=arn + 'dataset/demo/ACTION_INTERACTIONS')['dataset']
personalize_events.put_action_interactions(trackingId=dataset['trackingId'], actionInteractions=[{
    'actionId': 'a1', 'userId': 'u1', 'sessionId': 's', 'eventType': 'Viewed', 'timestamp': 1553631760}])`)
    assert.deepEqual((await server.inspect('actions', 'get', 'a1')).properties, { value: 10 })
    const { interactions } = await server.inspect('action-interactions', 'of', 'u1')
    assert.deepEqual([interactions[0]!.actionId, interactions[0]!.timestamp], ['a1', '2019-03-26T20:22:40.000Z'])
  })

  describe('put_events', () => {
    it('takes the guide’s samples: item and value in the properties or beside them', async () => {
      await python(`
tracking_id = personalize.list_event_trackers()['eventTrackers'][0]['eventTrackerArn']
tracking_id = personalize.describe_event_tracker(eventTrackerArn=tracking_id)['eventTracker']['trackingId']
personalize_events.put_events(
    trackingId = tracking_id,
    userId= 'user555',
    sessionId = 'session1',
    eventList = [{
        'eventId': 'event1',
        'sentAt': '1553631760',
        'eventType': 'like',
        'properties': json.dumps({
            'itemId': 'choc-panama',
            'eventValue': 4,
            'numRatings': 0
            })
        }, {
        'eventId': 'event2',
        'sentAt': 1553631782,
        'eventType': 'rating',
        'itemId': 'movie_ten',
        'impression': ['movie_ten', 'movie_two'],
        'recommendationId': 'RID-12345678-1234-1234-1234-abcdefghijkl',
        'metricAttribution': {
            'eventAttributionSource': 'thirdPartyServiceXYZ'
        }
        }]
)`)
      const { interactions } = await server.inspect('interactions', 'of', 'user555')
      const [rating, like] = interactions
      assert.deepEqual([rating!.itemId, rating!.timestamp], ['movie_ten', '2019-03-26T20:23:02.000Z'])
      const { itemId, eventValue, properties } = like!
      assert.deepEqual(
        { itemId, eventValue, properties },
        {
          itemId: 'choc-panama',
          eventValue: 4,
          properties: { numRatings: 0 },
        },
      )
    })

    it('raises InvalidInputException for an unknown tracking id', async () => {
      const refusal = await python<Refusal>(`
event = {'sentAt': 1553631760, 'eventType': 'click', 'itemId': 'i1'}
print(json.dumps(refusal(personalize_events.put_events, trackingId='none', sessionId='s', eventList=[event])))`)
      assertRefusal(refusal, ['InvalidInputException', 400], /^trackingId/)
    })
  })

  it('describes and lists, page by page', async () => {
    const { schema, created, pages, all } = await python<Described>(`
paginate = personalize.get_paginator('list_datasets').paginate
pages = list(paginate(datasetGroupArn=arn + 'dataset-group/demo', PaginationConfig={'PageSize': 2}))
described = personalize.describe_schema(schemaArn=arn + 'schema/Items')['schema']
print(json.dumps({
    'schema': described['schema'],
    'created': described['creationDateTime'].isoformat(),
    'pages': [[dataset['name'] for dataset in page['datasets']] for page in pages],
    'all': [dataset['name'] for dataset in personalize.list_datasets()['datasets']],
}))`)
    assert.equal(schema, schemas.Items)
    assert.match(created, /^20\d\d-.*T/)
    assert.deepEqual(pages.flat(), all)
    assert.deepEqual(
      pages.map(page => page.length),
      [2, 2, 1],
    )
  })

  it('imports a CSV file of a bucket, exports it again, deletes users', async () => {
    const file = (name: string) => join(server.dataDir, 's3/bucket', name)
    await mkdir(file(''), { recursive: true })
    await writeFile(file('users.csv'), 'USER_ID,MEMBERSHIP_TYPE,NUMBER_OF_VIDEOS_WATCHED\nb1,Member,1\nb2,Guest,\n')
    await writeFile(file('forget.csv'), 'USER_ID\nb1\n')
    const jobs = await python(`
import threading
def wait(kind, created):
    while True:
        [name] = [name for name in created if name.endswith('Arn')]
        job = getattr(personalize, 'describe_' + kind)(**{name: created[name]})[name[:-3]]
        if 'PENDING' not in job['status'] and 'IN_PROGRESS' not in job['status']:
            return [job['status'], job.get('failureReason'), job.get('numDeleted')]
        threading.Event().wait(0.02)

print(json.dumps([
    wait('dataset_import_job', personalize.create_dataset_import_job(
        jobName='in', datasetArn=users_arn, dataSource={'dataLocation': 's3://bucket/users.csv'}, roleArn=role)),
    wait('data_deletion_job', personalize.create_data_deletion_job(
        jobName='forget', datasetGroupArn=arn + 'dataset-group/demo',
        dataSource={'dataLocation': 's3://bucket/forget.csv'}, roleArn=role)),
    wait('dataset_export_job', personalize.create_dataset_export_job(
        jobName='out', datasetArn=users_arn, ingestionMode='BULK',
        jobOutput={'s3DataDestination': {'path': 's3://bucket/out'}}, roleArn=role)),
]))`)
    assert.deepEqual(jobs, [
      ['ACTIVE', null, null],
      ['COMPLETED', null, 1],
      ['ACTIVE', null, null],
    ])
    const exported = await readFile(file('out/out/part-0000.csv'), 'utf8')
    assert.equal(exported, 'USER_ID,MEMBERSHIP_TYPE,NUMBER_OF_VIDEOS_WATCHED\nb2,Guest,\n')
  })

  it('raises the errors of the control plane, always with 400', async () => {
    const [missing, taken, none, undeclared] = await python<Refusal[]>(`
print(json.dumps([
    refusal(personalize.describe_schema, schemaArn=arn + 'schema/none'),
    refusal(personalize.create_dataset_group, name='demo'),
    refusal(personalize.describe_solution, solutionArn=arn + 'solution/x'),
    refusal(personalize.list_metric_attribution_metrics, metricAttributionArn=arn + 'metric-attribution/x'),
]))`)
    assertRefusal(missing, ['ResourceNotFoundException', 400], /schema\/none/)
    assertRefusal(taken, ['ResourceAlreadyExistsException', 400], /dataset-group\/demo already exists/)
    assertRefusal(none, ['ResourceNotFoundException', 400], /solution\/x/)
    assertRefusal(undeclared, ['InvalidInputException', 400], /does not exist: .*metric-attribution\/x/)
  })

  it('is refused with another secret, another key or an unknown token', async () => {
    const code = 'print(json.dumps(refusal(personalize.list_schemas)))'
    const refusals = [
      [{ AWS_SECRET_ACCESS_KEY: 'other' }, 'InvalidSignatureException', /does not match/],
      [{ AWS_ACCESS_KEY_ID: 'other' }, 'UnrecognizedClientException', /no such access key/],
      [{ AWS_SESSION_TOKEN: 'other' }, 'UnrecognizedClientException', /unset AWS_SESSION_TOKEN/],
    ] as const
    for (const [env, error, message] of refusals) {
      const refusal = await python<Refusal>(code, env)
      assert.deepEqual(refusal.slice(0, 3), ['ClientError', error, 403])
      assert.match(refusal[3], message)
    }
  })

  it('gets ARNs of its own region', async () => {
    const [listed, described, refused] = await python<[string, string, Refusal]>(
      `
listed = personalize.list_dataset_groups()['datasetGroups'][0]['datasetGroupArn']
described = personalize.describe_dataset_group(datasetGroupArn=listed)['datasetGroup']['datasetGroupArn']
print(json.dumps([listed, described, refusal(personalize.create_dataset_group, name='demo')]))`,
      { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
    )
    const arn = 'arn:aws:personalize:eu-west-1:000000000000:dataset-group/demo'
    assert.deepEqual([listed, described], [arn, arn])
    assertRefusal(refused, ['ResourceAlreadyExistsException', 400], /personalize:eu-west-1:.*already exists/)
  })

  it('signs with a session token if the server has one', async () => {
    const key = { PERSONALITE_ACCESS_KEY_ID: 'shop', PERSONALITE_SECRET_ACCESS_KEY: 'a secret' }
    await using temporary = await startServerProcess({ ...key, PERSONALITE_SESSION_TOKEN: 'a/session+token==' })
    const code = `${PREAMBLE}
try:
    print(personalize.list_schemas()['schemas'])
except personalize.exceptions.ClientError as error:
    print(error.response['Error']['Code'])`
    const list = async (token: Record<string, string>) => {
      const env = { AWS_ACCESS_KEY_ID: 'shop', AWS_SECRET_ACCESS_KEY: 'a secret', ...token }
      return (await temporary.run('python3', ['-c', code], env)).stdout
    }
    assert.equal(await list({ AWS_SESSION_TOKEN: 'a/session+token==' }), '[]\n')
    assert.equal(await list({}), 'UnrecognizedClientException\n')
  })

  /** Runs an example; returns its output, which is JSON. */
  async function python<Printed>(example: string, env: Record<string, string> = {}): Promise<Printed> {
    const { code, stdout, stderr } = await server.run('python3', ['-c', `${PREAMBLE}${example}`], env)
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout || 'null')
  }
})

function assertRefusal(refusal: Refusal | undefined, [code, status]: [string, number], message: RegExp) {
  assert.deepEqual(refusal?.slice(0, 3), [code, code, status])
  assert.match(refusal![3], message)
}
