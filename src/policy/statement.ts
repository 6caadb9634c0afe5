import { type ArnPattern, arnPattern, matchesArn, matchesArnAnywhere } from './arn-pattern.ts'
import { type Condition, readConditions } from './condition.ts'
import { type Glob, matchesGlob } from './glob.ts'
import type { ReadText } from './operators.ts'
import { PolicyError, shown } from './policy-error.ts'
import type { PolicyRequest } from './request.ts'

/** A statement of a policy, ready to be asked. */
export interface Statement {
  readonly isDeny: boolean
  readonly actions: Listed<Glob>
  readonly resources: Listed<ArnPattern>
  readonly conditions: readonly Condition[]
  /** The context keys that its conditions ask for. */
  readonly keys: readonly string[]
  /** Whether the resources that it names depend on the request. */
  readonly hasVariables: boolean
}

/** All of a list (`Action`), or all but those (`NotAction`). */
interface Listed<Pattern> {
  readonly patterns: readonly Pattern[]
  readonly isNot: boolean
}

const MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']
const ACTION = /^(\*|[a-z\d*?-]+:[a-z\d*?-]+)$/i

/** @throws PolicyError with the place of what is wrong */
export function readStatement(value: unknown, place: string, read: ReadText): Statement {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyError(place, `must be an object, got ${shown(value)}`)
  const members = value as Readonly<Record<string, unknown>>
  checkMembers(members, place)
  const conditions = Object.hasOwn(members, 'Condition')
    ? readConditions(members.Condition, `${place}.Condition`, read)
    : { all: [], keys: [] }
  const actions = listed(members, 'Action', place, actionGlob(read))
  let hasVariables = false
  const resources = listed(members, 'Resource', place, text => {
    const glob = read(text, { wildcards: true })
    hasVariables ||= glob.hasVariables
    return arnPattern(glob)
  })
  const isDeny = members.Effect === 'Deny'
  return { isDeny, actions, resources, conditions: conditions.all, keys: conditions.keys, hasVariables }
}

/** Whether a statement names the action of a request. */
export function namesAction({ actions }: Statement, { action, context }: PolicyRequest): boolean {
  const name = action.toLowerCase()
  return actions.patterns.some(glob => matchesGlob(glob, name, context)) !== actions.isNot
}

/**
 * Whether a statement names the resource of a request. The server is one account in one region, and takes the ARNs of
 * others for its own. So a pattern that refuses holds in any region and account: else its resource would be reached by
 * another name. One that allows must have the ARN as it is here, or as the caller sees it.
 */
export function namesResource({ isDeny, resources }: Statement, request: PolicyRequest): boolean {
  const { resource, shownAs, context } = request
  const refuses = isDeny !== resources.isNot
  const isNamed = (pattern: ArnPattern) => {
    if (refuses) return matchesArnAnywhere(pattern, resource, context)
    return matchesArn(pattern, resource, context) || (shownAs !== undefined && matchesArn(pattern, shownAs, context))
  }
  return resources.patterns.some(isNamed) !== resources.isNot
}

/** Whether the conditions of a statement hold. */
export function isFulfilled({ conditions }: Statement, { context }: PolicyRequest): boolean {
  return conditions.every(holds => holds(context))
}

function checkMembers(members: Readonly<Record<string, unknown>>, place: string): void {
  for (const name of Object.keys(members)) {
    if (name === 'Principal' || name === 'NotPrincipal')
      throw new PolicyError(`${place}.${name}`, 'must be left out: the policy of a key is about that key alone')
    if (!MEMBERS.includes(name))
      throw new PolicyError(`${place}.${name}`, `is not a member; there are ${MEMBERS.join(', ')}`)
  }
  if (members.Effect !== 'Allow' && members.Effect !== 'Deny')
    throw new PolicyError(`${place}.Effect`, `must be Allow or Deny, got ${shown(members.Effect)}`)
  const { Sid: sid = '' } = members
  if (typeof sid !== 'string' || !/^[a-z\d]*$/i.test(sid))
    throw new PolicyError(`${place}.Sid`, `must be letters and digits, got ${shown(sid)}`)
}

function listed<Pattern>(
  members: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  place: string,
  read: (text: string) => Pattern,
): Listed<Pattern> {
  const [is, not] = [Object.hasOwn(members, name), Object.hasOwn(members, `Not${name}`)]
  if (is === not) throw new PolicyError(place, `must have one of ${name} and Not${name}`)
  const member = is ? name : `Not${name}`
  const value = members[member]
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (texts.length === 0) throw new PolicyError(`${place}.${member}`, 'must not be empty')
  const patterns = texts.map((text, i) => {
    const at = Array.isArray(value) ? `${place}.${member}.${i + 1}` : `${place}.${member}`
    if (typeof text !== 'string') throw new PolicyError(at, `must be a text, got ${shown(text)}`)
    try {
      return read(text)
    } catch (error) {
      throw new PolicyError(at, `${(error as Error).message}, got ${shown(text)}`)
    }
  })
  return { patterns, isNot: not }
}

/** The names of actions are compared without their case. A variable in them is not allowed. */
const actionGlob = (read: ReadText) => (text: string) => {
  if (!ACTION.test(text)) throw new Error('must be * or an action such as personalize:PutUsers or personalize:Get*')
  return read(text, { wildcards: true, ignoreCase: true })
}
