import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { createUsersDataset, startTestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../../config/config.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { AWS_RATES, NO_RATES, openThrottle } from './rates.ts'

/** Opens a throttle with the test's clock. `letThrough` counts how many of a number of requests at once it admits. */
function openTest(rates = AWS_RATES) {
  const clock = { ms: 0 }
  const throttle = openThrottle(rates, () => clock.ms)
  const letThrough = (count: number, operation: OperationName, input: object = {}) => {
    let through = 0
    for (let i = 0; i < count; i++) {
      try {
        throttle(operation, input)
        through++
      } catch (error) {
        assert.deepEqual([(error as Error).name, (error as Error).message], ['ThrottlingException', 'Rate exceeded'])
      }
    }
    return through
  }
  return { clock, letThrough }
}

describe('the rates of the service', () => {
  it('admit the requests of one second at once, and then as many a second', () => {
    const { clock, letThrough } = openTest()
    const users = { datasetArn: 'arn:shop/USERS' }
    assert.equal(letThrough(15, 'PutUsers', users), 10)
    clock.ms += 500
    assert.equal(letThrough(15, 'PutUsers', users), 5)
    clock.ms += 60_000
    assert.equal(letThrough(15, 'PutUsers', users), 10)
  })

  it('hold for each dataset group, campaign and operation', () => {
    const { letThrough } = openTest()
    assert.equal(letThrough(15, 'PutUsers', { datasetArn: 'arn:a/USERS' }), 10)
    assert.equal(letThrough(15, 'PutUsers', { datasetArn: 'arn:b/USERS' }), 10)
    assert.equal(letThrough(15, 'PutItems', { datasetArn: 'arn:a/ITEMS' }), 10)
    assert.equal(letThrough(1500, 'PutEvents', { trackingId: 'a' }), 1000)
    assert.equal(letThrough(600, 'GetRecommendations', { campaignArn: 'a' }), 500)
    assert.equal(letThrough(600, 'GetPersonalizedRanking', { campaignArn: 'a' }), 500)
    assert.equal(letThrough(600, 'GetRecommendations', { recommenderArn: 'b' }), 500)
  })

  it('allow the account 2500 recommendations a second, of all campaigns together', () => {
    const { letThrough } = openTest()
    const campaigns = ['a', 'b', 'c', 'd', 'e', 'f']
    const through = campaigns.map(campaignArn => letThrough(450, 'GetRecommendations', { campaignArn }))
    assert.deepEqual(through, [450, 450, 450, 450, 450, 250])
  })

  it('do not hold for the control plane, nor without the quotas of the service', () => {
    assert.equal(openTest().letThrough(5000, 'ListSchemas'), 5000)
    assert.equal(openTest(NO_RATES).letThrough(5000, 'PutUsers', { datasetArn: 'a' }), 5000)
  })
})

describe('a server with --quotas aws', () => {
  it('throttles as the service does, which a client that tries again does not notice', async () => {
    await using server = await startTestServer({ quotas: 'aws' })
    const { datasetArn } = await createUsersDataset(server)
    const putUsers = (client: PersonalizeEventsClient, userId: string) =>
      client.send(new PutUsersCommand({ datasetArn, users: [{ userId }] }))
    const calls = Array.from({ length: 60 }, (_, call) => putUsers(server.events, `u${call}`))
    const outcomes = (await Promise.allSettled(calls)).map(outcome => {
      return outcome.status === 'fulfilled' ? 'stored' : (outcome.reason as Error).name
    })
    assert.ok(outcomes.filter(outcome => outcome === 'stored').length >= 10)
    assert.deepEqual([...new Set(outcomes)].sort(), ['ThrottlingException', 'stored'])
    const options = { endpoint: server.url, region: 'us-east-1', credentials: LOCAL_KEY, maxAttempts: 10 }
    const patient = new PersonalizeEventsClient(options)
    await Promise.all(Array.from({ length: 15 }, (_, call) => putUsers(patient, `patient-${call}`)))
    patient.destroy()
  })
})
