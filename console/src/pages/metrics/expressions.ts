import type { Schemas } from '../../../../src/datasets/of-group.ts'

/** A metric of an attribution, as the API takes it. */
export interface MetricDraft {
  readonly metricName: string
  readonly eventType: string
  readonly expression: string
}

/** The number of events. */
export const COUNT = 'SAMPLECOUNT()'

/** The sums that a metric may be: those of columns with numbers, of items and of interactions. */
export function summable(schemas: Schemas): readonly string[] {
  return (['ITEMS', 'INTERACTIONS'] as const).flatMap(type => {
    const fields = schemas[type]?.fields ?? []
    const numbers = fields.filter(({ name, type }) => /^(int|long|float|double)$/.test(type) && name !== 'TIMESTAMP')
    return numbers.map(({ name }) => `SUM(${type === 'ITEMS' ? 'Items' : 'Interactions'}.${name})`)
  })
}
