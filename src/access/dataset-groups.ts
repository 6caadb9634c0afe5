import { nameIn } from '../operations/shared/arns.ts'
import type { Datasets } from '../operations/shared/datasets.ts'
import { resourceIn } from '../operations/shared/own-arns.ts'
import type { Resource, ResourceStore } from '../store/resource-store.ts'
import type { Store } from '../store/store.ts'

const OF_PERSONALIZE = /^arn:[^:]*:personalize:/

/** A chain of resources from a batch job to its dataset group has four. */
const DEPTH_MAX = 8

const KEPT_MAX = 10_000

/** Finds the name of the dataset group that a resource is in, as of the last `Store.catchUp`. */
interface Groups {
  of(arn: string): string | undefined | Promise<string | undefined>
}

interface GroupSources {
  readonly groups: Groups
  readonly datasets: Pick<Datasets, 'groupOfTracker' | 'ofTrackingId'>
}

/** Opens the groups of a store's resources. They are remembered until any resource changes. */
export function openGroups({ known, watch }: Pick<Store, 'known' | 'watch'>): Groups {
  const found = new Map<string, string | undefined>()
  let changes = 0
  watch(({ kind }) => {
    if (kind !== 'resource' && kind !== 'unknown') return
    found.clear()
    changes++
  })
  return {
    of: arn => (found.has(arn) ? found.get(arn) : find(arn)),
  }

  async function find(arn: string): Promise<string | undefined> {
    const before = changes
    const group = await groupOf(arn, known)
    // A read during which something changed may be older than the change.
    if (changes === before && found.size < KEPT_MAX) found.set(arn, group)
    return group
  }
}

/**
 * Returns the names of the dataset groups that a request reaches: those of all resources that it names, wherever it
 * names them. A schema or a recipe has none, and neither has a resource that is not there.
 * @param action that of CreateDatasetGroup has the group that is to be
 */
export function datasetGroupsOf(
  action: string,
  input: object,
  sources: GroupSources,
): readonly string[] | Promise<readonly string[]> {
  const { name, trackingId } = input as { readonly name?: unknown; readonly trackingId?: unknown }
  const found = arnsIn(input).map(sources.groups.of)
  if (action === 'personalize:CreateDatasetGroup') found.push(String(name))
  if (typeof trackingId === 'string') found.push(groupOfTracking(trackingId, sources))
  // Nearly every request of a key has its groups known, and needs no wait.
  return found.some(group => group instanceof Promise)
    ? Promise.all(found).then(distinct)
    : distinct(found as readonly (string | undefined)[])
}

function distinct(groups: readonly (string | undefined)[]): readonly string[] {
  const known = groups.filter(group => group !== undefined)
  return known.length > 1 ? [...new Set(known)] : known
}

/** Members whose parts name resources as well. To look into all would take time: a Put call has its rows there. */
const NESTED = new Set(['promotions', 'body'])

/** The ARNs of this service that a request names. */
export function arnsIn(input: object): readonly string[] {
  const arns: string[] = []
  for (const name in input) {
    const value: unknown = input[name as never]
    if (typeof value === 'string') {
      if (name.endsWith('Arn') && OF_PERSONALIZE.test(value)) arns.push(value)
    } else if (typeof value === 'object' && value !== null && NESTED.has(name)) {
      for (const part of Array.isArray(value) ? value : [value]) if (isObject(part)) arns.push(...arnsIn(part))
    }
  }
  return arns
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

async function groupOf(arn: string, known: Pick<ResourceStore, 'get'>): Promise<string | undefined> {
  let resource: Resource | undefined = await known.get(resourceIn(arn))
  for (let depth = 0; resource && depth < DEPTH_MAX; depth++) {
    if (resource.kind === 'dataset-group') return nameIn(resource.arn)
    resource = resource.parent ? await known.get(resource.parent) : undefined
  }
  return undefined
}

/** A tracking id is that of an event tracker, or of an Action interactions dataset. */
async function groupOfTracking(trackingId: string, { datasets, groups }: GroupSources): Promise<string | undefined> {
  const arn = (await datasets.groupOfTracker(trackingId)) ?? (await datasets.ofTrackingId(trackingId))?.arn
  return arn === undefined ? undefined : groups.of(arn)
}
