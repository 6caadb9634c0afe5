import type { ContextOf } from '../policy/request.ts'
import type { Tag } from '../store/resource-store.ts'
import type { Wanted } from '../wire/aws/guard.ts'
import type { Origin } from '../wire/aws/origin.ts'
import type { Principal } from './principal.ts'

/** The facts of a request before a policy is asked. */
export interface Known {
  readonly wanted: Wanted
  readonly principal: Principal
  readonly origin: Origin
  /** Milliseconds since 1970. */
  readonly now: number
  /** The tags of the resource that the policy is asked about. */
  readonly tags: readonly Tag[]
  readonly datasetGroups: readonly string[]
}

type Read = (known: Known) => string | undefined | readonly string[]

const time = (at: number) => new Date(at).toISOString()

/** The values of the context keys that have no `/`. */
const READS: Readonly<Record<string, Read>> = {
  'aws:currenttime': ({ now }) => time(now),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:principalaccount': ({ principal }) => principal.accountId,
  'aws:principalarn': ({ principal }) => principal.arn,
  'aws:principaltype': ({ principal }) => typeOf(principal),
  'aws:referer': ({ wanted }) => wanted.head.headers.referer,
  'aws:requestedregion': ({ wanted }) => wanted.region,
  'aws:securetransport': ({ origin }) => String(origin.isSecure),
  'aws:sourceip': ({ origin }) => origin.address || undefined,
  'aws:tagkeys': ({ wanted }) => tagKeysOf(wanted.input),
  'aws:tokenissuetime': ({ principal: { sessionStart } }) =>
    sessionStart === undefined ? undefined : time(sessionStart),
  'aws:useragent': ({ wanted }) => wanted.head.headers['user-agent'],
  'aws:userid': ({ principal }) => principal.userId,
  'aws:username': ({ principal }) => principal.userName,
  'personalite:datasetgroup': ({ datasetGroups }) => datasetGroups,
}

function typeOf({ arn, userName }: Principal): string {
  if (arn.endsWith(':root')) return 'Account'
  return userName === undefined ? 'AssumedRole' : 'User'
}

/** Returns the values of a request's context keys. */
export function contextOf(known: Known): ContextOf {
  return key => {
    const slash = key.indexOf('/')
    if (slash >= 0) return tagValues(key.slice(0, slash), key.slice(slash + 1), known)
    const value = Object.hasOwn(READS, key) ? READS[key]!(known) : undefined
    return typeof value === 'string' ? [value] : value
  }
}

/** Keys of tags are compared without their case, as in IAM. */
function tagValues(family: string, tagKey: string, { tags, wanted }: Known): readonly string[] | undefined {
  const all = family === 'aws:requesttag' ? tagsIn(wanted.input) : tags
  const values = all.filter(tag => tag.tagKey.toLowerCase() === tagKey).map(tag => tag.tagValue)
  return values.length === 0 ? undefined : values
}

function tagsIn(input: object): readonly Tag[] {
  const { tags } = input as { tags?: unknown }
  return Array.isArray(tags) ? tags : []
}

/** The keys of the tags that a request adds, or removes. */
function tagKeysOf(input: object): readonly string[] {
  const { tagKeys } = input as { tagKeys?: unknown }
  return Array.isArray(tagKeys) ? tagKeys : tagsIn(input).map(tag => tag.tagKey)
}
