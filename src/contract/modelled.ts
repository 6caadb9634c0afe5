import { shapeOf } from './registry.ts'
import type { Service, Shape } from './shapes.ts'

/**
 * Returns a copy of a value with only the members that the shape `name` of the model has, at every depth. Members that
 * are null are left out, as are those of another type where the model has a structure, list or map. Maps keep all of
 * their keys, in alphabetical order, as the service's recorded metrics have them.
 */
export function modelled(service: Service, name: string, value: unknown): unknown {
  const shape = shapeOf(service, name)
  if (shape.type === 'list') {
    return Array.isArray(value) ? value.map(item => modelled(service, shape.member!, item)) : undefined
  }
  if (shape.type !== 'structure' && shape.type !== 'map') return value ?? undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const known = value as Readonly<Record<string, unknown>>
  const parts = partsOf(shape, known)
    .map(([key, part]) => [key, modelled(service, part, known[key])] as const)
    .filter(([, part]) => part !== undefined)
  return Object.fromEntries(parts)
}

/** The members of a structure, or the keys of a map, each with the name of its shape. */
function partsOf({ type, members = {}, value: entry }: Shape, value: object): readonly (readonly [string, string])[] {
  if (type === 'map')
    return Object.keys(value)
      .sort()
      .map(key => [key, entry!])
  return Object.entries(members).map(([key, { shape }]) => [key, shape])
}
