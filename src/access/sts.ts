import {
  AccessDeniedException,
  InvalidInputException,
  UnknownOperationException,
  UnrecognizedClientException,
} from '../contract/errors.ts'
import { parseUnambiguous } from '../contract/repeated-member.ts'
import { ask } from '../policy/policy.ts'
import type { Api } from '../wire/aws/api.ts'
import type { Signed } from '../wire/aws/authenticate.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import { type Kind, receiveOf } from '../wire/aws/handle.ts'
import type { OriginOf } from '../wire/aws/origin.ts'
import { type Head, pathOf } from '../wire/aws/request.ts'
import type { Elements } from '../wire/aws/xml.ts'
import { contextOf } from './context.ts'
import { readDocument } from './manage-keys.ts'
import { assumedRoleArn, assumedRoleId, notAuthorized, type Principal, rootOf } from './principal.ts'
import type { SessionCredentials, SessionSecret, Sessions } from './sessions.ts'
import { roleArn, type StoredKeys } from './stored-keys.ts'
import { stsError, stsReply } from './sts-reply.ts'

const SOURCE = 'sts.amazonaws.com'
const FORM = 'application/x-www-form-urlencoded'

export interface StsOptions {
  readonly accountId: string
  readonly stored: Pick<StoredKeys, 'role' | 'refresh'>
  /** Undefined where servers share a store, and none was told of a key file that all have. */
  readonly sessions: Sessions | undefined
  readonly originOf: OriginOf
}

/** The caller of an action, and what it asks for. */
interface Called {
  readonly head: Head
  readonly caller: Principal
  readonly signed: Signed
  readonly parameters: Parameters
}

type Action = (called: Called, options: StsOptions) => Elements

/** The parameters of a request, read by name. */
type Parameters = ReadonlyMap<string, string>

const actions: Readonly<Record<string, Action>> = {
  /** Needs no permission. */
  GetCallerIdentity: ({ caller: { arn, userId, accountId }, parameters }) => {
    checkNames(parameters, [])
    return { Arn: arn, UserId: userId, Account: accountId }
  },
  /** Needs no permission, and gives none: the session may do what its key may. */
  GetSessionToken: ({ signed, parameters }, { sessions }) => {
    checkNames(parameters, ['DurationSeconds'])
    if (signed.secret.sessionToken !== undefined)
      throw new AccessDeniedException('Cannot call GetSessionToken with session credentials')
    const seconds = secondsIn(parameters, { usual: 43_200, most: 129_600 })
    return { Credentials: shown(sessionsOf(sessions).create({ ...parentOf(signed), seconds })) }
  },
  AssumeRole: (called, options) => {
    const { signed, parameters } = called
    checkNames(parameters, ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'Policy', 'ExternalId'])
    const seconds = secondsIn(parameters, { usual: 3600, most: 43_200 })
    const sessionName = matching(parameters, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/)
    const name = roleFor(called, options)
    const role = options.stored.role(name)!
    const policy = policyIn(parameters)
    const session = { name, roleId: role.roleId, sessionName }
    const wish = { ...parentOf(signed), seconds, role: session, policy }
    return {
      Credentials: shown(sessionsOf(options.sessions).create(wish)),
      AssumedRoleUser: { AssumedRoleId: assumedRoleId(session), Arn: assumedRoleArn(options.accountId, session) },
    }
  },
}

/**
 * Returns the handler of `/` for STS, which has the query protocol on the same port: a form, or a query with `Action`.
 * It leaves all else to the API of Personalize.
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
export function stsHandler(api: Api, options: StsOptions): PathHandler {
  const kind = kindOf(options)
  return head => (isForSts(head) ? receiveOf(kind, head, api) : undefined)
}

function isForSts({ method, url, headers }: Head): boolean {
  if (headers['x-amz-target'] !== undefined) return false
  if (method === 'POST' && headers['content-type']?.toLowerCase().startsWith(FORM)) return true
  return (method === 'GET' || method === 'POST') && /[?&]Action=/.test(url)
}

/** The name of the action is known once the body is there. */
function kindOf(options: StsOptions): Kind<Elements> {
  return {
    source: SOURCE,
    service: 'sts',
    nameOf: () => 'STS',
    async ask(asked, body, api) {
      const { head, signed } = asked
      const parameters = parametersOf(head, body)
      const name = matching(parameters, 'Action', /^\w{1,64}$/)
      Object.assign(asked, { name, input: inCamelCase(Object.fromEntries(parameters)) })
      const caller = await callerOf(signed, api, options)
      const run = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (!run) throw new UnknownOperationException(`Could not find operation ${name}; there are ${known}`)
      return run({ head, caller, signed, parameters }, options)
    },
    reply(asked, result) {
      asked.output = inCamelCase(result)
      return stsReply(asked.name, result, asked.requestId)
    },
    refusal: ({ requestId }, error) => stsError(error, requestId),
  }
}

const known = Object.keys(actions).join(', ')

