import { randomUUID } from 'node:crypto'
import { type AccessKey, LOCAL_KEY } from '../../src/config/config.ts'
import { sign } from '../../src/wire/aws/sigv4.ts'
import { goods, shopper } from './shop.ts'

/** Returns a signed PutUsers call for these users as the bytes of an HTTP request. */
export function putUsersRequest(
  url: string,
  datasetArn: string,
  userIds: readonly string[],
  now: Date,
  key: AccessKey = LOCAL_KEY,
): Buffer {
  const users = userIds.map((userId, index) => ({ userId, properties: JSON.stringify(propertiesOf(index)) }))
  return signedRequest(url, 'POST', '/users', { datasetArn, users }, now, key)
}

/** Returns a signed PutEvents call with events of the last hour, of the shop's items, as a shopper's session. */
export function putEventsRequest(url: string, trackingId: string, user: number, items: number, events: number): Buffer {
  const now = new Date()
  const some = (of: number) => Math.floor(Math.random() * of)
  const eventList = Array.from({ length: events }, () => ({
    eventId: randomUUID(),
    eventType: 'click',
    itemId: goods(some(items)),
    sentAt: Math.floor(now.getTime() / 1000) - some(3600),
  }))
  const input = { trackingId, sessionId: `session-${user}`, userId: shopper(user), eventList }
  return signedRequest(url, 'POST', '/events', input, now)
}

/** Returns any signed request. Without an input it has no body. */
export function signedRequest(
  url: string,
  method: string,
  path: string,
  input: object | undefined,
  now: Date,
  key: AccessKey = LOCAL_KEY,
): Buffer {
  const body = Buffer.from(input ? JSON.stringify(input) : '')
  const headers = sign(
    { method, url: path, headers: { host: new URL(url).host, 'content-type': 'application/json' }, body },
    key,
    { region: 'us-east-1', now },
  )
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([k, v]) => `${k}: ${v}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

export const USERS_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Users',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'MEMBERSHIP_TYPE', type: ['null', 'string'], categorical: true },
    { name: 'NUMBER_OF_VIDEOS_WATCHED', type: 'int' },
    { name: 'COUNTRY', type: 'string', categorical: true },
    { name: 'AGE', type: ['null', 'int'] },
  ],
  version: '1.0',
})

function propertiesOf(seed: number) {
  return {
    membershipType: seed % 2 ? 'Member|Frequent shopper' : 'Member',
    numberOfVideosWatched: seed * 7,
    country: ['Norway', 'Kenya', 'Chile'][seed % 3],
    age: 20 + (seed % 60),
  }
}

/** The stored form of the same properties, to fill a dataset without HTTP requests. */
export function fieldsOf(seed: number): string {
  return JSON.stringify(Object.values(propertiesOf(seed)))
}
