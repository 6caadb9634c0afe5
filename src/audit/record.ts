import { randomUUID } from 'node:crypto'
import { arnStart } from '../contract/arn-start.ts'
import type { ServiceException } from '../contract/errors.ts'
import { operationByName } from '../contract/registry.ts'
import type { OperationName } from '../contract/shapes.ts'
import { withoutValues } from '../log.ts'
import type { Handled } from '../wire/aws/api.ts'
import type { Origin } from '../wire/aws/origin.ts'
import { reasonOf } from '../wire/reasons.ts'
import { identityOf } from './identity.ts'
import { recordedArns, recordedCredentials, recordedMembers, recordedOwn } from './parameters.ts'
import { resourcesOf } from './resources.ts'

/** The account and region of the server. */
export interface Account {
  readonly accountId: string
  readonly region: string
}

const STS = 'sts.amazonaws.com'
const USER_AGENT_MAX = 1000
const READ = /^(Get|List|Describe)/

/**
 * Whether a request reads or writes data, and does not manage resources: the APIs of events and of the runtime, and
 * what reads stored data back.
 */
export function isDataEvent({ name, source, head }: Pick<Handled, 'name' | 'source' | 'head'>): boolean {
  const operation = operationByName.get(name)
  if (operation) return operation.service !== 'control'
  return source === 'personalite' && head.method === 'GET'
}

/**
 * Returns the record of a request, in CloudTrail's format. It has no properties, no ids of users and no secrets.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function recordOf(request: Handled, { address }: Origin, { accountId, region }: Account, now: Date): object {
  const { requestId, head, source, error, trackedArn } = request
  const isData = isDataEvent(request)
  const readOnly = isReadOnly(request)
  const awsRegion = request.signed?.authorization.region ?? region
  const requestParameters = requestOf(request, isData)
  const responseElements = (readOnly && source !== STS) || isData ? null : replyOf(request)
  const start = arnStart(accountId, awsRegion)
  const arnOf = (path: string) => `${start}:${path}`
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(request, accountId),
    eventTime: `${now.toISOString().slice(0, 19)}Z`,
    eventSource: source,
    eventName: eventNameOf(request, readOnly),
    awsRegion,
    sourceIPAddress: address,
    userAgent: String(head.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX),
    ...(error && { errorCode: error.code, ...messageOf(request, error, isData) }),
    requestParameters,
    responseElements,
    requestID: requestId,
    eventID: randomUUID(),
    readOnly,
    resources: resourcesOf(request.name, request.input, [requestParameters, responseElements, { trackedArn }], arnOf),
    eventType: 'AwsApiCall',
    managementEvent: !isData,
    recipientAccountId: accountId,
    eventCategory: isData ? 'Data' : 'Management',
    ...tlsOf(request),
  }
}

/** CloudTrail counts all that STS does as reading. */
function isReadOnly({ name, source, head }: Handled): boolean {
  if (operationByName.has(name)) return READ.test(name)
  return source === STS || head.method === 'GET'
}

function requestOf({ name, input, error }: Handled, isData: boolean): object | null {
  if (input === undefined) return null
  if (!operationByName.has(name)) return recordedOwn(input, error === undefined)
  return isData ? recordedArns(input) : recordedMembers(name as OperationName, 'input', input)
}

function replyOf({ name, source, output }: Handled): object | null {
  if (typeof output !== 'object' || output === null) return null
  if (source === STS) return recordedCredentials(output)
  if (!operationByName.has(name)) return recordedOwn(output, true)
  return recordedMembers(name as OperationName, 'output', output)
}

/**
 * The message up to the first value that it may quote. Of a request with data it is a phrase without any value, or the
 * sentence that refuses access, which names ARNs alone.
 */
function messageOf({ source }: Handled, error: ServiceException, isData: boolean): { errorMessage?: string } {
  const mayQuote = (isData || source === 'personalite') && error.code !== 'AccessDeniedException'
  const errorMessage = reasonOf(error)?.text ?? (mayQuote ? undefined : withoutValues(error.message))
  return errorMessage === undefined ? {} : { errorMessage }
}

/** Returns the details of a connection with TLS; none of another. */
export function tlsOf({ head }: Pick<Handled, 'head'>): object {
  const { encrypted, getProtocol, getCipher } = head.peer ?? {}
  if (!encrypted) return {}
  const [tlsVersion, cipherSuite] = [getProtocol?.call(head.peer), getCipher?.call(head.peer)?.name]
  return { tlsDetails: { tlsVersion, cipherSuite, clientProvidedHostHeader: head.headers.host } }
}

/** The operation, or the name of a route as an operation would have it: `GetRecord`, `PutPin`. */
function eventNameOf({ name, head }: Handled, readOnly: boolean): string {
  const capitalized = name.slice(0, 1).toUpperCase() + name.slice(1)
  return readOnly && head.method === 'GET' && !READ.test(capitalized) ? `Get${capitalized}` : capitalized
}
