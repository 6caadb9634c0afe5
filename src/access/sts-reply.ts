import type { ServiceException } from '../contract/errors.ts'
import type { Reply } from '../wire/aws/reply.ts'
import { type Elements, xml } from '../wire/aws/xml.ts'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** The names and statuses of errors in the query protocol of STS. */
const ERRORS: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDeniedException: ['AccessDenied', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 403],
  InvalidInputException: ['ValidationError', 400],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  UnknownOperationException: ['InvalidAction', 400],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
}

/** Returns the reply of an action that succeeded. */
export function stsReply(action: string, result: Elements, requestId: string): Reply {
  const metadata = { RequestId: requestId }
  const body = { [`${action}Result`]: result, ResponseMetadata: metadata }
  return reply(200, `<${action}Response xmlns="${NAMESPACE}">${xml(body)}</${action}Response>`, requestId)
}

/** Returns the reply of a request that was refused. */
export function stsError(error: ServiceException, requestId: string): Reply {
  const [code, status] = ERRORS[error.code] ?? [error.code, error.status ?? 400]
  const type = status < 500 ? 'Sender' : 'Receiver'
  const body = { Error: { Type: type, Code: code, Message: error.message.toWellFormed() }, RequestId: requestId }
  return reply(status, `<ErrorResponse xmlns="${NAMESPACE}">${xml(body)}</ErrorResponse>`, requestId)
}

function reply(status: number, body: string, requestId: string): Reply {
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': 'text/xml', 'content-length': length, 'x-amzn-requestid': requestId }
  return { status, headers: [...Object.entries(headers).flat(), 'cache-control', 'no-store'], body }
}
