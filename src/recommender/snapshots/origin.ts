import type { Dataset } from '../../datasets/of-group.ts'
import type { Store } from '../../store/store.ts'

/**
 * Tells whether a file of events is of a dataset as it is, but for events put since. The jobs are in it for a store
 * that was restored from a backup: it draws the same numbers again, for other changes. Where events are deleted for
 * their age, the age is in it: after a longer one, those that the shorter one deleted are not told from others.
 */
export type SnapshotOrigin = Readonly<Record<string, string | number>>

/** The origin of a file that is made now. */
export async function originOf(
  store: Store,
  { id, arn, datasetGroupArn }: Pick<Dataset, 'id' | 'arn' | 'datasetGroupArn'>,
): Promise<SnapshotOrigin> {
  const newest = async (kind: string, parent: string) => {
    const [job] = await store.resources.list({ kind, parent, newestFirst: true, limit: 1 })
    return job ? `${job.id} ${job.createdAt}` : ''
  }
  return {
    identity: store.identity,
    dataset: id,
    swept: await store.interactions.swept(id),
    imported: await newest('dataset-import-job', arn),
    deleted: await newest('data-deletion-job', datasetGroupArn),
    kept: String((await store.resources.get(datasetGroupArn))?.document.keepEvents ?? ''),
  }
}

/** Whether two files are of the same data, but for events put between them. */
export function sameOrigin(one: SnapshotOrigin, other: SnapshotOrigin): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
}
