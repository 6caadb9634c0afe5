import { LRUCache } from 'lru-cache'
import { kindOfKey } from './condition-keys.ts'
import { isAnything } from './glob.ts'
import { textReader } from './operators.ts'
import { PolicyError, shown } from './policy-error.ts'
import type { PolicyRequest } from './request.ts'
import { isFulfilled, namesAction, namesResource, readStatement, type Statement } from './statement.ts'

/** A policy, ready to be asked. */
export interface Policy {
  readonly statements: readonly Statement[]
  /** Whether it asks for a context key, in lower case and of tags as `aws:resourcetag/`, in conditions or variables. */
  asks(key: string): boolean
  /** The statements that name an action and a resource, by both. Only their conditions are asked anew. */
  readonly known: LRUCache<string, readonly Statement[]>
}

/** `denied` by a statement, `allowed`, or `unmentioned` by any. */
type Answer = 'allowed' | 'denied' | 'unmentioned'

const MEMBERS = ['Version', 'Id', 'Statement']
const VERSIONS = ['2012-10-17', '2008-10-17']

/** The most characters of a policy without its white space, as of a managed policy of IAM. */
export const POLICY_CHARACTERS_MAX = 6144
const KNOWN_MAX = 1000

/**
 * Reads a policy in the language of IAM, for a key or a role: it has no Principal. A statement that is not understood
 * is refused: passed over, it might be the one that denies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws PolicyError with the place of what is wrong, and what would be right
 */
export function readPolicy(document: unknown): Policy {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new PolicyError('', `must be an object with ${MEMBERS.join(', ')}, got ${shown(document)}`)
  const wrong = Object.keys(document).find(name => !MEMBERS.includes(name))
  if (wrong !== undefined) throw new PolicyError(wrong, `is not a member; there are ${MEMBERS.join(', ')}`)
  if (JSON.stringify(document).length > POLICY_CHARACTERS_MAX)
    throw new PolicyError('', `must not have more than ${POLICY_CHARACTERS_MAX} characters`)
  const { Version: version = '2008-10-17', Id: id = '', Statement: given } = document as Record<string, unknown>
  if (typeof id !== 'string') throw new PolicyError('Id', `must be a text, got ${shown(id)}`)
  if (!VERSIONS.includes(version as string))
    throw new PolicyError('Version', `must be ${VERSIONS.join(' or ')}, got ${shown(version)}`)
  const statements = readStatements(given, version === '2012-10-17')
  const { used, list } = statements
  return {
    statements: list,
    asks: key => used.has(key),
    known: new LRUCache({ max: KNOWN_MAX }),
  }
}

/** Variables are variables in the newer version of the language alone. */
function readStatements(given: unknown, variables: boolean) {
  const used = new Set<string>()
  const use = (key: string) => used.add(familyOf(key))
  const read = textReader(variables, key => {
    use(key)
    return kindOfKey(key) === 'one'
  })
  const several = Array.isArray(given) ? given : [given]
  if (given === undefined || several.length === 0)
    throw new PolicyError('Statement', 'must be a statement, or a list of them')
  const list = several.map((one, i) =>
    readStatement(one, Array.isArray(given) ? `Statement.${i + 1}` : 'Statement', read),
  )
  const sids = several.map(one => one.Sid).filter(Boolean)
  const twice = sids.find((sid, i) => sids.indexOf(sid) < i)
  if (twice) throw new PolicyError('Statement', `has the Sid ${shown(twice)} twice`)
  for (const { keys } of list) keys.forEach(use)
  return { list, used }
}

/** `aws:resourcetag/` of a tag's key. */
const familyOf = (key: string) => key.replace(/\/.*$/, '/')

/** Asks a policy: a statement that denies goes before all that allow. */
export function ask(policy: Policy, request: PolicyRequest): Answer {
  let isAllowed = false
  for (const statement of naming(policy, request)) {
    if (isAllowed && !statement.isDeny) continue
    if (statement.hasVariables && !namesResource(statement, request)) continue
    if (!isFulfilled(statement, request)) continue
    if (statement.isDeny) return 'denied'
    isAllowed = true
  }
  return isAllowed ? 'allowed' : 'unmentioned'
}

/** The statements that name the action and the resource; of those with variables, all that name the action. */
function naming({ statements, known }: Policy, request: PolicyRequest): readonly Statement[] {
  const { action, resource, shownAs } = request
  const question = shownAs === undefined ? `${action}\n${resource}` : `${action}\n${resource}\n${shownAs}`
  const before = known.get(question)
  if (before) return before
  const found = statements.filter(one => namesAction(one, request) && (one.hasVariables || namesResource(one, request)))
  known.set(question, found)
  return found
}

/**
 * Whether it allows an action on some resource under some conditions: for a client that offers only what may succeed. A
 * request may still be refused.
 * @param isOfGroup whether a request for the action may reach a dataset group
 */
export function mayAllow({ statements }: Policy, action: string, isOfGroup: boolean): boolean {
  const request: PolicyRequest = { action, resource: '*', context: () => undefined }
  const naming = statements.filter(one => namesAction(one, request))
  const isAlways = ({ conditions, resources }: Statement) =>
    conditions.length === 0 && !resources.isNot && resources.patterns.includes('anything')
  const mayHold = ({ conditions, keys }: Statement) =>
    isOfGroup || conditions.every((holds, i) => keys[i] !== DATASET_GROUP || holds(() => []))
  return naming.some(one => !one.isDeny && mayHold(one)) && !naming.some(one => one.isDeny && isAlways(one))
}

/** The condition key, in lower case, with the names of the dataset groups that a request reaches. */
const DATASET_GROUP = 'personalite:datasetgroup'

/** Whether it allows everything to everybody who has it, and denies nothing. */
export function isUnrestricted({ statements }: Policy): boolean {
  const isAll = ({ actions, resources, conditions }: Statement) =>
    conditions.length === 0 &&
    !(actions.isNot || resources.isNot) &&
    actions.patterns.some(isAnything) &&
    resources.patterns.includes('anything')
  return statements.every(({ isDeny }) => !isDeny) && statements.some(isAll)
}
