import type { Solution, SolutionVersionSummary } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, newestVersion, present } from '../shared/resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeSolution.html */
export const describeSolution = operation('DescribeSolution', async ({ store }, { solutionArn }) => {
  const found = await findResource(store, 'solution', solutionArn)
  const solution = present<Solution>('Solution', found, 'solutionArn')
  const latest = await newestVersion(store, solutionArn)
  if (!latest) return { solution }
  const summary = present<SolutionVersionSummary>('SolutionVersionSummary', latest, 'solutionVersionArn')
  return { solution: { ...solution, latestSolutionVersion: summary } }
})
