import { randomUUID } from 'node:crypto'
import { isLoopback } from '../../config/loopback.ts'
import {
  InternalFailure,
  ServiceException,
  ServiceUnavailable,
  UnrecognizedClientException,
} from '../../contract/errors.ts'
import { faultOf, type Log } from '../../log.ts'
import { isStoreError } from '../../store/store.ts'
import { reasonOf } from '../reasons.ts'
import type { Api } from './api.ts'
import { checkHead, checkSignature, type Signed, UnknownKeyException } from './authenticate.ts'
import type { Reply } from './reply.ts'
import type { BodyHandler, Head } from './request.ts'

/** A request on its way to its reply. Once it has one, it is what an audit trail is told. */
interface Exchange {
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
type Proven = Exchange & { readonly name: string; readonly signed: Signed }

/** How requests of one kind are answered. All but `nameOf` and `ask` throw nothing. */
export interface Kind<Output> {
  /** As CloudTrail names it. */
  readonly source: string
  /** The service that requests are signed for, if that is not personalize. */
  readonly service?: string
  /** @throws UnknownOperationException */
  nameOf(head: Head): string
  /** Does what a request asks for. It notes the input in `exchange` once that is valid. */
  ask(exchange: Proven, body: Buffer, api: Api): Output | Promise<Output>
  /** Returns the reply. It notes in `exchange` what an audit trail may have of the output. */
  reply(exchange: Proven, output: Output, api: Api): Reply
  /** Returns the reply that refuses a request. */
  refusal(exchange: Exchange, error: ServiceException, api: Api): Reply
  /** The exception that clients of an operation know. Left out, any. */
  asDeclared?(name: string, error: ServiceException): ServiceException
}

/**
 * Checks the head of a request. Returns the handler that answers it once its body is there, or the reply that refuses
 * it. So a client without a key never takes memory for a body.
 */
export function receiveOf<Output>(kind: Kind<Output>, head: Head, api: Api): Reply | BodyHandler {
  const { source, service } = kind
  const exchange: Exchange = {
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
    exchange.name = kind.nameOf(head)
    exchange.signed = admit(head, api, service)
    return body => answer(kind, exchange as Proven, body, api)
  } catch (error) {
    const refuse = (reason: unknown) => refused(kind, exchange, reason, api)
    return afterRefresh(error, api, known => receiveOf(kind, head, known), refuse) ?? refuse(error)
  }
}

async function answer<Output>(kind: Kind<Output>, exchange: Proven, body: Buffer, api: Api): Promise<Reply> {
  exchange.startedAt = performance.now()
  try {
    checkSignature(exchange.head, body, exchange.signed)
    exchange.isProven = true
    const reply = kind.reply(exchange, await kind.ask(exchange, body, api), api)
    api.handled?.(exchange)
    return reply
  } catch (error) {
    return refused(kind, exchange, error, api)
  }
}

/** Returns the reply to a request that is refused, and reports it to the log and the audit trail. */
function refused<Output>(kind: Kind<Output>, exchange: Exchange, thrown: unknown, api: Api): Reply {
  const { requestId, name } = exchange
  const exception = toException(thrown, api.log, requestId)
  const error = (name && kind.asDeclared?.(name, exception)) || exception
  const { code, hint } = error
  const [reason, ms] = [reasonOf(error)?.text, Math.round(msSince(exchange))]
  api.log.info({ requestId, operation: name, code, reason, ms, hint }, 'refused')
  if (name !== undefined) api.handled?.({ ...exchange, name, output: undefined, error })
  return kind.refusal(exchange, error, api)
}

/** How long it took since its body was there. */
export function msSince({ startedAt }: Exchange): number {
  return startedAt === undefined ? 0 : performance.now() - startedAt
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
