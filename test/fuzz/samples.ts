import { operationModel, shapeOf } from '../../src/contract/registry.ts'
import type { OperationName, Service } from '../../src/contract/shapes.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Values of members by name, for members whose arbitrary values would fail the first check. */
export type Known = Readonly<Record<string, Json>>

const TEXTS = ['a', 'arn:aws:personalize:us-east-1:000000000000:dataset/none/USERS', 's3://bucket/key', 'rate(1 day)']

/** Returns an input that the model of the operation allows, with every member of its shapes. */
export function sampleInput(name: OperationName, known: Known): Json {
  const { service, input } = operationModel(name)
  return sample(service, input, known)
}

function sample(service: Service, shapeName: string, known: Known): Json {
  const { type, members, member, value, min, enum: values, pattern } = shapeOf(service, shapeName)
  if (type === 'structure') {
    const entries = Object.entries(members ?? {})
    return Object.fromEntries(
      entries.map(([key, { shape }]) => [key, Object.hasOwn(known, key) ? known[key]! : sample(service, shape, known)]),
    )
  }
  if (type === 'list') return [sample(service, member!, known)]
  if (type === 'map') return { key: sample(service, value!, known) }
  if (type === 'boolean') return true
  if (type === 'timestamp') return 1_500_000_000
  if (type !== 'string') return min ?? 1
  if (values) return values[0]!
  const whole = new RegExp(`^(?:${pattern ?? '.*'})$`, 'u')
  return TEXTS.find(text => whole.test(text) && text.length >= (min ?? 0)) ?? 'a'.repeat(min ?? 1)
}

type Path = readonly (string | number)[]

/** Every path into the value, that of the value itself first. */
export function pathsOf(value: Json, path: Path = []): Path[] {
  const inside = Array.isArray(value)
    ? [...value.entries()]
    : value && typeof value === 'object'
      ? Object.entries(value)
      : []
  return [path, ...inside.flatMap(([key, part]) => pathsOf(part, [...path, key]))]
}

/** The value with the part at the path changed. `__proto__` is a key as any other. */
export function changeAt(value: Json, [key, ...rest]: Path, change: (part: Json) => Json): Json {
  if (key === undefined) return change(value)
  if (Array.isArray(value)) return value.map((part, i) => (i === key ? changeAt(part, rest, change) : part))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, name === key ? changeAt(part, rest, change) : part]),
  )
}
