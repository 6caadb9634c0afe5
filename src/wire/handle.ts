import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import {
  InternalFailure,
  SerializationException,
  ServiceException,
  UnknownOperationException,
} from '../contract/errors.ts'
import {
  type OperationName,
  operationByRoute,
  operationByTarget,
  operationModel,
  type Service,
} from '../contract/registry.ts'
import { validateInput } from '../contract/validate.ts'
import type { Log } from '../log.ts'
import { authenticate, type Credentials } from './authenticate.ts'
import { errorReply, type Reply, successReply } from './reply.ts'

export interface Request {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Api {
  readonly credentials: Credentials
  readonly log: Log
  /** Runs an operation on an input that its model allows. */
  invoke(name: OperationName, input: never): Promise<unknown>
}

/**
 * One request in, one reply out. The steps are in the order in which the service takes them, so that the first thing
 * wrong decides the error: route, authenticate, read, validate, invoke, write.
 */
export async function handle(request: Request, { credentials, log, invoke }: Api): Promise<Reply> {
  const requestId = randomUUID()
  const startedAt = performance.now()
  let name: OperationName | undefined
  try {
    name = route(request)
    authenticate(request, credentials, new Date())
    const input = readJson(request.body)
    validateInput(name, input)
    const output = await invoke(name, input as never)
    return successReply(operationModel(name), output, requestId)
  } catch (error) {
    const exception = toException(error, log, requestId)
    const ms = Math.round(performance.now() - startedAt)
    log.info({ requestId, operation: name, code: exception.code, ms, hint: exception.hint }, 'refused')
    return errorReply(serviceOf(request.url), exception, requestId)
  }
}

/** The reply to a request for `url` that is refused before it is read. */
export function refusal(url: string, error: ServiceException): Reply {
  return errorReply(serviceOf(url), error, randomUUID())
}

/** The control plane has one path and names the operation in a header; events and runtime have a path each. */
function route({ method, url, headers }: Request): OperationName {
  const path = pathOf(url)
  const target = headers['x-amz-target']
  const name =
    path === '/' && method === 'POST' && typeof target === 'string'
      ? operationByTarget.get(target)
      : operationByRoute.get(`${method} ${path}`)
  if (!name) throw new UnknownOperationException(`There is no such operation: ${method} ${path.slice(0, 100)}`)
  return name
}

function serviceOf(url: string): Service {
  const name = operationByRoute.get(`POST ${pathOf(url)}`)
  return name ? operationModel(name).service : 'control'
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** @throws SerializationException where the body is not JSON in UTF-8 */
function readJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw new SerializationException('The request body is not UTF-8')
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new SerializationException('The request body is not JSON')
  }
}

function toException(error: unknown, log: Log, requestId: string): ServiceException {
  if (error instanceof ServiceException) return error
  log.error(
    { requestId, fault: error instanceof Error ? error.name : typeof error, where: whereOf(error) },
    'internal failure',
  )
  return new InternalFailure('The server failed; its log has the details under this request id')
}

/** Where a fault of ours came from. Not its message, which may quote a row, in as many lines as that has. */
function whereOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !error.stack) return undefined
  const frames = error.stack
    .replace(error.message, '')
    .split('\n')
    .filter(line => /^ {4}at /.test(line))
  return frames.slice(0, 5).join('\n')
}
