import { operationModel, shapeOf } from '../contract/registry.ts'
import type { OperationName, Service } from '../contract/shapes.ts'

/** CloudTrail's text in place of a value that a record must not have. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** The columns of a schema are no secret, but long, and DescribeSchema shows them. */
const LEFT_OUT = new Set(['schema'])

/** The members of this server's own routes that are recorded: none holds an id of a user or a secret. */
const OWN_MEMBERS = new Set([
  'time',
  'advanceSeconds',
  'accessKeyId',
  'name',
  'policy',
  'datasetGroup',
  'keepEvents',
  'status',
  'expiresAt',
  'rotate',
  'trust',
  'roleSessionName',
  'durationSeconds',
])
const OWN_TEXT_MAX = 256

/**
 * Returns the input or the output of an operation as its record has it. Values that the models mark as sensitive are
 * hidden: filter expressions and tags. Schemas are left out.
 */
export function recordedMembers(name: OperationName, side: 'input' | 'output', value: object): object | null {
  const { service, [side]: shape } = operationModel(name)
  return shape === undefined ? null : orNull(redacted(service, shape, value) as object)
}

function redacted(service: Service, name: string, value: unknown): unknown {
  const { sensitive, members, member, value: entry } = shapeOf(service, name)
  if (sensitive) return HIDDEN
  if (Array.isArray(value)) return value.map(part => redacted(service, member!, part))
  if (typeof value !== 'object' || value === null) return value
  const shapeOfMember = (key: string) => (members ? members[key]?.shape : entry)
  const parts = Object.entries(value).flatMap(([key, part]) => {
    const shape = shapeOfMember(key)
    return shape === undefined || LEFT_OUT.has(key) ? [] : [[key, redacted(service, shape, part)] as const]
  })
  return Object.fromEntries(parts)
}

/** Returns the ARNs of an input alone: all that a data event's record has. */
export function recordedArns(input: object): object | null {
  return membersWhere(input, isArn)
}

/**
 * Returns what a record has of a request to a route of this server's own, or of its answer.
 * @param isValid whether it was carried out. Of another, texts alone are recorded, cut, as anything may be in it
 */
export function recordedOwn(members: object, isValid: boolean): object | null {
  const isKnown = (name: string, value: unknown) =>
    isArn(name, value) || (OWN_MEMBERS.has(name) && (isPlain(value) || (isValid && name === 'policy')))
  const found = membersWhere(members, isKnown) ?? {}
  return orNull(Object.fromEntries(Object.entries(found).map(([name, value]) => [name, shortened(value)])))
}

const isArn = (name: string, value: unknown) => name.endsWith('Arn') && typeof value === 'string'
const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
const shortened = (value: unknown) => (typeof value === 'string' ? value.slice(0, OWN_TEXT_MAX) : value)

function membersWhere(input: object, is: (name: string, value: unknown) => boolean): object | null {
  return orNull(Object.fromEntries(Object.entries(input).filter(([name, value]) => is(name, value))))
}

/** The members of what STS returns that are recorded: by its access key a session is traced to the key that made it. */
const OF_STS = ['credentials', 'assumedRoleUser', 'accessKeyId', 'expiration', 'assumedRoleId', 'arn']

/** Returns what a record has of the credentials that STS returns: neither their secret nor their token. */
export function recordedCredentials(output: object): object | null {
  const found = Object.entries(output).flatMap(([name, value]) => {
    if (!OF_STS.includes(name)) return []
    return [[name, typeof value === 'object' && value !== null ? recordedCredentials(value) : value] as const]
  })
  return orNull(Object.fromEntries(found))
}

/** CloudTrail has null for a request without parameters. */
function orNull(members: object): object | null {
  return Object.keys(members).length === 0 ? null : members
}
