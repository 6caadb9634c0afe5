import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidInputException } from '../contract/errors.ts'
import type { Handled } from '../wire/aws/api.ts'
import { recordOf } from './record.ts'
import { openRecordLines } from './record-lines.ts'

const account = { accountId: '123456789012', region: 'us-east-1' }
const arn = (path: string) => `arn:aws:personalize:us-east-1:123456789012:${path}`
const user = (userName: string) => ({
  arn: `arn:aws:iam::123456789012:user/${userName}`,
  accountId: '123456789012',
  userId: `AKIA${userName}`,
  userName,
})
const users = [{ userId: 'secret-user', properties: '{"AGE":5}' }]

/** A request to PutUsers, with other members. */
function request(more: object = {}, head: object = {}, signed: object = {}): Handled {
  return {
    requestId: 'r',
    source: 'personalize.amazonaws.com',
    name: 'PutUsers',
    isProven: true,
    input: { datasetArn: arn('dataset/shop/USERS'), users },
    output: {},
    ...more,
    head: {
      method: 'POST',
      url: '/users',
      headers: { host: 'a.example', 'user-agent': 'aws-cli/2 "eventTime":"' },
      ...head,
    },
    signed: {
      authorization: { accessKeyId: 'AKIAa', region: 'us-east-1' },
      secret: { principal: user('a') },
      ...signed,
    },
  } as unknown as Handled
}

const tls = (version: string) => ({
  peer: { encrypted: true, getProtocol: () => version, getCipher: () => ({ name: 'TLS_AES_256_GCM_SHA384' }) },
})
const promotions = [{ name: 'p', filterArn: arn('filter/p') }]

const REQUESTS: readonly Handled[] = [
  request(),
  request({ input: { datasetArn: arn('dataset/other/USERS'), users } }),
  request({}, { headers: { host: 'a.example' } }),
  request({}, {}, { authorization: { accessKeyId: 'AKIAa', region: 'eu-west-1' } }),
  request({}, {}, { authorization: { accessKeyId: 'AKIAb', region: 'us-east-1' } }),
  request({}, {}, { secret: { principal: user('b') } }),
  request({}, {}, { secret: {} }),
  request({}, tls('TLSv1.2')),
  request({}, tls('TLSv1.3')),
  request({ name: 'PutItems', input: { datasetArn: arn('dataset/shop/USERS'), items: [] } }),
  request({ name: 'PutEvents', input: { trackingId: 't' }, trackedArn: arn('dataset-group/shop') }),
  request({ name: 'PutEvents', input: { trackingId: 't' }, trackedArn: arn('dataset-group/other') }),
  request({ name: 'GetRecommendations', input: { campaignArn: arn('campaign/c'), userId: 'u' } }),
  request({ name: 'GetRecommendations', input: { recommenderArn: arn('campaign/c'), userId: 'u' } }),
  request({ name: 'GetRecommendations', input: { campaignArn: arn('campaign/c'), filterArn: arn('filter/f') } }),
  request({ name: 'GetRecommendations', input: { campaignArn: arn('campaign/c'), promotions } }),
  request({
    error: new InvalidInputException('users.1.member.properties: wrong'),
    input: undefined,
    output: undefined,
  }),
  request({ isProven: false }),
  request({ name: 'CreateDatasetGroup', input: { name: 'g' }, output: { datasetGroupArn: arn('dataset-group/g') } }),
  request(
    { name: 'record', source: 'personalite', input: { datasetArn: arn('dataset/shop/USERS'), id: 'u' } },
    { method: 'GET' },
  ),
]

describe('the lines of an audit trail', () => {
  it('are the records of their requests, whatever was recorded before', () => {
    const lineOf = openRecordLines(account)
    const ids = new Set<string>()
    // Each after each other, so that a line with the parts of another request would show.
    for (let round = 0; round < 3; round++)
      for (const [at, one] of REQUESTS.entries())
        for (const address of ['192.0.2.1', '192.0.2.2']) {
          const now = new Date(Date.UTC(2030, 0, 31, 18, round, at, 999))
          const given = { ...one, requestId: `r-${round}-${at}` }
          const line = lineOf(given, { address, isSecure: false }, now.getTime())
          assert.match(line, /^[^\n]*\n$/)
          const { eventID, ...found } = JSON.parse(line)
          const { eventID: _, ...expected } = recordOf(given, { address, isSecure: false }, account, now) as Record<
            string,
            unknown
          >
          assert.deepEqual(found, JSON.parse(JSON.stringify(expected)))
          assert.match(eventID, /^[\da-f-]{36}$/)
          assert.doesNotMatch(line, /secret/)
          ids.add(eventID)
        }
    assert.equal(ids.size, 6 * REQUESTS.length)
  })
})
