import { exclusiveOperation } from '../operation.ts'
import { createVersion } from './new-version.ts'

/**
 * Trains a solution with the current data of its dataset group. The version's ARN ends in 8 hex digits, even if it has
 * a name. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolutionVersion.html
 */
export const createSolutionVersion = exclusiveOperation('CreateSolutionVersion', async (services, input) => ({
  solutionVersionArn: await createVersion(services, input, 'MANUAL'),
}))
