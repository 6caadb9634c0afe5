import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { type AccessDeniedException, ExpiredTokenException, UnrecognizedClientException } from '../contract/errors.ts'
import { type Policy, readPolicy } from '../policy/policy.ts'
import { type Secret, UnknownKeyException } from '../wire/aws/authenticate.ts'
import { type Guards, MANAGE_KEYS } from './guards.ts'
import { newAccessKeyId, newSecret } from './manage-keys.ts'
import { assumedRoleArn, assumedRoleId, notAuthorized, type Principal, type RoleSession, rootOf } from './principal.ts'
import type { StoredKeys, StoredRole } from './stored-keys.ts'
import type { Vault } from './vault.ts'

/** Temporary credentials. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The purpose of a session. */
interface SessionWish {
  /** The key that asks for it. */
  readonly parentId: string
  readonly parentSecret: string
  readonly seconds: number
  /** The role that it takes on; left out, it may do what its key may. */
  readonly role?: RoleSession | undefined
  /** The document of a policy that limits it further. */
  readonly policy?: object | undefined
}

/** The content of a session token, which the server alone can read. Times are in milliseconds since 1970. */
interface Token {
  readonly secret: string
  readonly parentId: string
  /** Of the secret of the key that made it: a session ends when the key is rotated. */
  readonly parentMark: string
  readonly role?: RoleSession | undefined
  readonly policy?: object | undefined
  readonly madeAt: number
  readonly expiresAt: number
}

/** The secret of a session. */
export interface SessionSecret extends Secret {
  /** The long-term key that made it. */
  readonly parent: Pick<SessionWish, 'parentId' | 'parentSecret'>
}

interface Opened {
  readonly token: Token
  readonly policy: Policy | undefined
}

export interface Sessions {
  create(wish: SessionWish): SessionCredentials
  /**
   * The secret of a session, which is in its token.
   * @throws ExpiredTokenException, UnrecognizedClientException
   */
  get(accessKeyId: string, sessionToken: string): SessionSecret
}

interface Options {
  readonly vault: Vault
  readonly accountId: string
  readonly guards: Guards
  readonly stored: Pick<StoredKeys, 'role' | 'refresh'>
  /** The long-term key of an id. */
  readonly keyOf: (accessKeyId: string) => Secret | undefined
}

const INVALID = 'The security token included in the request is invalid'
const KNOWN_MAX = 256
const labelOf = (accessKeyId: string) => `session:${accessKeyId}`
const markOf = (secret: string) => hash('sha256', secret, 'hex').slice(0, 32)

/**
 * Opens the sessions. A session is in its token alone, encrypted and authenticated under the servers' key, so each
 * server knows it. It ends at its time, and before that with its key or its role.
 */
export function openSessions({ vault, accountId, guards, stored, keyOf }: Options): Sessions {
  const known = new LRUCache<string, Opened>({ max: KNOWN_MAX })
  const opened = (accessKeyId: string, sessionToken: string): Opened => {
    const name = `${accessKeyId}\n${sessionToken}`
    const before = known.get(name)
    if (before) return before
    const text = vault.open(sessionToken, labelOf(accessKeyId))
    if (text === undefined)
      throw new UnrecognizedClientException(`${INVALID}: it was not made here for this access key.`)
    const token: Token = JSON.parse(text)
    const session = { token, policy: token.policy && readPolicy(token.policy) }
    known.set(name, session)
    return session
  }
  /** @throws unless the session is in effect by what is known now */
  const check = ({ token }: Opened): { readonly parent: Secret; readonly role: StoredRole | undefined } => {
    const { parentId, parentMark, role: wanted, expiresAt } = token
    if (Date.now() >= expiresAt)
      throw new ExpiredTokenException('The security token included in the request is expired')
    const parent = keyOf(parentId)
    if (!parent || markOf(parent.secretAccessKey) !== parentMark)
      throw new UnknownKeyException(`${INVALID}: the access key that made it is not in use any more.`)
    const role = wanted && stored.role(wanted.name)
    if (wanted && role?.roleId !== wanted.roleId)
      throw new UnknownKeyException(`${INVALID}: its role is not there any more.`)
    return { parent, role }
  }
  return {
    create({ parentId, parentSecret, seconds, role, policy }) {
      const [accessKeyId, secretAccessKey, madeAt] = [newAccessKeyId('ASIA'), newSecret(), Date.now()]
      const expiresAt = Math.floor(madeAt / 1000 + seconds) * 1000
      const parentMark = markOf(parentSecret)
      const token: Token = { secret: secretAccessKey, parentId, parentMark, role, policy, madeAt, expiresAt }
      const sessionToken = vault.seal(JSON.stringify(token), labelOf(accessKeyId))
      return { accessKeyId, secretAccessKey, sessionToken, expiresAt }
    },
    get(accessKeyId, sessionToken) {
      const session = opened(accessKeyId, sessionToken)
      const { parent, role } = check(session)
      const principal = principalOf(session, parent, role)
      return {
        secretAccessKey: session.token.secret,
        sessionToken,
        principal,
        parent: { parentId: session.token.parentId, parentSecret: parent.secretAccessKey },
        async guard(wanted) {
          await stored.refresh()
          const now = check(session)
          if (wanted.action === MANAGE_KEYS) throw noKeys(principal)
          await guards(principalOf(session, now.parent, now.role))?.(wanted)
        },
      }
    },
  }

  function principalOf({ token, policy }: Opened, parent: Secret, role: StoredRole | undefined): Principal {
    const limits = policy ? [{ kind: 'session', policy } as const] : []
    if (!role || !token.role) {
      const user = (parent.principal as Principal | undefined) ?? rootOf(accountId)
      return { ...user, sessionStart: token.madeAt, policies: [...user.policies, ...limits] }
    }
    return {
      arn: assumedRoleArn(accountId, token.role),
      accountId,
      userId: assumedRoleId(token.role),
      sessionStart: token.madeAt,
      policies: [{ kind: 'identity-based', policy: role.policy }, ...limits],
    }
  }
}

function noKeys({ arn }: Principal): AccessDeniedException {
  return notAuthorized(arn, MANAGE_KEYS, '*', 'because temporary credentials manage no keys')
}
