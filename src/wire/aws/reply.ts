import { STATUS_CODES } from 'node:http'
import { type ServiceException, ServiceUnavailable, statusOf, ThrottlingException } from '../../contract/errors.ts'
import type { OperationModel, Service } from '../../contract/shapes.ts'

export interface Reply {
  readonly status: number
  /** Names and values in turn, as node's writeHead takes them, `content-length` among them. */
  readonly headers: readonly string[]
  readonly body: string
}

const CONTENT_TYPES: Readonly<Record<Service, string>> = {
  control: 'application/x-amz-json-1.1',
  events: 'application/json',
  runtime: 'application/json',
}

/**
 * How long a client is to wait that was told to slow down. The SDK for JavaScript does, all know the error by its name;
 * its status is the service's 400, by which botocore's `legacy` mode knows it too.
 */
const RETRY_AFTER_SECONDS = '1'

/** 200 with the output; an operation whose model has no output has an empty body, as the service's replies have. */
export function successReply({ service, output: shape }: OperationModel, output: unknown, requestId: string): Reply {
  return reply(200, service, requestId, shape ? JSON.stringify(output) : '')
}

/**
 * The control plane names the error in the body, events and runtime in a header; every SDK reads both.
 * @param told the message as this client is told it
 */
export function errorReply(service: Service, error: ServiceException, requestId: string, told = error.message): Reply {
  // A message may quote a value that was cut in two, and not every client reads half a surrogate pair.
  const message = told.toWellFormed()
  const body = service === 'control' ? { __type: error.code, message } : { message }
  const more = ['x-amzn-errortype', error.code]
  if (error instanceof ThrottlingException || error instanceof ServiceUnavailable)
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

/** For a reply after which the connection is closed. */
export const CLOSE = 'Connection: close\r\n'

/** The reply as it goes over the wire, as node writes it. @param connection the headers that tell what becomes of it */
export function textOf({ status, headers, body }: Reply, connection: string): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
  return `${head}Date: ${dateOf(Date.now())}\r\n${connection}\r\n${body}`
}

let [second, date] = [0, '']

/** As HTTP writes it, made once a second. */
function dateOf(now: number): string {
  if (now - second >= 1000 || now < second) {
    second = now - (now % 1000)
    date = new Date(second).toUTCString()
  }
  return date
}
