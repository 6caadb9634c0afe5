import { documentOf } from '../../jobs/job.ts'
import { operation } from '../operation.ts'
import { assertStatus, findResource } from '../resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_GetSolutionMetrics.html */
export const getSolutionMetrics = operation('GetSolutionMetrics', async ({ store }, { solutionVersionArn }) => {
  const version = await findResource(store, 'solution-version', solutionVersionArn)
  assertStatus(version, 'ACTIVE')
  return { solutionVersionArn, metrics: documentOf(version).metrics ?? {} }
})
