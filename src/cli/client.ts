import { readFileSync } from 'node:fs'
import { type AccessKey, LOCAL_KEY } from '../config/config.ts'
import { awsKey, awsRegion, caBundle } from '../config/environment.ts'
import type { Operations } from '../contract/generated/types.ts'
import { fromJson } from '../contract/json.ts'
import { operationModel } from '../contract/registry.ts'
import type { OperationName } from '../contract/shapes.ts'
import { sign } from '../wire/aws/sigv4.ts'
import { exchange, type Sent, type Trust } from './exchange.ts'

/** An error that a server returns, with its code, such as ResourceNotFoundException. */
export class ApiError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Sends a GET request to a running server. @throws Error with a message of one line for the user */
export type Get = <Answer>(path: string, query?: Readonly<Record<string, string | undefined>>) => Promise<Answer>

/**
 * Calls any operation of the three APIs, as the SDKs do. Times are in seconds. @throws Error with the service's message
 */
export type CallOperation = <Name extends OperationName>(
  name: Name,
  input: Operations[Name]['input'],
) => Promise<Operations[Name]['output']>

/**
 * Returns a client for `GET /inspect/…`. By default it signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or with
 * the key that a server on loopback accepts.
 */
export function openClient(endpoint: string, key?: AccessKey): Get {
  const inspect = openInspection(endpoint, key)
  return (path, query) => inspect('GET', path, { query })
}

/** The query of a request, and its body. */
interface QueryAndBody {
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: object | undefined
}

/** Sends a request for `/inspect/…` to a running server. @throws Error with a message of one line for the user */
export type Inspection = <Answer>(method: string, path: string, asked?: QueryAndBody) => Promise<Answer>

/**
 * Returns a client for any method of `/inspect/…`, with the key of `openClient`.
 * @param trust returns whom to believe; left out, AWS_CA_BUNDLE, else those that Node does
 */
export function openInspection(
  endpoint: string,
  key: AccessKey = awsKey() ?? LOCAL_KEY,
  trust: () => Trust | undefined = () => undefined,
): Inspection {
  if (!URL.canParse(endpoint))
    throw new Error(`--endpoint must be a URL such as http://127.0.0.1:8000, not ${endpoint}`)
  return async (method, path, { query = {}, body } = {}) => {
    const url = new URL(path, endpoint)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
    return fromJson(await send(url, key, { method, ...(body && { body: JSON.stringify(body) }) }, trust())) as never
  }
}

/**
 * Returns a client for the API. By default it signs with the key of the environment, or the one that a server on
 * loopback accepts.
 */
export function openApi(endpoint: string, key: AccessKey = awsKey() ?? LOCAL_KEY): CallOperation {
  return async (name, input) => {
    const { method, path, targetPrefix } = operationModel(name)
    const type = targetPrefix ? 'application/x-amz-json-1.1' : 'application/json'
    const target = targetPrefix && { 'x-amz-target': `${targetPrefix}.${name}` }
    const headers = { 'content-type': type, ...target }
    const text = await send(new URL(path, endpoint), key, { method, headers, body: JSON.stringify(input) })
    return text === '' ? {} : JSON.parse(text)
  }
}

const STS_VERSION = '2011-06-15'

/**
 * Returns the account of the caller's key, as the Security Token Service says; undefined where there is no such
 * service. That of AWS has a host of its own.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function callerAccount(endpoint: string): Promise<string | undefined> {
  const key = awsKey() ?? LOCAL_KEY
  const isAws = new URL(endpoint).hostname.endsWith('.amazonaws.com')
  const url = new URL('/', isAws ? `https://sts.${awsRegion()}.amazonaws.com` : endpoint)
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: STS_VERSION }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const text = await send(url, key, { method: 'POST', headers, body, service: 'sts' }).catch(() => '')
  return /<Account>(\d{12})<\/Account>/.exec(text)?.[1]
}

interface Signable extends Sent {
  /** The service that the signature names. */
  readonly service?: string
}

/** Sends a signed request, and returns the text of the answer. */
async function send(url: URL, key: AccessKey, asked: Signable, trust?: Trust): Promise<string> {
  const { method, headers: given, body, service } = asked
  const target = `${url.pathname}${url.search}`
  const request = { method, url: target, headers: { ...given, host: url.host }, body: Buffer.from(body ?? '') }
  const region = awsRegion()
  const { host: _, ...headers } = sign(request, key, { region, now: new Date(), ...(service && { service }) })
  const sent = { method, headers, ...(body !== undefined && { body }) }
  const answer = await exchange(url, sent, trust ?? trustOf(caBundle())).catch(error => {
    throw new Error(unanswered(url, error))
  })
  const { status, text } = answer
  if (status >= 200 && status < 300) return text
  const error = errorIn(text)
  if (error?.message === undefined) throw new Error(`${url.origin} answers ${status}, not as a personalite server does`)
  const code = String(answer.headers['x-amzn-errortype'] ?? error.__type ?? '')
  throw new ApiError(code.replace(/^.*#|:.*$/g, ''), error.message)
}

/** The bundle takes the place of the certificates that Node believes, as it does for the AWS CLI. */
function trustOf(bundle: string | undefined): Trust {
  if (bundle === undefined) return {}
  try {
    return { ca: readFileSync(bundle) }
  } catch (error) {
    throw new Error(`AWS_CA_BUNDLE: ${bundle} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

const OF_CERTIFICATES = /CERT|ALTNAME|ISSUER|CRL/

function unanswered({ origin, protocol }: URL, { code = '' }: NodeJS.ErrnoException): string {
  if (OF_CERTIFICATES.test(code))
    return `the certificate of ${origin} is not to be trusted (${code}): name the one that signed it in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS`
  if (code === 'EPROTO') return `${origin} does not speak TLS: it may be an endpoint with http://`
  if (code === 'ECONNRESET' && protocol === 'http:')
    return `${origin} closes the connection without an answer: it may be an endpoint with https://`
  return `no server answers at ${origin}; start one with personalite serve, or name it with --endpoint`
}

/** AWS writes `Message` for some of the errors that are common to all services. */
function errorIn(body: string): { readonly message?: string | undefined; readonly __type?: string } | undefined {
  try {
    const error = JSON.parse(body)
    return { ...error, message: error.message ?? error.Message }
  } catch {
    return undefined
  }
}
