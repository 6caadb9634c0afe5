import { nameIn } from '../operations/shared/arns.ts'
import type { Datasets } from '../operations/shared/datasets.ts'
import { resourceIn } from '../operations/shared/own-arns.ts'
import type { Resource, ResourceStore } from '../store/store.ts'

const OF_PERSONALIZE = /^arn:[^:]*:personalize:/

/** A chain of resources from a batch job to its dataset group has four. */
const DEPTH_MAX = 8

export interface GroupSources {
  readonly known: Pick<ResourceStore, 'get'>
  readonly datasets: Pick<Datasets, 'groupOfTracker' | 'ofTrackingId'>
}

/**
 * Returns the names of the dataset groups that a request reaches: those of all resources that it names, wherever it
 * names them. A schema or a recipe has none, and neither has a resource that is not there.
 * @param action that of CreateDatasetGroup has the group that is to be
 */
export async function datasetGroupsOf(
  action: string,
  input: object,
  sources: GroupSources,
): Promise<readonly string[]> {
  const groups = new Set<string>()
  if (action === 'personalize:CreateDatasetGroup') groups.add(String((input as { name?: unknown }).name))
  for (const group of await Promise.all(arnsIn(input).map(arn => groupOf(arn, sources.known)))) {
    if (group !== undefined) groups.add(group)
  }
  const { trackingId } = input as { trackingId?: unknown }
  if (typeof trackingId === 'string') {
    const group = await groupOfTracking(trackingId, sources)
    if (group !== undefined) groups.add(group)
  }
  return [...groups]
}

/** The ARNs of this service in the members of a request, at any depth. */
export function arnsIn(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return []
  return Object.entries(input).flatMap(([name, value]) => {
    if (typeof value !== 'string') return arnsIn(value)
    return name.endsWith('Arn') && OF_PERSONALIZE.test(value) ? [value] : []
  })
}

async function groupOf(arn: string, known: GroupSources['known']): Promise<string | undefined> {
  let resource: Resource | undefined = await known.get(resourceIn(arn))
  for (let depth = 0; resource && depth < DEPTH_MAX; depth++) {
    if (resource.kind === 'dataset-group') return nameIn(resource.arn)
    resource = resource.parent ? await known.get(resource.parent) : undefined
  }
  return undefined
}

/** A tracking id is that of an event tracker, or of an Action interactions dataset. */
async function groupOfTracking(trackingId: string, { datasets, known }: GroupSources): Promise<string | undefined> {
  const arn = (await datasets.groupOfTracker(trackingId)) ?? (await datasets.ofTrackingId(trackingId))?.arn
  return arn === undefined ? undefined : groupOf(arn, known)
}
