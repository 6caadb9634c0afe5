import type { Resource, ResourceStore } from './resource-store.ts'
import type { Store } from './store.ts'

type Reads = Pick<ResourceStore, 'get' | 'list'>

/** At most this many answers are kept; a server asks for the same few again and again. */
const KEPT_MAX = 10_000

/** Reads of resources, remembered until one changes. As of the last `catchUp`, or newer. */
export function rememberReads({ get, list }: Reads, { watch }: Pick<Store, 'watch'>): Reads {
  const resources = new Map<string, Resource | undefined>()
  const lists = new Map<string, readonly Resource[]>()
  let changes = 0
  watch(change => {
    if (change.kind !== 'resource' && change.kind !== 'unknown') return
    // All of them: with a resource go its children, and nobody tells of them.
    resources.clear()
    lists.clear()
    changes++
  })
  const remembered = async <Found>(known: Map<string, Found>, key: string, read: () => Promise<Found>) => {
    if (known.has(key)) return known.get(key)!
    const before = changes
    const found = await read()
    // An answer read while something changed may be older than the change, and no later change would remove it.
    if (changes === before && known.size < KEPT_MAX) known.set(key, found)
    return found
  }
  return {
    get: arn => remembered(resources, arn, () => get(arn)),
    list: query => remembered(lists, JSON.stringify(query), () => list(query)),
  }
}
