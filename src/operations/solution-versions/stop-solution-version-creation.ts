import { InvalidInputException } from '../../contract/errors.ts'
import { isOpen } from '../../jobs/statuses.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource } from '../shared/resources.ts'

/**
 * Stops the training of a solution version: CREATE STOPPED at once where it waits, else CREATE STOPPING before that. It
 * cannot be taken up again. https://docs.aws.amazon.com/personalize/latest/dg/stop-solution-version.html
 */
export const stopSolutionVersionCreation = exclusiveOperation(
  'StopSolutionVersionCreation',
  async ({ store, jobs }, { solutionVersionArn }) => {
    const version = await findResource(store, 'solution-version', solutionVersionArn)
    if (!isOpen(version)) {
      const right = 'only one that is CREATE PENDING or CREATE IN_PROGRESS can be stopped'
      throw new InvalidInputException(`The solution version ${solutionVersionArn} is ${version.status}: ${right}`)
    }
    await jobs.stop(solutionVersionArn)
    return {}
  },
)
