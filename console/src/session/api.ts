import { Sha256 } from '@aws-crypto/sha256-js'
import { PersonalizeClient } from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient } from '@aws-sdk/client-personalize-events'
import { PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Credentials } from './credentials.ts'

/** A request to `/inspect`, or to another path of the server that is no operation of the API. */
export interface Asked {
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
  /** Asks `/inspect/<path>`. @throws ServerError */
  inspect<Output>(path: string, asked?: Asked): Promise<Output>
  /** Returns the ARN of the user or role that the key stands for. @throws ServerError where the key is not accepted */
  whoAmI(): Promise<string>
}

/** A refusal of the server, with the code of AWS as its name, as the clients of the SDK throw one. */
export class ServerError extends Error {
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
  const signerFor = (service: string) => new SignatureV4({ credentials: key, region, service, sha256: Sha256 })
  const ask = async (service: string, path: string, { method = 'GET', query = {}, body, signal }: Sent) => {
    const { host, hostname, protocol } = window.location
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const signed = await signerFor(service).sign({
      method,
      protocol,
      hostname,
      path,
      query: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      headers: { host, ...(body && { 'content-type': body.type }) },
      body: body?.text,
    })
    const search = new URLSearchParams(signed.query as Record<string, string>).toString().replaceAll('+', '%20')
    // The browser writes `host` itself.
    const { host: _host, ...headers } = signed.headers
    const response = await fetch(search ? `${path}?${search}` : path, {
      method,
      headers,
      ...(body && { body: body.text }),
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
    async inspect(path, { body, ...asked } = {}) {
      const sent = body && { type: 'application/json', text: JSON.stringify(body) }
      return JSON.parse(await ask('personalize', `/inspect/${path}`, { ...asked, body: sent }))
    },
    async whoAmI() {
      const text = 'Action=GetCallerIdentity&Version=2011-06-15'
      const body = { type: 'application/x-www-form-urlencoded', text }
      const reply = await ask('sts', '/', { method: 'POST', body })
      return /<Arn>([^<]*)<\/Arn>/.exec(reply)?.[1] ?? ''
    },
  }
}

type Sent = Omit<Asked, 'body'> & { readonly body?: { readonly type: string; readonly text: string } | undefined }

/** The APIs write the error's name into a header, STS into its XML. */
function refusal(response: Response, text: string): ServerError {
  const name = response.headers.get('x-amzn-errortype') ?? /<Code>([^<]*)</.exec(text)?.[1] ?? `HTTP ${response.status}`
  return new ServerError(name, messageIn(text), response.status)
}

function messageIn(text: string): string {
  try {
    return JSON.parse(text).message
  } catch {
    return /<Message>([^<]*)</.exec(text)?.[1] ?? text.slice(0, 200)
  }
}
