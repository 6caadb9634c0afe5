import { InvalidInputException } from '../contract/errors.ts'
import type { InsightsReport } from '../insights/report.ts'
import { insightsInto } from '../insights/rules.ts'
import { within } from '../operate/readiness.ts'
import { findResource } from '../operations/shared/resources.ts'
import type { QueryParameters } from './parameters.ts'
import type { Route } from './route.ts'

const WAIT_DEFAULT = 20
const WAIT_MAX = 60

/**
 * Describes the data of a dataset group, with advice; the status is COMPLETED. Where reading takes longer than `wait`
 * seconds, the status is IN_PROGRESS with the progress. The client then repeats its request with the `analysis` of the
 * reply.
 */
export const insights: Route = async ({ store, datasets, insights }, parameters) => {
  const { arn } = await findResource(store, 'dataset-group', parameters.required('datasetGroupArn'))
  const wait = waitIn(parameters)
  const analysis = insights.find(arn, parameters.optional('analysis'))
  const facts = await within(1000 * wait, analysis.facts, undefined)
  const { id, progress } = analysis
  if (!facts) return { analysis: id, status: 'IN_PROGRESS', datasetGroupArn: arn, progress }
  const all = facts.datasets.map(dataset => {
    return { ...dataset, unknownProperties: datasets.unknown.of(dataset.datasetArn) }
  })
  const report: InsightsReport = { ...facts, insights: insightsInto(all), datasets: all }
  return { analysis: id, status: 'COMPLETED', ...report }
}

/** @throws InvalidInputException */
function waitIn(parameters: QueryParameters): number {
  const text = parameters.optional('wait') ?? String(WAIT_DEFAULT)
  const wait = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (wait >= 0 && wait <= WAIT_MAX) return wait
  throw new InvalidInputException(
    `wait must be a whole number of seconds from 0 to ${WAIT_MAX}, got ${text.slice(0, 40)}`,
  )
}
