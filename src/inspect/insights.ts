import { InvalidInputException } from '../contract/errors.ts'
import { findResource } from '../operations/resources.ts'
import type { Parameters } from './parameters.ts'
import { within } from './readiness.ts'
import type { Route } from './routes.ts'

const WAIT_DEFAULT = 20
const WAIT_MAX = 60

/**
 * What is in the datasets of a group and what to do about it, COMPLETED; or IN_PROGRESS, and how far, where reading them
 * takes longer than `wait` seconds: then the same is asked with `analysis` as it was answered.
 */
export const insights: Route = async ({ store, insights }, parameters) => {
  const { arn } = await findResource(store, 'dataset-group', parameters.required('datasetGroupArn'))
  const wait = waitIn(parameters)
  const analysis = insights.find(arn, parameters.optional('analysis'))
  const report = await within(1000 * wait, analysis.report, undefined)
  const { id, progress } = analysis
  return report
    ? { analysis: id, status: 'COMPLETED', ...report }
    : { analysis: id, status: 'IN_PROGRESS', datasetGroupArn: arn, progress }
}

/** @throws InvalidInputException */
function waitIn(parameters: Parameters): number {
  const text = parameters.optional('wait') ?? String(WAIT_DEFAULT)
  const wait = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (wait >= 0 && wait <= WAIT_MAX) return wait
  throw new InvalidInputException(
    `wait must be a whole number of seconds from 0 to ${WAIT_MAX}, got ${text.slice(0, 40)}`,
  )
}
