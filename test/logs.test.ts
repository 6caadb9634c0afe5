import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { CreateEventTrackerCommand, CreateFilterCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import {
  GetPersonalizedRankingCommand,
  GetRecommendationsCommand,
  PersonalizeRuntimeClient,
} from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { inspect, post } from '#test/http.ts'
import { exportTo, importFrom, putFile } from '#test/jobs.ts'
import { createMarket, deploy } from '#test/market.ts'
import { connectRaw, signedRequest } from '#test/raw-http.ts'
import { clientsOf } from '#test/server.ts'
import { storeUrl } from '#test/store.ts'
import { start } from './crash/server-process.ts'

/** A word in every id, property, event and key that is sent, and in no name of a resource. */
const PRIVATE = 'hush'
const SECRET = `${PRIVATE}-secret`
const TOKEN = `${PRIVATE}-token`

describe('the log', () => {
  it('has no id, property or secret of valid and faulty requests, and says which were refused', async () => {
    const dataDir = await temporaryDirectory()
    const store = await storeUrl(dataDir)
    const env = { PERSONALITE_METRICS_TOKEN: TOKEN }
    const server = await start(dataDir, ['--log-level', 'debug', ...(store ? ['--store', store] : [])], env)
    try {
      const refusals = await callEverything({ ...clientsOf(server.url), url: server.url, dataDir })
      assert.ok(refusals > 25)
      assert.equal(await server.kill('SIGTERM'), 0)
    } finally {
      await server.kill()
      await rm(dataDir, { recursive: true })
    }
    const lines = server.logged().map(line => JSON.stringify(line))
    for (const line of lines) assert.ok(!line.includes(PRIVATE), line)
    const text = lines.join('\n')
    for (const [operation, code] of [
      ['PutUsers', 'InvalidInputException'],
      ['PutEvents', 'InvalidInputException'],
      ['GetRecommendations', 'InvalidInputException'],
      ['CreateFilter', 'InvalidInputException'],
    ] as const) {
      assert.match(text, new RegExp(`"operation":"${operation}","code":"${code}"`))
    }
    for (const reason of ['must be an int', 'is too long', 'is no JSON object', 'is not allowed inside properties']) {
      assert.ok(text.includes(`"reason":"users.1.member.properties: … ${reason}"`), reason)
    }
    assert.match(text, /"msg":"job failed"/)
    assert.match(text, /"msg":"job ended"/)
  })
})

type Server = Parameters<typeof createMarket>[0]

/** Makes the calls with private data, each once valid and once faulty. Returns the number of refusals. */
async function callEverything(clients: Omit<Server, typeof Symbol.asyncDispose>): Promise<number> {
  const server: Server = { ...clients, async [Symbol.asyncDispose]() {} }
  const { personalize, events, runtime } = server
  let refusals = 0
  /** Ignores refusals: only the log of these calls matters. */
  const tried = async (sent: Promise<unknown>) => {
    const failed = await sent.then(
      answer => (answer instanceof Response ? !answer.ok : false),
      () => true,
    )
    if (failed) refusals++
  }
  const market = await createMarket(server)
  const { users, items, interactions, datasetGroupArn } = market
  const userId = `${PRIVATE}-user`
  const itemId = `${PRIVATE}-item`
  const put = (properties: string, id = userId) =>
    events.send(new PutUsersCommand({ datasetArn: users, users: [{ userId: id, properties }] }))
  await put(`{"membershipType": "${PRIVATE}"}`)
  for (const properties of [
    `{"age": "${PRIVATE}"}`,
    `{"colour": "${PRIVATE}"}`,
    `{"userId": "${PRIVATE}"}`,
    `{"membershipType": "${PRIVATE}`,
    `${PRIVATE}`,
    `{"membershipType": {"${PRIVATE}": 1}}`,
    `{"membershipType": "${PRIVATE.repeat(400)}"}`,
    `{"age": ["\\n${PRIVATE}"]}`,
  ]) {
    await tried(put(properties))
  }
  await tried(put('{}', PRIVATE.repeat(100)))
  await tried(post(server, '/users', { datasetArn: `arn:${PRIVATE}`, users: [{ userId }] }))
  await tried(post(server, '/users', { datasetArn: users, users: [{ userId: { [PRIVATE]: 1 } }] }))
  await tried(post(server, `/${PRIVATE}`, { userId }))
  await tried(events.send(new PutUsersCommand({ datasetArn: items, users: [{ userId }] })))
  const item = (properties: string) =>
    events.send(new PutItemsCommand({ datasetArn: items, items: [{ itemId, properties }] }))
  await item(`{"genres": "${PRIVATE}|other"}`)
  await tried(item(`{"price": "${PRIVATE}"}`))

  const { trackingId } = await personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))
  const event = (more: object, id = trackingId!) => {
    const eventList = [{ itemId, eventType: 'watch', sentAt: new Date(), ...more }]
    return events.send(new PutEventsCommand({ trackingId: id, userId, sessionId: `${PRIVATE}-session`, eventList }))
  }
  await event({ properties: `{"device": "${PRIVATE}"}` })
  await tried(event({ properties: `{"device": 3, "${PRIVATE}": 1}` }))
  await tried(event({ properties: `{"itemId": "${PRIVATE}"}` }))
  await tried(event({ sentAt: new Date(1e15) }))
  await tried(event({}, PRIVATE))

  const filter = (name: string, filterExpression: string) =>
    personalize.send(new CreateFilterCommand({ name, datasetGroupArn, filterExpression }))
  await filter('good', `INCLUDE ItemID WHERE Items.GENRES IN ("${PRIVATE}")`)
  await tried(filter('bad', `INCLUDE ItemID WHERE Items.${PRIVATE} IN ("${PRIVATE}")`))
  await tried(filter('worse', `INCLUDE "${PRIVATE}`))

  const campaignArn = await deploy(server, datasetGroupArn, 'aws-user-personalization-v2')
  const ask = (more: object) => runtime.send(new GetRecommendationsCommand({ campaignArn, userId, ...more }))
  await ask({ context: { DEVICE: PRIVATE } })
  await tried(ask({ campaignArn: campaignArn.replace(/[^/]*$/, PRIVATE) }))
  await tried(ask({ campaignArn: campaignArn.replace(/[^/]*$/, 'other') }))
  await tried(ask({ context: { [PRIVATE]: PRIVATE } }))
  await tried(ask({ filterArn: `arn:aws:personalize:us-east-1:000000000000:filter/${PRIVATE}` }))
  await tried(ask({ filterValues: { [PRIVATE]: `"${PRIVATE}"` } }))
  await tried(ask({ userId: PRIVATE.repeat(100) }))
  const ranking = { campaignArn, userId, inputList: [itemId] }
  await tried(runtime.send(new GetPersonalizedRankingCommand(ranking)))

  await tried(importing(server, users, 'bad-value', `USER_ID,AGE\n${userId},${PRIVATE}\n`))
  await tried(importing(server, users, 'bad-quotes', `USER_ID,AGE\n"${userId}"${PRIVATE},3\n`))
  await tried(importing(server, interactions, 'columns', `USER_ID,${PRIVATE}\n${userId},3\n`))
  await importFrom(
    server,
    users,
    await putFile(server, 'good/users.csv', `USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\n${userId},3,${PRIVATE},\n`),
  )
  await exportTo(server, users, 's3://b/out/', 'ALL')

  await inspect(server, '/inspect/records', { datasetArn: users, id: userId })
  await tried(inspect(server, '/inspect/records', { datasetArn: users, id: `${PRIVATE}-nobody` }))
  await tried(inspect(server, '/inspect/history', { datasetArn: PRIVATE, userId }))
  await inspect(server, '/inspect/history', { datasetArn: interactions, userId })

  const wrong = { accessKeyId: `${PRIVATE}-key`, secretAccessKey: SECRET, sessionToken: SECRET }
  const stranger = new PersonalizeRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: wrong,
    maxAttempts: 1,
  })
  await tried(stranger.send(new GetRecommendationsCommand({ campaignArn, userId })))
  stranger.destroy()
  await tried(fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${SECRET}` } }))
  assert.ok((await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).ok)
  using raw = await connectRaw(server.url)
  await raw.exchange(signedRequest(server.url, { path: '/users', body: `{"${PRIVATE}` }))
  await raw.exchange(`${PRIVATE} nonsense\r\n\r\n`)
  return refusals
}

/** Imports a file. @throws Error if the job fails */
async function importing(server: Server, datasetArn: string, name: string, content: string): Promise<void> {
  const { status } = await importFrom(server, datasetArn, await putFile(server, `${name}.csv`, content))
  if (status !== 'ACTIVE') throw new Error(status)
}
