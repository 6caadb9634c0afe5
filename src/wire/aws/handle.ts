import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '../../config/loopback.ts'
import { asDeclared } from '../../contract/declared-errors.ts'
import {
  InternalFailure,
  ServiceException,
  ServiceUnavailable,
  UnknownOperationException,
  UnrecognizedClientException,
} from '../../contract/errors.ts'
import { operationByRoute, operationByTarget, operationModel } from '../../contract/registry.ts'
import { headersOf } from '../../contract/reply-headers.ts'
import type { OperationName, Service } from '../../contract/shapes.ts'
import { validateInput } from '../../contract/validate.ts'
import { faultOf, type Log } from '../../log.ts'
import { isStoreError } from '../../store/store.ts'
import { reasonOf } from '../reasons.ts'
import { type Credentials, checkHead, checkSignature, type Signed, UnknownKeyException } from './authenticate.ts'
import { readBody } from './body.ts'
import { errorReply, type Reply, successReply } from './reply.ts'

/** The connection that a request came on. A socket fits. */
export interface Peer {
  /** The address at its other end. */
  readonly remoteAddress?: string | undefined
  /** True of TLS. */
  readonly encrypted?: boolean
  /** Of TLS: its version, such as `TLSv1.3`, and its cipher. Null once the connection is closed. */
  getProtocol?(): string | null
  getCipher?(): { readonly name: string } | null
}

/** A request whose body may still be on its way. */
export interface Head {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly peer?: Peer | undefined
}

export interface Request extends Head {
  readonly body: Buffer
}

/** Answers a request whose head was accepted. Never rejects. */
export type BodyHandler = (body: Buffer) => Promise<Reply>

/** Rewrites the ARNs of a reply for a client that signs for another region. */
export interface InRegion {
  /** The output of an operation. */
  output<Output>(output: Output): Output
  message(text: string): string
}

/** A request that has its reply. */
export interface Handled {
  readonly requestId: string
  readonly head: Head
  /** The service that was asked, as CloudTrail names it: `personalize.amazonaws.com`. */
  readonly source: string
  /** The operation, or the name of a route. */
  readonly name: string
  /** Undefined where the head was refused: nobody knows then who asked. */
  readonly signed?: Signed | undefined
  /** Whether the signature is right. If it is not, anyone may have named the key. */
  readonly isProven: boolean
  /** What was asked for. Undefined where it is not valid, since anything may be in it then. */
  readonly input?: object | undefined
  /** The ARN that a tracking id in the input stands for. */
  readonly trackedArn?: string | undefined
  /** The reply, as the client sees it. */
  readonly output?: unknown
  /** The error that refused it. */
  readonly error?: ServiceException | undefined
}

/** Checks that the caller may do what the input asks for. @throws AccessDeniedException */
export type Permit = (input: object) => void | Promise<void>

export interface Api {
  readonly credentials: Credentials
  /** Whether the only key is the public default key. Requests must then be addressed to loopback. */
  readonly isKeyPublic: boolean
  readonly log: Log
  /** How to answer a client that signs for another region. Undefined where the region is this server's own. */
  inRegion?(region: string): InRegion | undefined
  /**
   * Runs an operation on an input that its model allows.
   * @param permit is called with the input before anything is done, as the operation will have it
   */
  invoke(name: OperationName, input: object, permit?: Permit): Promise<unknown>
  /** Called for every reply with its operation, its error code and its duration in milliseconds. Throws nothing. */
  answered?(name: OperationName | undefined, code: string | undefined, ms: number, input: unknown): void
  /** Called for every refused request with one of a few fixed reasons. Throws nothing. */
  refused?(name: OperationName | undefined, reason: string): void
  /** Called for every request for an operation that has its reply, for an audit trail. Throws nothing. */
  readonly handled?: ((request: Handled) => void) | undefined
}

/** The service whose operations these are. */
const SOURCE = 'personalize.amazonaws.com'

/**
 * Checks the head of a request. Returns the handler that answers it once its body is there, or the reply that refuses
 * it. So a client without a key never takes memory for a body. The steps have the service's order, so that the first
 * fault decides the error: route, authenticate, read, validate, authorize, invoke, write.
 */
export function receive(head: Head, api: Api): Reply | BodyHandler {
  const requestId = randomUUID()
  let name: OperationName | undefined
  try {
    name = route(head)
    const call = { requestId, name, head, signed: admit(head, api) }
    return body => answer(call, body, api)
  } catch (error) {
    const refuse = (reason: unknown) => refused({ requestId, name, head }, reason, 0, api)
    return afterRefresh(error, api, known => receive(head, known), refuse) ?? refuse(error)
  }
}

