import type { SolutionSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { listPage, present } from '../shared/resources.ts'

/** Lists the solutions of a dataset group, or all. */
export const listSolutions = operation('ListSolutions', async ({ store }, { datasetGroupArn, ...page }) => {
  const { resources, nextToken } = await listPage(store, { kind: 'solution', parent: datasetGroupArn }, page)
  return {
    solutions: resources.map(solution => present<SolutionSummary>('SolutionSummary', solution, 'solutionArn')),
    nextToken,
  }
})
