import { modelled } from '../../contract/modelled.ts'
import { documentOf } from '../../jobs/documents.ts'
import { operation } from '../operation.ts'
import { assertStatus, findResource } from '../shared/resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_GetSolutionMetrics.html */
export const getSolutionMetrics = operation('GetSolutionMetrics', async ({ store }, { solutionVersionArn }) => {
  const version = await findResource(store, 'solution-version', solutionVersionArn)
  assertStatus(version, 'ACTIVE')
  const metrics = modelled('control', 'Metrics', documentOf(version).metrics ?? {})
  return { solutionVersionArn, metrics: metrics as Readonly<Record<string, number>> }
})