/**
 * Returns a handler for a request that was refused for its key: it receives the request once more when all keys are
 * known that other servers have made. Undefined for other errors, and where there are no other servers.
 */
export function afterRefresh(
  error: unknown,
  api: Api,
  receiveAgain: (api: Api) => Reply | BodyHandler,
  refuse: (error: unknown) => Reply,
): BodyHandler | undefined {
  const { credentials } = api
  if (!(error instanceof UnknownKeyException) || !credentials.refresh) return undefined
  return async body => {
    try {
      await credentials.refresh!()
    } catch (reason) {
      return refuse(reason)
    }
    const received = receiveAgain({ ...api, credentials: { get: credentials.get } })
    return typeof received === 'function' ? received(body) : received
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
  let [isProven, valid]: [boolean, object | undefined] = [false, undefined]
  try {
    checkSignature(head, body, signed)
    isProven = true
    const input = readBody(body, head.headers['content-encoding'])
    validateInput(name, input)
    valid = input as object
    const output = await api.invoke(name, valid, permitOf(`personalize:${name}`, head, signed))
    const inRegion = api.inRegion?.(signed.authorization.region)
    const shown = inRegion ? inRegion.output(output) : output
    const reply = successReply(operationModel(name), shown, requestId, headersOf(output))
    api.answered?.(name, undefined, performance.now() - startedAt, input)
    api.handled?.({ requestId, head, source: SOURCE, name, signed, isProven, input: valid, output: shown })
    return reply
  } catch (error) {
    return refused({ ...call, isProven, input: valid }, error, performance.now() - startedAt, api)
  }
}

/** Returns the check of what a caller may do; undefined for a key that may do everything. */
export function permitOf(action: string, head: Head, { secret, authorization }: Signed): Permit | undefined {
  const { guard } = secret
  return guard && (input => guard({ action, input, head, region: authorization.region }))
}

/** A call that was refused, perhaps before anything but its head was read. */
type RefusedCall = Pick<Call, 'requestId' | 'head'> &
  Partial<Pick<Call, 'signed'> & Pick<Handled, 'isProven' | 'input'>> & { readonly name: OperationName | undefined }

/** Returns the reply, and reports the refusal to the log and the metrics. */
function refused(call: RefusedCall, error: unknown, ms: number, api: Api): Reply {
  const { requestId, name, head, signed, isProven = false, input } = call
  const thrown = toException(error, api.log, requestId)
  const exception = name ? asDeclared(name, thrown) : thrown
  const { code, hint } = exception
  const reason = reasonOf(exception)
  api.answered?.(name, code, ms, undefined)
  api.refused?.(name, reason?.what ?? code)
  api.log.info({ requestId, operation: name, code, reason: reason?.text, ms: Math.round(ms), hint }, 'refused')
  if (name) api.handled?.({ requestId, head, source: SOURCE, name, signed, isProven, input, error: exception })
  const inRegion = signed && api.inRegion?.(signed.authorization.region)
  return errorReply(serviceOf(head.url), exception, requestId, inRegion?.message(exception.message))
}

/** The reply to a request for `url` that is refused before it is read. */
export function refusal(url: string, error: ServiceException): Reply {
  return errorReply(serviceOf(url), error, randomUUID())
}

/**
 * The control plane has one path and names the operation in a header. The operations of events and runtime have a path
 * each.
 */
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
 * Checks the head; `checkSignature` follows once the body is there. Every web page knows the public default key. A page
 * could reach this server under a domain of its own (DNS rebinding), so that key is accepted only for names of
 * loopback.
 */
export function admit(head: Head, { credentials, isKeyPublic }: Api, service?: string): Signed {
  const signed = checkHead(head, credentials, new Date(), service)
  if (!isKeyPublic) return signed
  const hostname = head.headers.host?.replace(/:\d+$/, '') ?? ''
  if (isLoopback(hostname)) return signed
  throw new UnrecognizedClientException(
    `The key "local" is only for requests to localhost, not to ${hostname}: start the server with an access key of your own`,
  )
}

/**
 * Returns the exception that the client receives. A fault of the server is logged under the request's id; the client
 * receives no details. SDKs retry a 503, which stores nothing twice.
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
