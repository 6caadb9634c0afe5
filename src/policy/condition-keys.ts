/** A condition key's values: one at most, or a set of them. */
type KeyKind = 'one' | 'many'

/**
 * The condition keys that a request can have. Tag keys follow the `/`. The service authorization reference has
 * `aws:RequestTag`, `aws:ResourceTag` and `aws:TagKeys` for Personalize, and no key that begins with `personalize:`.
 */
const KEYS: Readonly<Record<string, KeyKind>> = {
  'aws:CurrentTime': 'one',
  'aws:EpochTime': 'one',
  'aws:MultiFactorAuthPresent': 'one', // No request has it here
  'aws:PrincipalAccount': 'one',
  'aws:PrincipalArn': 'one',
  'aws:PrincipalType': 'one',
  'aws:Referer': 'one',
  'aws:RequestedRegion': 'one',
  'aws:RequestTag/': 'one',
  'aws:ResourceTag/': 'one',
  'aws:SecureTransport': 'one',
  'aws:SourceIp': 'one',
  'aws:TagKeys': 'many',
  'aws:TokenIssueTime': 'one',
  'aws:UserAgent': 'one',
  'aws:userid': 'one',
  'aws:username': 'one',
  'personalite:DatasetGroup': 'many',
}

const kinds = new Map(Object.entries(KEYS).map(([name, kind]) => [name.toLowerCase(), kind]))

/** The names of the condition keys, for messages. */
export const CONDITION_KEYS: readonly string[] = Object.keys(KEYS).map(name =>
  name.endsWith('/') ? `${name}KEY` : name,
)

/** How many values a key has, by its name in lower case; undefined of an unknown one. */
export function kindOfKey(key: string): KeyKind | undefined {
  const slash = key.indexOf('/')
  if (slash < 0) return kinds.get(key)
  return slash + 1 < key.length ? kinds.get(key.slice(0, slash + 1)) : undefined
}
