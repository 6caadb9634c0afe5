import { inPages } from '../../store/pages.ts'
import { exclusiveOperation } from '../operation.ts'
import { removeResource } from '../shared/resources.ts'

/**
 * Deletes a solution with all of its versions and their batch jobs. Its campaigns must be deleted first, and no version
 * may be in training. https://docs.aws.amazon.com/personalize/latest/dg/API_DeleteSolution.html
 */
export const deleteSolution = exclusiveOperation('DeleteSolution', async ({ store, serving }, { solutionArn }) => {
  const versions = await Array.fromAsync(inPages(store.resources, { kind: 'solution-version', parent: solutionArn }))
  await removeResource(store, 'solution', solutionArn)
  await serving.sweep(versions)
  return {}
})
