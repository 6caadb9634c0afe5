import type { Declared } from './declaration.ts'
import { AFTER_DATA } from './types.ts'

/** The resources in an order in which they can be created, and the ids that each of them follows. */
export interface Order {
  readonly sorted: readonly Declared[]
  readonly after: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether two resources may belong to one dataset group. */
  sharesGroup(one: Declared, other: Declared): boolean
}

/**
 * Orders resources by what they refer to and by DependsOn. Solutions, recommenders and filters also follow the datasets
 * of their group with their imports, which a template need not say.
 * @throws Error naming a circle
 */
export function orderOf(resources: readonly Declared[]): Order {
  const byId = new Map(resources.map(resource => [resource.id, resource]))
  const after = new Map(
    resources.map(({ id, refers, dependsOn }) => [
      id,
      new Set([...refers, ...dependsOn].filter(name => byId.has(name))),
    ]),
  )
  const sorted = sort(resources, after)
  const groups = groupsOf(sorted, after)
  const sharesGroup = (one: Declared, other: Declared) => {
    const [ones, others] = [groups.get(one.id)!, groups.get(other.id)!]
    return ones.size === 0 || others.size === 0 || [...ones].some(group => others.has(group))
  }
  const reaches = reachable(sorted, after)
  for (const data of sorted.filter(({ type }) => type.noun === 'Dataset' || type.noun === 'DatasetImportJob'))
    for (const later of sorted.filter(({ type }) => type.rank >= AFTER_DATA))
      if (!reaches.get(data.id)!.has(later.id) && sharesGroup(data, later)) after.get(later.id)!.add(data.id)
  return { sorted: sort(resources, after), after, sharesGroup }
}

function sort(resources: readonly Declared[], after: ReadonlyMap<string, ReadonlySet<string>>): readonly Declared[] {
  const byId = new Map(resources.map(resource => [resource.id, resource]))
  const sorted = new Set<Declared>()
  const visit = (resource: Declared, way: readonly string[]) => {
    if (sorted.has(resource)) return
    const path = [...way, resource.id]
    if (way.includes(resource.id))
      throw new Error(
        `the resources ${path.slice(path.indexOf(resource.id)).join(' → ')} refer to one another in a circle`,
      )
    for (const id of after.get(resource.id)!) visit(byId.get(id)!, path)
    sorted.add(resource)
  }
  for (const resource of resources) visit(resource, [])
  return [...sorted]
}

/** Returns for each resource the ids that it follows, directly or not. */
function reachable(sorted: readonly Declared[], after: ReadonlyMap<string, ReadonlySet<string>>) {
  const reaches = new Map<string, Set<string>>()
  for (const { id } of sorted)
    reaches.set(id, new Set([...after.get(id)!].flatMap(before => [before, ...reaches.get(before)!])))
  return reaches
}

/** Returns for each resource the ids of the dataset groups that it belongs to by its references. */
function groupsOf(sorted: readonly Declared[], after: ReadonlyMap<string, ReadonlySet<string>>) {
  const isGroup = new Set(sorted.filter(({ type }) => type.noun === 'DatasetGroup').map(({ id }) => id))
  const reaches = reachable(sorted, after)
  return new Map(
    sorted.map(({ id }) => [id, new Set([id, ...reaches.get(id)!].filter(name => isGroup.has(name)))] as const),
  )
}
