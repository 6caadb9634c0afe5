import { operationByName } from '../contract/registry.ts'
import type { OperationName } from '../contract/shapes.ts'
import { neededBy } from '../policy/actions.ts'

/** A resource of a record. The ARNs of recipes have no account. */
interface RecordedResource {
  readonly ARN: string
  readonly accountId?: string
  readonly type: string
}

const ARN = /^arn:[a-z\d-]+:personalize:[^:]*:(\d*):([a-z-]+)\/(.+)$/

/**
 * Returns the resources of a request: those that its permission is asked for, a new one among them, and those that the
 * recorded members name. A request by a tracking id is about the group or dataset that it stands for.
 * @param arnOf returns the ARN of a path such as `schema/films`
 */
export function resourcesOf(
  name: string,
  input: object | undefined,
  recorded: readonly (object | null)[],
  arnOf: (path: string) => string,
): readonly RecordedResource[] {
  if (name === 'AssumeRole') return roleIn(input as { readonly roleArn?: unknown } | undefined)
  const asked = input && operationByName.has(name) ? neededBy(name as OperationName, input, arnOf) : []
  const named = recorded.flatMap(members => Object.values(members ?? {}))
  const arns = new Set([...named, ...asked.map(({ resource }) => resource)])
  return [...arns].flatMap(arn => (typeof arn === 'string' && !arn.includes('*') ? resourceOf(arn) : []))
}

/** The role that a caller takes on. */
function roleIn({ roleArn }: { readonly roleArn?: unknown } = {}): RecordedResource[] {
  const [, accountId] = /^arn:aws:iam::(\d{12}):role\/./.exec(String(roleArn)) ?? []
  return accountId === undefined ? [] : [{ ARN: String(roleArn), accountId, type: 'AWS::IAM::Role' }]
}

function resourceOf(arn: string): RecordedResource[] {
  const [, accountId, kind, path] = ARN.exec(arn) ?? []
  if (kind === undefined) return []
  const type = kind === 'solution' && path!.includes('/') ? 'solution-version' : kind
  return [{ ARN: arn, ...(accountId && { accountId }), type: `AWS::Personalize::${pascal(type)}` }]
}

const pascal = (kind: string) => kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
