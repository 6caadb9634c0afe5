import { Sha256 } from '@aws-crypto/sha256-js'
import { PersonalizeClient } from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient } from '@aws-sdk/client-personalize-events'
import { PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'
import { SignatureV4 } from '@smithy/signature-v4'
import { fromJson } from '../../../src/contract/json.ts'
import type { Credentials } from './credentials.ts'

/** A request to `/inspect`. */
interface Asked {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Members that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: object
  /** Ends the request. */
  readonly signal?: AbortSignal
}

/** The server, asked with one key: the three APIs by the clients of the SDK, and all else by `inspect`. */
export interface Api {
  readonly credentials: Credentials
  readonly personalize: PersonalizeClient
  readonly events: PersonalizeEventsClient
  readonly runtime: PersonalizeRuntimeClient
  /** Asks `/inspect/<path>`. A whole number beyond 2^53 in the reply is a bigint. @throws ServerError */
  inspect<Output>(path: string, asked?: Asked): Promise<Output>
}

/** A refusal of the server, with the code of AWS as its name, as the clients of the SDK throw one. */
class ServerError extends Error {
  readonly status: number

  constructor(name: string, message: string, status: number) {
    super(message)
    this.name = name
    this.status = status
  }
}

/** Returns the server's APIs for a key. Nothing is asked yet. */
export function openApi(credentials: Credentials): Api {
  const { region, accessKeyId, secretAccessKey, sessionToken } = credentials
  const key = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
  // A person waits for the answer: the page says at once that the server is busy, and offers to try again.
  const options = { endpoint: window.location.origin, region, credentials: key, maxAttempts: 2 }
  const signer = new SignatureV4({ credentials: key, region, service: 'personalize', sha256: Sha256 })
  const ask = async (path: string, { method = 'GET', query = {}, body: given, signal }: Asked) => {
    const body = given && JSON.stringify(given)
    const { host, hostname, protocol } = window.location
    const asked = Object.entries(query).filter(([, value]) => value !== undefined)
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      path,
      query: Object.fromEntries(asked.map(([name, value]) => [name, String(value)])),
      headers: { host, ...(body && { 'content-type': 'application/json' }) },
      body,
    })
    const search = new URLSearchParams(signed.query as Record<string, string>).toString().replaceAll('+', '%20')
    // The browser writes `host` itself.
    const { host: _host, ...headers } = signed.headers
    const response = await fetch(search ? `${path}?${search}` : path, {
      method,
      headers,
      ...(body && { body }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    if (response.ok) return text
    throw refusal(response, text)
  }
  return {
    credentials,
    personalize: new PersonalizeClient(options),
    events: new PersonalizeEventsClient(options),
    runtime: new PersonalizeRuntimeClient(options),
    inspect: async (path, asked = {}) => fromJson(await ask(`/inspect/${path}`, asked)) as never,
  }
}

function refusal(response: Response, text: string): ServerError {
  const name = response.headers.get('x-amzn-errortype') ?? `HTTP ${response.status}`
  return new ServerError(name, messageIn(text), response.status)
}

function messageIn(text: string): string {
  try {
    return JSON.parse(text).message
  } catch {
    return text.slice(0, 200)
  }
}
