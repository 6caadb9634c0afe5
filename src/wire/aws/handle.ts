import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '../../config/loopback.ts'
import {
  asDeclared,
  InternalFailure,
  ServiceException,
  ServiceUnavailable,
  UnknownOperationException,
  UnrecognizedClientException,
} from '../../contract/errors.ts'
import { operationByRoute, operationByTarget, operationModel } from '../../contract/registry.ts'
import type { OperationName, Service } from '../../contract/shapes.ts'
import { validateInput } from '../../contract/validate.ts'
import { faultOf, type Log } from '../../log.ts'
import { isStoreError } from '../../store/store.ts'
import { reasonOf } from '../reasons.ts'
import { type Credentials, checkHead, checkSignature, type Signed } from './authenticate.ts'
import { readBody } from './body.ts'
import { errorReply, type Reply, successReply } from './reply.ts'

/** A request of which the body may yet have to come. */
export interface Head {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export interface Request extends Head {
  readonly body: Buffer
}

/** Answers a request whose head was let through; never rejects. */
export type BodyHandler = (body: Buffer) => Promise<Reply>

/** What a server answers, as it reads in another region than its own. */
export interface Retold {
  /** The output of an operation. */
  output<Output>(output: Output): Output
  message(text: string): string
}

export interface Api {
  readonly credentials: Credentials
  /** The key is the one that everybody knows: then requests must be addressed to loopback. */
  readonly isKeyPublic: boolean
  readonly log: Log
  /** How to answer a client that signs for another region than this server's; undefined where it is the same. */
  retoldIn?(region: string): Retold | undefined
  /** Runs an operation on an input that its model allows. */
  invoke(name: OperationName, input: object): Promise<unknown>
  /** Is told of every reply: of which operation, with the code of which error, after how long. Throws nothing. */
  answered?(name: OperationName | undefined, code: string | undefined, ms: number, input: unknown): void
  /** Is told of every request that was refused: why, in one of a few phrases. Throws nothing. */
  refused?(name: OperationName | undefined, reason: string): void
}

/**
 * Takes a request in, and gives what answers it once its body is there; or at once the reply to one that its head tells
 * must be refused, so that strangers have no room for bodies. The steps are in the order in which the service takes
 * them, so that the first thing wrong decides the error: route, authenticate, read, validate, invoke, write.
 */
export function receive(head: Head, api: Api): Reply | BodyHandler {
  const requestId = randomUUID()
  let name: OperationName | undefined
  try {
    name = route(head)
    const call = { requestId, name, head, signed: admit(head, api) }
    return body => answer(call, body, api)
  } catch (error) {
    return refused({ requestId, name, head }, error, 0, api)
  }
}

interface Call {
  readonly requestId: string
  readonly name: OperationName
  readonly head: Head
  readonly signed: Signed
}

async function answer(call: Call, body: Buffer, api: Api): Promise<Reply> {
  const { requestId, name, head, signed } = call
  const startedAt = performance.now()
  try {
    checkSignature(head, body, signed)
    const input = readBody(body, head.headers['content-encoding'])
    validateInput(name, input)
    const output = await api.invoke(name, input as object)
    const retold = api.retoldIn?.(signed.authorization.region)
    const reply = successReply(operationModel(name), retold ? retold.output(output) : output, requestId)
    api.answered?.(name, undefined, performance.now() - startedAt, input)
    return reply
  } catch (error) {
    return refused(call, error, performance.now() - startedAt, api)
  }
}

/** A call of which it may be that no more than its head is known. */
type RefusedCall = Pick<Call, 'requestId' | 'head'> &
  Partial<Pick<Call, 'signed'>> & { readonly name: OperationName | undefined }

/** Tells the client, the log and the metrics. */
function refused({ requestId, name, head, signed }: RefusedCall, error: unknown, ms: number, api: Api): Reply {
  const thrown = toException(error, api.log, requestId)
  const exception = name ? asDeclared(name, thrown) : thrown
  const { code, hint } = exception
  const reason = reasonOf(exception)
  api.answered?.(name, code, ms, undefined)
  api.refused?.(name, reason?.what ?? code)
  api.log.info({ requestId, operation: name, code, reason: reason?.text, ms: Math.round(ms), hint }, 'refused')
  const retold = signed && api.retoldIn?.(signed.authorization.region)
  return errorReply(serviceOf(head.url), exception, requestId, retold?.message(exception.message))
}

/** The reply to a request for `url` that is refused before it is read. */
export function refusal(url: string, error: ServiceException): Reply {
  return errorReply(serviceOf(url), error, randomUUID())
}

/** The control plane has one path and names the operation in a header; events and runtime have a path each. */
function route({ method, url, headers }: Head): OperationName {
  const path = pathOf(url)
  const target = headers['x-amz-target']
  const isTargeted = path === '/' && method === 'POST' && typeof target === 'string'
  const asked = isTargeted ? target : `${method} ${path}`
  const name = (isTargeted ? operationByTarget : operationByRoute).get(asked)
  if (!name) throw new UnknownOperationException(`There is no such operation: ${asked.slice(0, 100)}`)
  return name
}

function serviceOf(url: string): Service {
  const name = operationByRoute.get(`POST ${pathOf(url)}`)
  return name ? operationModel(name).service : 'control'
}

/** The path of a URL, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/**
 * Lets through the head of what a known key may have signed: `checkSignature` has the last word. Where that is the key
 * that everybody knows, a page in a browser on this machine could sign too, under a name of its own that it has made
 * lead here (DNS rebinding): then only loopback's names will do.
 */
export function admit(head: Head, { credentials, isKeyPublic }: Api): Signed {
  const signed = checkHead(head, credentials, new Date())
  if (!isKeyPublic) return signed
  const hostname = head.headers.host?.replace(/:\d+$/, '') ?? ''
  if (isLoopback(hostname)) return signed
  throw new UnrecognizedClientException(
    `The key "local" is only for requests to localhost, not to ${hostname}: start the server with an access key of your own`,
  )
}

/**
 * The error as the client is told of it. A fault of ours is logged under the request's id, and told without details.
 * SDKs try again what is 503: nothing is stored twice by that.
 */
export function toException(error: unknown, log: Log, requestId: string): ServiceException {
  if (error instanceof ServiceException) return error
  if (isStoreError(error, 'unavailable')) {
    log.error({ requestId, reason: error.message }, 'the store is unavailable')
    return new ServiceUnavailable('The store cannot be reached or written to at the moment: try again')
  }
  log.error({ requestId, ...faultOf(error) }, 'internal failure')
  return new InternalFailure('The server failed; its log has the details under this request id')
}
