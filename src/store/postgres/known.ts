import type { Resource, Resources } from '../store.ts'
import type { Changes } from './changes.ts'

type Reads = Pick<Resources, 'get' | 'list'>

/** Of so many answers at most; a server asks for the same few again and again. */
const KEPT_MAX = 10_000

/** Reads of resources, remembered until one changes. As of the last `catchUp`, or newer. */
export function rememberReads({ get, list }: Reads, { watch }: Pick<Changes, 'watch'>): Reads {
  const resources = new Map<string, Resource | undefined>()
  const lists = new Map<string, readonly Resource[]>()
  let changes = 0
  watch(
    change => {
      if (change.kind === 'resource') resources.delete(change.arn)
      else if (change.kind === 'unknown') resources.clear()
      else return
      lists.clear()
      changes++
    },
    () => false,
  )
  const remembered = async <Found>(known: Map<string, Found>, key: string, read: () => Promise<Found>) => {
    if (known.has(key)) return known.get(key)!
    const before = changes
    const found = await read()
    // What was read while something changed may be of the time before, and nobody would tell of that again.
    if (changes === before && known.size < KEPT_MAX) known.set(key, found)
    return found
  }
  return {
    get: arn => remembered(resources, arn, () => get(arn)),
    list: query => remembered(lists, JSON.stringify(query), () => list(query)),
  }
}
