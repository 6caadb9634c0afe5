import { InvalidInputException } from '../../contract/errors.ts'
import { isOpen } from '../../jobs/statuses.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource } from '../shared/resources.ts'

/**
 * Stops the training of a solution version for good. A waiting one becomes CREATE STOPPED at once, a running one CREATE
 * STOPPING first. https://docs.aws.amazon.com/personalize/latest/dg/stop-solution-version.html
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
