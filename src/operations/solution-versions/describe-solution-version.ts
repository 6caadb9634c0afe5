import type { SolutionVersion } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeSolutionVersion.html */
export const describeSolutionVersion = operation('DescribeSolutionVersion', async ({ store }, input) => {
  const version = await findResource(store, 'solution-version', input.solutionVersionArn)
  return { solutionVersion: present<SolutionVersion>('SolutionVersion', version, 'solutionVersionArn') }
})
