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
import { Written } from '../../contract/written.ts'
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
  /** The input of the operation. Undefined where it is not valid, since anything may be in it then. */
  readonly input?: object | undefined
  /** The ARN that a tracking id in the input stands for. */
  readonly trackedArn?: string | undefined
  /** The reply, as the client sees it. Undefined where an operation wrote it as text. */
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

/** A request on its way to its reply. Once it has one, it is what an audit trail is told. */
export interface Asked {
  readonly requestId: string
  readonly head: Head
  readonly source: string
  /** Undefined where the head asks for nothing that there is. */
  name: string | undefined
  signed: Signed | undefined
  isProven: boolean
  input: object | undefined
  output: unknown
  /** When its body was there, by `performance.now`. */
  startedAt: number | undefined
}

/** A request whose signature is right. */
export type Proven = Asked & { readonly name: string; readonly signed: Signed }

/** How requests of one kind are answered. All but `nameOf` and `ask` throw nothing. */
export interface Kind<Output> {
  /** As CloudTrail names it. */
  readonly source: string
  /** The service that requests are signed for, if that is not personalize. */
  readonly service?: string
  /** @throws UnknownOperationException */
  nameOf(head: Head): string
  /** Does what a request asks for. It notes the input in `asked` once that is valid. */
  ask(asked: Proven, body: Buffer, api: Api): Output | Promise<Output>
  /** Returns the reply. It notes in `asked` what an audit trail may have of the output. */
  reply(asked: Proven, output: Output, api: Api): Reply
  /** Returns the reply that refuses a request. */
  refusal(asked: Asked, error: ServiceException, api: Api): Reply
  /** The exception that clients of an operation know. Left out, any. */
  asDeclared?(name: string, error: ServiceException): ServiceException
}

/**
 * Checks the head of a request. Returns the handler that answers it once its body is there, or the reply that refuses
 * it. So a client without a key never takes memory for a body.
 */
export function receiveOf<Output>(kind: Kind<Output>, head: Head, api: Api): Reply | BodyHandler {
  const { source, service } = kind
  const asked: Asked = {
    requestId: randomUUID(),
    head,
    source,
    name: undefined,
    signed: undefined,
    isProven: false,
    input: undefined,
    output: undefined,
    startedAt: undefined,
  }
  try {
    asked.name = kind.nameOf(head)
    asked.signed = admit(head, api, service)
    return body => answer(kind, asked as Proven, body, api)
  } catch (error) {
    const refuse = (reason: unknown) => refused(kind, asked, reason, api)
    return afterRefresh(error, api, known => receiveOf(kind, head, known), refuse) ?? refuse(error)
  }
}

async function answer<Output>(kind: Kind<Output>, asked: Proven, body: Buffer, api: Api): Promise<Reply> {
  asked.startedAt = performance.now()
  try {
    checkSignature(asked.head, body, asked.signed)
    asked.isProven = true
    const reply = kind.reply(asked, await kind.ask(asked, body, api), api)
    api.handled?.(asked)
    return reply
  } catch (error) {
    return refused(kind, asked, error, api)
  }
}

/** Returns the reply to a request that is refused, and reports it to the log and the audit trail. */
function refused<Output>(kind: Kind<Output>, asked: Asked, thrown: unknown, api: Api): Reply {
  const { requestId, name } = asked
  const exception = toException(thrown, api.log, requestId)
  const error = (name && kind.asDeclared?.(name, exception)) || exception
  const { code, hint } = error
  const [reason, ms] = [reasonOf(error)?.text, Math.round(msSince(asked))]
  api.log.info({ requestId, operation: name, code, reason, ms, hint }, 'refused')
  if (name !== undefined) api.handled?.({ ...asked, name, output: undefined, error })
  return kind.refusal(asked, error, api)
}

/** How long it took since its body was there. */
function msSince({ startedAt }: Asked): number {
  return startedAt === undefined ? 0 : performance.now() - startedAt
}

/**
 * The API of Personalize. The steps have the service's order, so that the first fault decides the error: route,
 * authenticate, read, validate, authorize, invoke, write.
 */
const OPERATIONS: Kind<unknown> = {
  source: 'personalize.amazonaws.com',
  nameOf: route,
  ask(asked, body, api) {
    const { head, signed } = asked
    const name = asked.name as OperationName
    const input = readBody(body, head.headers['content-encoding'])
    validateInput(name, input)
    asked.input = input as object
    return api.invoke(name, input as object, permitOf(`personalize:${name}`, head, signed))
  },
  reply(asked, output, api) {
    const name = asked.name as OperationName
    const inRegion = api.inRegion?.(asked.signed.authorization.region)
    const shown = inRegion && !(output instanceof Written) ? inRegion.output(output) : output
    asked.output = shown instanceof Written ? undefined : shown
    const reply = successReply(operationModel(name), shown, asked.requestId, headersOf(output))
    api.answered?.(name, undefined, msSince(asked), asked.input)
    return reply
  },
  refusal(asked, error, api) {
    const { head, signed, requestId } = asked
    const name = asked.name as OperationName | undefined
    api.answered?.(name, error.code, msSince(asked), undefined)
    api.refused?.(name, reasonOf(error)?.what ?? error.code)
    const inRegion = signed && api.inRegion?.(signed.authorization.region)
    return errorReply(serviceOf(head.url), error, requestId, inRegion?.message(error.message))
  },
  asDeclared: (name, error) => asDeclared(name as OperationName, error),
}

/** Receives a request for the API of Personalize. */
export function receive(head: Head, api: Api): Reply | BodyHandler {
  return receiveOf(OPERATIONS, head, api)
}

/**
 * Returns a handler for a request that was refused for its key: it receives the request once more when all keys are
 * known that other servers have made. Undefined for other errors, and where there are no other servers.
 */
function afterRefresh(
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

/** Returns the check of what a caller may do; undefined for a key that may do everything. */
export function permitOf(action: string, head: Head, { secret, authorization }: Signed): Permit | undefined {
  const { guard } = secret
  return guard && (input => guard({ action, input, head, region: authorization.region }))
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
function admit(head: Head, { credentials, isKeyPublic }: Api, service?: string): Signed {
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
function toException(error: unknown, log: Log, requestId: string): ServiceException {
  if (error instanceof ServiceException) return error
  if (isStoreError(error, 'unavailable')) {
    log.error({ requestId, reason: error.message }, 'the store is unavailable')
    return new ServiceUnavailable('The store cannot be reached or written to at the moment: try again')
  }
  log.error({ requestId, ...faultOf(error) }, 'internal failure')
  return new InternalFailure('The server failed; its log has the details under this request id')
}
