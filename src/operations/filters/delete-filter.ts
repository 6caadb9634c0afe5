import { ResourceInUseException } from '../../contract/errors.ts'
import type { Store } from '../../store/store.ts'
import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../resources.ts'

/** Deletes a filter that no batch job is at work with; its name can be used again. */
export const deleteFilter = exclusiveOperation('DeleteFilter', async ({ store }, { filterArn }) => {
  await assertIdle(store, filterArn)
  await removeResource(store, 'filter', filterArn)
  return {}
})

/**
 * filter-real-time.md: "You can't delete a filter while a batch inference job is in progress." Without it the job fails.
 * @throws ResourceInUseException naming the jobs
 */
async function assertIdle({ resources }: Store, filterArn: string): Promise<void> {
  const using = (await resources.unfinished()).filter(job => job.document.filterArn === filterArn)
  if (using.length === 0) return
  const names = using.map(job => job.arn).join(', ')
  throw new ResourceInUseException(`The filter ${filterArn} cannot be deleted while it is in use by: ${names}`)
}
