import type { AccessDeniedException } from '../contract/errors.ts'
import type { OperationName } from '../contract/shapes.ts'
import { LATEST, latestActive } from '../operations/campaigns/deployed.ts'
import type { Services } from '../operations/operation.ts'
import { type Arns, arnsOf } from '../operations/shared/arns.ts'
import { resourceIn } from '../operations/shared/own-arns.ts'
import { type Needed, neededBy } from '../policy/actions.ts'
import { ask, isUnrestricted } from '../policy/policy.ts'
import type { Tag } from '../store/resource-store.ts'
import type { Guard, Wanted } from '../wire/aws/guard.ts'
import type { OriginOf } from '../wire/aws/origin.ts'
import { contextOf, type Known } from './context.ts'
import { arnsIn, datasetGroupsOf, openGroups } from './dataset-groups.ts'
import { notAuthorized, type Principal } from './principal.ts'

const API = 'personalize:'

/**
 * The action that makes and changes keys. A policy that allows it is not enough, since a key could then be made that
 * may do more than its maker. It takes a policy that allows everything and denies nothing.
 */
export const MANAGE_KEYS = 'personalite:ManageKeys'
/** The action of a key that asks who it is. Every key may do it, as GetCallerIdentity, as long as the key is in use. */
export const WHO_AM_I = 'personalite:WhoAmI'
const NOT_ASKED = { address: '', isSecure: false }

interface Permission extends Needed {
  readonly shownAs?: string
  /** Whether it is another name of a resource that is needed already: a denial counts, and nothing need allow it. */
  readonly isAlias?: boolean
}

/** Returns the guard of a principal, which checks each of its requests; none for one without policies. */
export type Guards = (principal: Principal) => Guard | undefined

/** Opens the guards of principals: they ask the policies for each action and resource that a request needs. */
export function openGuards(
  { store, datasets, arns }: Pick<Services, 'store' | 'datasets' | 'arns'>,
  originOf: OriginOf,
): Guards {
  const groups = openGroups(store)
  return principal => {
    if (principal.policies.length === 0) return undefined
    const asks = (key: string) => principal.policies.some(({ policy }) => policy.asks(key))
    const [asksTags, asksGroups] = [asks('aws:resourcetag/'), asks('personalite:datasetgroup')]
    const asksOrigin = asks('aws:sourceip') || asks('aws:securetransport')
    const asked = (wanted: Wanted) => {
      return { wanted, principal, origin: asksOrigin ? originOf(wanted.head) : NOT_ASKED, now: Date.now() }
    }
    const check = async (wanted: Wanted, all: readonly Permission[]) => {
      const before = asked(wanted)
      // Another server may have moved a tag, or replaced a resource by one of another group.
      await store.catchUp()
      const found = asksGroups ? datasetGroupsOf(wanted.action, wanted.input, { groups, datasets }) : []
      const datasetGroups = found instanceof Promise ? await found : found
      for (const needed of all.some(isLatest) ? [...all, ...(await latestOf(all, store))] : all) {
        const tags = asksTags ? await tagsOf(needed.resource, store) : []
        checkNeeded(needed, { ...before, tags, datasetGroups })
      }
    }
    const isFree = principal.policies.every(({ policy }) => isUnrestricted(policy))
    return wanted => {
      if (wanted.action === MANAGE_KEYS && !isFree) throw notFree(principal)
      const all = needs(wanted, arns)
      if (asksTags || asksGroups || all.some(isLatest)) return check(wanted, all)
      const known = { ...asked(wanted), tags: [], datasetGroups: [] }
      for (const needed of all) checkNeeded(needed, known)
    }
  }
}

/** The permissions that a request needs, with the ARNs of the resources as a caller of another region sees them. */
function needs(wanted: Wanted, arns: Arns): readonly Permission[] {
  const all = neededIn(wanted, arns.of)
  if (wanted.region === arns.region) return all
  const [own, shown] = [arns.of(''), arnsOf(arns.accountId, wanted.region).of('')]
  const isOwn = ({ resource }: Needed) => resource.startsWith(own)
  return all.map(one => (isOwn(one) ? { ...one, shownAs: shown + one.resource.slice(own.length) } : one))
}

/** The actions of `inspect/` are checked on each resource that the request names. */
function neededIn({ action, input }: Wanted, arnOf: (path: string) => string): readonly Needed[] {
  if (action.startsWith(API)) return neededBy(action.slice(API.length) as OperationName, input, arnOf)
  if (action === WHO_AM_I) return []
  const named = arnsIn(input)
  return named.length === 0 ? [{ action, resource: '*' }] : named.map(resource => ({ action, resource }))
}

const isLatest = ({ resource }: Needed) => resource.endsWith(LATEST)

/** The versions that `SOLUTION/$LATEST` stands for now: a denial of one holds for this name of it, too. */
async function latestOf(all: readonly Permission[], store: Services['store']): Promise<readonly Permission[]> {
  const solutions = all.filter(isLatest).map(({ action, resource }) => ({ action, arn: resourceIn(resource) }))
  const found = await Promise.all(solutions.map(({ arn }) => latestActive(store, arn)))
  return found.flatMap((version, i) =>
    version ? [{ action: solutions[i]!.action, resource: version.arn, isAlias: true }] : [],
  )
}

/** A resource that is to be created has none yet. */
async function tagsOf(resource: string, { known }: Pick<Services['store'], 'known'>): Promise<readonly Tag[]> {
  return (await known.get(resourceIn(resource)))?.tags ?? []
}

function notFree({ arn }: Principal): AccessDeniedException {
  return notAuthorized(arn, MANAGE_KEYS, '*', 'because only a key that may do everything manages keys')
}

/** @throws AccessDeniedException in the words of AWS */
function checkNeeded({ action, resource, shownAs, isAlias }: Permission, known: Known): void {
  const request = { action, resource, shownAs, context: contextOf(known) }
  const { arn, policies } = known.principal
  const refuse = (why: string) => notAuthorized(arn, action, resource, why)
  const answers = policies.map(({ kind, policy }) => ({ kind, answer: ask(policy, request) }))
  for (const { kind, answer } of answers) {
    if (answer === 'denied') throw refuse(`with an explicit deny in ${article(kind)} policy`)
  }
  if (isAlias) return
  for (const { kind, answer } of answers) {
    if (answer === 'unmentioned') throw refuse(`because no ${kind} policy allows the ${action} action`)
  }
}

const article = (kind: string) => (kind === 'session' ? 'a session' : `an ${kind}`)
