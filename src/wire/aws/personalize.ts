import { randomUUID } from 'node:crypto'
import { asDeclared } from '../../contract/declared-errors.ts'
import { type ServiceException, UnknownOperationException } from '../../contract/errors.ts'
import { operationByName, operationByRoute, operationByTarget, operationModel } from '../../contract/registry.ts'
import { headersOf } from '../../contract/reply-headers.ts'
import type { OperationName, Service } from '../../contract/shapes.ts'
import { validateInput } from '../../contract/validate.ts'
import { Written } from '../../contract/written.ts'
import { reasonOf } from '../reasons.ts'
import { type Api, permitOf } from './api.ts'
import { readBody } from './body.ts'
import { type Kind, msSince, receiveOf } from './handle.ts'
import { hintFor, s3Error, serviceIn } from './other-services.ts'
import { errorReply, type Reply, successReply } from './reply.ts'
import { type BodyHandler, type Head, pathOf } from './request.ts'

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
    validateInput(name, input, (member, known) => api.leftOut?.(name, member, known))
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
    if (serviceIn(head) === 's3') return s3Error(error, requestId)
    const inRegion = signed && api.inRegion?.(signed.authorization.region)
    return errorReply(serviceOf(head.url), error, requestId, inRegion?.message(error.message))
  },
  asDeclared: (name, error) => asDeclared(name as OperationName, error),
}

/** Receives a request for the API of Personalize. */
export function receive(head: Head, api: Api): Reply | BodyHandler {
  return receiveOf(OPERATIONS, head, api)
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
  if (name) return name
  const hint = hintFor(serviceIn({ headers })) || perhaps(asked)
  throw new UnknownOperationException(`There is no such operation: ${asked.slice(0, 100)}${hint}`)
}

/** The operation that a request is probably meant for, for the end of a message: another method, slash or prefix. */
function perhaps(asked: string): string {
  const last = asked.split(/[/. ]/).findLast(part => part !== '') ?? ''
  const name = operationByName.get(last)?.name ?? operationByRoute.get(`POST /${last.toLowerCase()}`)
  if (!name) return ''
  const { targetPrefix, method, path } = operationModel(name)
  return targetPrefix ? `; is it POST / with X-Amz-Target: ${targetPrefix}.${name}?` : `; is it ${method} ${path}?`
}

function serviceOf(url: string): Service {
  const name = operationByRoute.get(`POST ${pathOf(url)}`)
  return name ? operationModel(name).service : 'control'
}
