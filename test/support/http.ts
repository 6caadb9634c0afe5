import { LOCAL_KEY } from '../../src/config/config.ts'
import { fromJson } from '../../src/contract/json.ts'
import { sign } from '../../src/wire/aws/sigv4.ts'
import type { TestServer } from './server.ts'

type Server = Pick<TestServer, 'url'>

/** Sends a signed POST, also with a body that the official clients refuse to send. */
export function post({ url }: Server, path: string, body: object): Promise<Response> {
  return send('POST', new URL(path, url), JSON.stringify(body))
}

/** Calls the inspection API. A whole number beyond 2^53 is a bigint. */
export async function inspect<Answer>({ url }: Server, path: string, query: Record<string, string>): Promise<Answer> {
  const response = await send('GET', new URL(`${path}?${new URLSearchParams(query)}`, url))
  const text = await response.text()
  if (response.ok) return fromJson(text) as Answer
  throw new Error(`${response.headers.get('x-amzn-errortype')}: ${text}`)
}

type Properties = Readonly<Record<string, unknown>>

/** Returns the properties of a user, an item or an action; undefined if there is no such record. */
export async function propertiesOf(server: Server, datasetArn: string, id: string): Promise<Properties | undefined> {
  try {
    return (await inspect<{ properties: Properties }>(server, '/inspect/records', { datasetArn, id })).properties
  } catch (error) {
    if (/^ResourceNotFoundException: .*has no record/.test((error as Error).message)) return undefined
    throw error
  }
}

/** Returns the interactions of a user or an anonymous session from the inspection API, newest first. */
export async function historyOf(server: Server, datasetArn: string, userId: string): Promise<readonly Properties[]> {
  const query = { datasetArn, userId }
  return (await inspect<{ interactions: Properties[] }>(server, '/inspect/history', query)).interactions
}

/** Returns the numbers of rows, of duplicates that were left out, and of events that repeat an eventId. */
export async function countOf(server: Server, datasetArn: string) {
  const counted = { count: { ALL: 0 }, duplicates: 0, repeated: 0 }
  const { count, duplicates, repeated } = await inspect<typeof counted>(server, '/inspect/count', { datasetArn })
  return { rows: count.ALL, duplicates, repeated }
}

function send(method: string, url: URL, body = ''): Promise<Response> {
  const request = { method, url: url.pathname + url.search, headers: { host: url.host }, body: Buffer.from(body) }
  const { host: _, ...headers } = sign(request, LOCAL_KEY, { region: 'us-east-1', now: new Date() })
  return fetch(url, { method, headers, ...(body && { body }) })
}
