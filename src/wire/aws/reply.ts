import { STATUS_CODES } from 'node:http'
import { statusOf } from '../../contract/declared-errors.ts'
import { type ServiceException, ServiceUnavailable, ThrottlingException } from '../../contract/errors.ts'
import type { OperationModel, Service } from '../../contract/shapes.ts'
import { Written } from '../../contract/written.ts'

export interface Reply {
  readonly status: number
  /** Names and values alternate, as node's writeHead takes them. They include `content-length`. */
  readonly headers: readonly string[]
  /** Bytes only in reply to a GET, which node's HTTP sends. */
  readonly body: string | Buffer
}

const CONTENT_TYPES: Readonly<Record<Service, string>> = {
  control: 'application/x-amz-json-1.1',
  events: 'application/json',
  runtime: 'application/json',
}

/**
 * How long a throttled client should wait. The SDK for JavaScript obeys it. All SDKs recognize the error by its name,
 * and botocore's `legacy` mode also needs the service's status 400.
 */
const RETRY_AFTER_SECONDS = '1'

/**
 * Returns a 200 with the output. Like the service, it sends an empty body where the model has no output.
 * @param more further headers: names and values alternate
 */
export function successReply(
  { service, output: shape }: OperationModel,
  output: unknown,
  requestId: string,
  more?: readonly string[],
): Reply {
  const text = output instanceof Written ? output.text : JSON.stringify(output)
  return reply(200, service, requestId, shape ? text : '', more)
}

/**
 * The control plane names the error in the body; events and runtime name it in a header. Every SDK reads both.
 * @param told the message for this client
 */
export function errorReply(service: Service, error: ServiceException, requestId: string, told = error.message): Reply {
  // A quoted value may have been cut inside a surrogate pair, and not every client reads half a pair.
  const message = told.toWellFormed()
  const body = service === 'control' ? { __type: error.code, message } : { message }
  const more = ['x-amzn-errortype', error.code]
  if (error.isOrdered) more.push('x-personalite-fault', 'true')
  else if (error instanceof ThrottlingException || error instanceof ServiceUnavailable)
    more.push('retry-after', RETRY_AFTER_SECONDS)
  return reply(statusOf(error, service), service, requestId, JSON.stringify(body), more)
}

function reply(status: number, service: Service, requestId: string, body: string, more: readonly string[] = []): Reply {
  const headers = [
    'content-type',
    CONTENT_TYPES[service],
    'content-length',
    String(Buffer.byteLength(body)),
    'x-amzn-requestid',
    requestId,
    ...more,
  ]
  return { status, headers, body }
}

/** The header line of a reply after which the connection is closed. */
export const CLOSE = 'Connection: close\r\n'

/**
 * The bytes of a reply as node's HTTP writes them. @param connection the header lines that keep or close the connection
 */
export function textOf({ status, headers, body }: Reply, connection: string): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
  return `${head}Date: ${dateOf(Date.now())}\r\n${connection}\r\n${body}`
}

let [second, date] = [0, '']

/** The Date header, formatted once a second. */
function dateOf(now: number): string {
  if (now - second >= 1000 || now < second) {
    second = now - (now % 1000)
    date = new Date(second).toUTCString()
  }
  return date
}
