import type { SolutionVersionSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, listPage, present } from '../shared/resources.ts'

/** Lists the versions of a solution, or all, the oldest first. The solution must exist. */
export const listSolutionVersions = operation('ListSolutionVersions', async ({ store }, { solutionArn, ...page }) => {
  if (solutionArn !== undefined) await findResource(store, 'solution', solutionArn)
  const { resources, nextToken } = await listPage(store, { kind: 'solution-version', parent: solutionArn }, page)
  return {
    solutionVersions: resources.map(version =>
      present<SolutionVersionSummary>('SolutionVersionSummary', version, 'solutionVersionArn'),
    ),
    nextToken,
  }
})
