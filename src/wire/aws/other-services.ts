import type { ServiceException } from '../../contract/errors.ts'
import type { Reply } from './reply.ts'
import type { Head } from './request.ts'
import { xml } from './xml.ts'

/** The services of this server, as signatures name them. */
const HERE = ['personalize', 'sts']

/**
 * Returns what a client of another service of AWS should do, for the end of a message; '' for one of ours. With
 * `AWS_ENDPOINT_URL` a program sends here what is for S3 and IAM, too.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function hintFor(service: string | undefined): string {
  if (service === undefined || HERE.includes(service)) return ''
  const names = ['', '_EVENTS', '_RUNTIME'].map(part => `AWS_ENDPOINT_URL_PERSONALIZE${part}`).join(', ')
  return `. The request is for ${service}, and this server is Personalize and STS alone: set ${names} in place of AWS_ENDPOINT_URL`
}

/** The service that a request says to be signed for. */
export function serviceIn({ headers }: Pick<Head, 'headers'>): string | undefined {
  return /\bCredential=[^/,]*\/\d{8}\/[a-z\d-]*\/([a-z\d-]{1,40})\//.exec(headers.authorization ?? '')?.[1]
}

/**
 * Returns the reply that refuses a request for S3, whose clients read XML alone, and take a 404 for an object that is
 * not there.
 */
export function s3Error({ code, message }: ServiceException, requestId: string): Reply {
  const body = `<Error>${xml({ Code: code, Message: message.toWellFormed(), RequestId: requestId })}</Error>`
  const length = String(Buffer.byteLength(body))
  const headers = ['content-type', 'application/xml', 'content-length', length, 'x-amz-request-id', requestId]
  return { status: 400, headers, body }
}
