import { exclusiveOperation } from '../operation.ts'
import { createVersion } from './create-version.ts'

/**
 * Trains a solution with the data that its dataset group has now. Its ARN ends in 8 hex digits, also where it is given
 * a name. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSolutionVersion.html
 */
export const createSolutionVersion = exclusiveOperation('CreateSolutionVersion', async (services, input) => ({
  solutionVersionArn: await createVersion(services, input, 'MANUAL'),
}))
