import { parseMetricExpression } from '../../attribution/expression.ts'
import { InvalidInputException, ResourceAlreadyExistsException } from '../../contract/errors.ts'
import type { MetricAttribute, MetricAttributionOutput } from '../../contract/generated/types.ts'
import { modelled } from '../../contract/modelled.ts'
import type { Schemas } from '../../datasets/of-group.ts'
import { parseLocation } from '../../jobs/objects/objects.ts'
import type { Resource } from '../../store/resource-store.ts'
import { numericField } from '../shared/training-data.ts'

/** limits.md: "Maximum number of metrics for a metric attribution". */
export const METRICS_MAX = 10

/** Returns the metrics of a metric attribution, in the model's form. */
export function metricsIn({ document }: Resource): readonly MetricAttribute[] {
  return modelled('control', 'MetricAttributes', document.metrics) as readonly MetricAttribute[]
}

/**
 * Checks metrics against the schemas of the dataset group: sums need columns of numbers, and events need types.
 * @param path the path for error messages, e.g. `addMetrics`
 * @throws InvalidInputException naming the metric
 */
export function checkMetrics(path: string, metrics: readonly MetricAttribute[], schemas: Schemas): void {
  const interactions = schemas.INTERACTIONS?.fields
  if (!interactions?.some(({ name }) => name === 'EVENT_TYPE')) {
    throw new InvalidInputException(
      `${path}: the dataset group must have a dataset of type INTERACTIONS with an EVENT_TYPE column`,
    )
  }
  for (const [i, { eventType, metricName, expression }] of metrics.entries()) {
    for (const [member, text] of Object.entries({ eventType, metricName }))
      if (text === '') throw new InvalidInputException(`${path}.${i + 1}.member.${member} must not be empty`)
    const at = `${path}.${i + 1}.member.expression`
    const parsed = parseMetricExpression(at, expression)
    if (parsed.function === 'SUM') numericField(at, parsed.column, parsed.datasetType, schemas)
  }
}

/** @throws ResourceAlreadyExistsException where two metrics have one name */
export function assertDistinct(metrics: readonly MetricAttribute[]): void {
  const names = metrics.map(({ metricName }) => metricName)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new ResourceAlreadyExistsException(`There are two metrics with the name ${twice}.`)
}

/** Checks the destination of reports. @throws InvalidInputException as `parseLocation` does */
export function checkOutput({ s3DataDestination }: MetricAttributionOutput): void {
  if (s3DataDestination) parseLocation('metricsOutputConfig.s3DataDestination.path', s3DataDestination.path)
}
