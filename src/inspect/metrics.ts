import { WINDOW_MS } from '../attribution/accumulate.ts'
import { measure } from '../attribution/measure-stored.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { findResource } from '../operations/shared/resources.ts'
import type { QueryParameters } from './parameters.ts'
import type { Route } from './route.ts'

/** CloudWatch has the data of the last 14 days (metric-attribution-requirements.md). */
const DAYS = 14

/**
 * Shows the metrics of a metric attribution between two times, by source, newest first. The default is the last 14
 * days. Each value covers 15 minutes, or a `period` that is a multiple of that, in seconds as in CloudWatch. `notes`
 * say why a metric has no value.
 */
export const metrics: Route = async ({ store }, parameters) => {
  const attribution = await findResource(store, 'metric-attribution', parameters.required('metricAttributionArn'))
  const to = timeIn(parameters, 'to') ?? store.clock.now()
  const from = timeIn(parameters, 'from') ?? to - DAYS * 86_400_000
  const windowMs = windowIn(parameters)
  const { values, notes } = await measure(store, attribution, { from, to, windowMs })
  return {
    metricAttributionArn: attribution.arn,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    period: windowMs / 1000,
    metrics: values.map(({ time, ...rest }) => ({ timestamp: new Date(time).toISOString(), ...rest })),
    notes,
  }
}

/** @throws InvalidInputException */
function timeIn(parameters: QueryParameters, name: string): number | undefined {
  const text = parameters.optional(name)
  if (text === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  const right = 'a time such as 2030-01-31 or 2030-01-31T18:00:00Z'
  throw new InvalidInputException(`${name} must be ${right}, got ${text.slice(0, 40)}`)
}

/** @throws InvalidInputException */
function windowIn(parameters: QueryParameters): number {
  const text = parameters.optional('period') ?? String(WINDOW_MS / 1000)
  const windowMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : 0
  if (windowMs > 0 && windowMs % WINDOW_MS === 0) return windowMs
  throw new InvalidInputException(`period must be seconds, a multiple of ${WINDOW_MS / 1000}, got ${text.slice(0, 40)}`)
}
