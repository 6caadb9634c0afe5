import { ResourceInUseException } from '../contract/errors.ts'
import { spellingsOf } from '../datasets/blanks.ts'
import type { DatasetType } from '../datasets/dataset-type.ts'
import { findResource } from '../operations/shared/resources.ts'
import type { Store } from '../store/store.ts'
import { hasInteractions } from './datasets.ts'
import type { Route, Routes } from './route.ts'

/**
 * Deletes a user from all datasets of a group, with their interactions, as a data deletion job does. Shows how many
 * rows that were; none of a user whom nobody knows.
 * @throws ResourceInUseException while an import is under way, which may bring the user back
 */
const deleteUser: Route = async ({ store }, parameters) => {
  parameters.assertNoneBut(['datasetGroupArn', 'userId'])
  const { arn } = await findResource(store, 'dataset-group', parameters.required('datasetGroupArn'))
  const ids = spellingsOf(parameters.required('userId'))
  return store.exclusively(async () => {
    await assertNoImport(store, arn)
    const before = await store.nextSeq()
    let deleted = 0
    for (const { id, document } of await store.resources.list({ kind: 'dataset', parent: arn })) {
      const type = document.datasetType as DatasetType
      if (type === 'USERS') deleted += await store.records.delete(id, ids, before)
      if (hasInteractions(type)) deleted += await store.interactions.deleteUsers(id, ids, before)
    }
    return { deleted }
  })
}

async function assertNoImport(store: Store, datasetGroup: string): Promise<void> {
  const unfinished = await store.resources.list({ datasetGroup, isJob: true, unfinished: true })
  const job = unfinished.find(({ kind }) => kind === 'dataset-import-job')
  if (!job) return
  throw new ResourceInUseException(
    `${job.arn} is ${job.status}, and may bring the user back: try again when it is over`,
  )
}

/** The route of `/inspect/users`. */
export const users: Routes = { DELETE: deleteUser }