/**
 * The parameters of the query and of the form. Each may come once: of two, a reader could check one and another take
 * the other.
 */
function parametersOf({ method, url }: Head, body: Buffer): Parameters {
  const parameters = new Map<string, string>()
  const query = new URLSearchParams(url.slice(pathOf(url).length))
  const form = new URLSearchParams(method === 'GET' ? '' : body.toString())
  for (const [name, value] of [...query, ...form]) {
    if (parameters.has(name)) throw new InvalidInputException(`${name.slice(0, 64)} must be given once`)
    parameters.set(name, value)
  }
  return parameters
}

/** Parameters or elements for an audit trail, with the names that CloudTrail has for them. */
function inCamelCase(given: Elements): object {
  const named = Object.entries(given).map(([name, value]) => {
    return [name.slice(0, 1).toLowerCase() + name.slice(1), typeof value === 'object' ? inCamelCase(value) : value]
  })
  return Object.fromEntries(named)
}

/** Returns the owner of a key, if it still is that key on all servers. */
async function callerOf({ secret, authorization }: Signed, { credentials }: Api, options: StsOptions) {
  await options.stored.refresh()
  const now = credentials.get(authorization.accessKeyId, secret.sessionToken)
  if (now?.secretAccessKey !== secret.secretAccessKey)
    throw new UnrecognizedClientException('The security token included in the request is invalid')
  return (now.principal as Principal | undefined) ?? rootOf(options.accountId)
}

function checkNames(parameters: Parameters, names: readonly string[]): void {
  const allowed = ['Action', 'Version', ...names]
  const wrong = [...parameters.keys()].find(name => !allowed.includes(name) && !/^X-Amz-/i.test(name))
  if (wrong !== undefined)
    throw new InvalidInputException(`${wrong.slice(0, 64)} is not supported here; there are ${allowed.join(', ')}`)
}

function matching(parameters: Parameters, name: string, pattern: RegExp): string {
  const value = parameters.get(name) ?? ''
  if (pattern.test(value)) return value
  throw new InvalidInputException(`${name} must match ${pattern.source}, got ${JSON.stringify(value.slice(0, 60))}`)
}

function secondsIn(parameters: Parameters, { usual, most }: { readonly usual: number; readonly most: number }): number {
  const text = parameters.get('DurationSeconds') ?? String(usual)
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds >= 900 && seconds <= most) return seconds
  throw new InvalidInputException(
    `DurationSeconds must be a whole number from 900 to ${most}, got ${text.slice(0, 20)}`,
  )
}

function policyIn(parameters: Parameters): object | undefined {
  const text = parameters.get('Policy')
  if (text === undefined) return undefined
  let document: unknown
  try {
    document = parseUnambiguous(text)
  } catch (error) {
    throw new InvalidInputException(`Policy must be a policy as JSON: ${(error as Error).message}`)
  }
  if (typeof document === 'string') throw new InvalidInputException('Policy must be a policy as JSON, not a name')
  return readDocument(document, undefined)
}

/**
 * Returns the name of the role that a caller may take on. A role trusts long-term keys and their sessions by
 * GetSessionToken. A session of a role takes on no other role: that would lead around the session's own policy.
 * @throws AccessDeniedException, the same whether the role is not there or does not trust the caller
 */
function roleFor({ head, caller, signed, parameters }: Called, { stored, accountId, originOf }: StsOptions): string {
  const asked = matching(parameters, 'RoleArn', /^arn:aws:iam::\d{12}:role\/[\w+=,.@-]{1,64}$/)
  const name = asked.slice(asked.lastIndexOf('/') + 1)
  const role = stored.role(name)
  const arn = roleArn(accountId, name)
  const action = 'sts:AssumeRole'
  const wanted = { action, input: {}, head, region: signed.authorization.region }
  const known = { wanted, principal: caller, origin: originOf(head), now: Date.now(), tags: [], datasetGroups: [] }
  const request = { action, resource: arn, context: contextOf(known) }
  const isRoot = caller.arn === rootOf(accountId).arn
  const isUser = isRoot || caller.userName !== undefined
  const isTrusted = role?.trust.some(one => one === caller.userName || one === caller.userId) === true
  const isDenied = caller.policies.some(({ policy }) => ask(policy, request) === 'denied')
  if (role && isUser && !isDenied && (isRoot || isTrusted)) return name
  throw notAuthorized(caller.arn, action, arn)
}

/** The long-term key that asks, or that made the session that asks. */
function parentOf({ authorization, secret }: Signed) {
  const { parent } = secret as Partial<SessionSecret>
  return parent ?? { parentId: authorization.accessKeyId, parentSecret: secret.secretAccessKey }
}

function sessionsOf(sessions: Sessions | undefined): Sessions {
  if (sessions) return sessions
  throw new InvalidInputException('Servers that share a store need one key file for all: start each with --key-file')
}

function shown({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: SessionCredentials): Elements {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAt).toISOString().replace('.000Z', 'Z'),
  }
}
