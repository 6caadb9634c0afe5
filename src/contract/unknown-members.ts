import { operationModel, shapeOf } from './registry.ts'
import type { OperationName, Service } from './shapes.ts'

/** A member that the model lacks. */
interface UnknownMember {
  /** Its names from the top of the input: `solutionConfig.hpo`. */
  readonly path: string
  /** The members that there are in its place. */
  readonly known: readonly string[]
}

/**
 * Returns the first member that the model of an operation lacks, which `validateInput` removes; undefined where there
 * is none.
 * @param input one that `validateInput` accepts
 */
export function unknownMember(name: OperationName, input: object): UnknownMember | undefined {
  const { service, input: shape } = operationModel(name)
  return unknownIn(service, shape, input, [])
}

function unknownIn(service: Service, name: string, value: unknown, path: readonly string[]): UnknownMember | undefined {
  const { members, member, value: entry } = shapeOf(service, name)
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inside] of Object.entries(value)) {
    const own = [...path, Array.isArray(value) ? String(Number(key) + 1) : key]
    const shape = members ? members[key]?.shape : (member ?? entry)
    if (shape === undefined) return { path: own.join('.'), known: Object.keys(members ?? {}) }
    const found = unknownIn(service, shape, inside, own)
    if (found) return found
  }
  return undefined
}
