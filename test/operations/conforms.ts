import assert from 'node:assert/strict'
import { operationModel, shapeOf } from '../../src/contract/registry.ts'
import type { OperationName, Service, Shape } from '../../src/contract/shapes.ts'

/** Errors that any operation may return (the guide's CommonErrors), by their names in this server. */
const COMMON: ReadonlySet<string> = new Set([
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'RequestEntityTooLargeException',
  'SerializationException',
  'ThrottlingException',
  'UnrecognizedClientException',
  'ValidationError',
])

/**
 * Asserts that an operation may answer so: with the output of its model, or with an error that it or every operation
 * declares.
 */
export function assertConforms(
  name: OperationName,
  { status, code, body }: { readonly status: number; readonly code: string | undefined; readonly body: string },
): void {
  const { service, output, errors } = operationModel(name)
  if (status !== 200) {
    assert.ok(code !== undefined && (code in errors || COMMON.has(code)), `${name} does not declare ${code}: ${body}`)
    if (code in errors) assert.equal(status, errors[code], `${name}: the status of ${code}`)
    return
  }
  if (!output) assert.equal(body, '', `${name} has no output`)
  else assert.deepEqual(faultsIn(service, output, JSON.parse(body)), [], `${name}: ${body.slice(0, 2000)}`)
}

/** Returns the faults of a value of this shape, each with its path. */
function faultsIn(service: Service, shapeName: string, value: unknown, path = ''): readonly string[] {
  const shape = shapeOf(service, shapeName)
  if (!TYPES[shape.type](value)) return [`${path} is no ${shape.type}: ${JSON.stringify(value)}`]
  // In some outputs the model demands the pattern of this service's own ARNs for a role. The service's own name of a
  // solution version has a slash in it, and may be too long for a name.
  const isFree = path.endsWith('.roleArn') || path === '.solutionVersion.name'
  const held = isFree ? { ...shape, pattern: undefined, max: 256 } : shape
  const own = faultsOf(held, value).map(fault => `${path} ${fault}: ${JSON.stringify(value).slice(0, 100)}`)
  return [...own, ...partsOf(shape, value).flatMap(([key, part, of]) => inside(key, part, of))]

  function inside(key: string, part: unknown, of: string | undefined): readonly string[] {
    if (of === undefined) return [`${path}.${key} is not in the model`]
    return faultsIn(service, of, part, `${path}.${key}`)
  }
}

/** The parts of a structure, list or map, each with the name of its shape, if the model has one. */
function partsOf(
  { type, members = {}, member, value: entry }: Shape,
  value: unknown,
): readonly (readonly [string, unknown, string | undefined])[] {
  if (type !== 'structure' && type !== 'list' && type !== 'map') return []
  const shapes = { structure: (key: string) => members[key]?.shape, list: () => member, map: () => entry }
  return Object.entries(value as object).map(([key, part]) => [key, part, shapes[type](key)])
}

function faultsOf({ type, required = [], min = 0, max = Infinity, pattern, enum: values }: Shape, value: unknown) {
  if (type === 'structure')
    return required.filter(key => !Object.hasOwn(value as object, key)).map(key => `lacks ${key}`)
  if (type === 'boolean' || type === 'timestamp') return []
  const size = sizeOf(value)
  return [
    ...(size < min || size > max ? [`has the size ${size}, not ${min} to ${max}`] : []),
    ...(pattern && !new RegExp(`^(?:${pattern})$`, 'u').test(value as string) ? [`does not match ${pattern}`] : []),
    ...(values && !values.includes(value as string) ? [`is none of ${values}`] : []),
  ]
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? [...value].length : Object.keys(value as object).length
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const TYPES: Readonly<Record<Shape['type'], (value: unknown) => boolean>> = {
  structure: isObject,
  map: isObject,
  list: Array.isArray,
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  timestamp: Number.isFinite,
  integer: Number.isInteger,
  long: Number.isInteger,
  float: Number.isFinite,
  double: Number.isFinite,
}
