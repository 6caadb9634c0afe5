import { ResourceInUseException } from '../../contract/errors.ts'
import { inPages } from '../../store/pages.ts'
import type { Store } from '../../store/store.ts'
import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/** Deletes a filter that no unfinished batch job uses. Its name can be used again. */
export const deleteFilter = exclusiveOperation('DeleteFilter', async ({ store }, { filterArn }) => {
  await assertIdle(store, filterArn)
  await removeResource(store, 'filter', filterArn)
  return {}
})

/**
 * A batch job reads its filter when it begins and would fail without it. The service refuses too (filter-real-time.md).
 * @throws ResourceInUseException that names the jobs
 */
async function assertIdle({ resources }: Store, filterArn: string): Promise<void> {
  const unfinished = await Array.fromAsync(inPages(resources, { unfinished: true }))
  const using = unfinished.filter(job => job.document.filterArn === filterArn)
  if (using.length === 0) return
  const names = using.map(job => job.arn).join(', ')
  throw new ResourceInUseException(`The filter ${filterArn} cannot be deleted while it is in use by: ${names}`)
}
