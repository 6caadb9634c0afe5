import { type ServiceException, statusOf } from '../contract/errors.ts'
import type { OperationModel, Service } from '../contract/registry.ts'

export interface Reply {
  readonly status: number
  /** Names and values in turn, as node's writeHead takes them. */
  readonly headers: readonly string[]
  readonly body: string
}

const CONTENT_TYPES: Readonly<Record<Service, string>> = {
  control: 'application/x-amz-json-1.1',
  events: 'application/json',
  runtime: 'application/json',
}

/** 200 with the output; an operation whose model has no output has an empty body, as the service's replies have. */
export function successReply({ service, output: shape }: OperationModel, output: unknown, requestId: string): Reply {
  return reply(200, service, requestId, shape ? JSON.stringify(output) : '')
}

/** The control plane names the error in the body, events and runtime in a header; every SDK reads both. */
export function errorReply(service: Service, error: ServiceException, requestId: string): Reply {
  // A message may quote a value that was cut in two, and not every client reads half a surrogate pair.
  const message = error.message.toWellFormed()
  const body = service === 'control' ? { __type: error.code, message } : { message }
  return reply(statusOf(error, service), service, requestId, JSON.stringify(body), ['x-amzn-errortype', error.code])
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
