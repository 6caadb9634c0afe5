import type { MetricAttribute } from '../contract/generated/types.ts'
import { decodeValues } from '../datasets/encoding.ts'
import { type DatasetsOfGroup, datasetsOf } from '../datasets/of-group.ts'
import { fieldNamed, valueFields } from '../datasets/schema.ts'
import type { StoredInteraction } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { type MetricExpression, parseMetricExpression } from './expression.ts'
import { type Details, readSources } from './sources.ts'
import { inTurns } from './yielding.ts'

/** The service sums up the events of 15 minutes (measuring-recommendation-impact.md). */
export const WINDOW_MS = 15 * 60_000

/** The value of a metric in a window, over the events of one source. */
export interface MetricValue {
  readonly metricName: string
  readonly eventType: string
  readonly function: MetricExpression['function']
  readonly source: string
  /** The beginning of the window, in milliseconds since 1970. */
  readonly time: number
  readonly value: number
}

export type MeasuredEvent = Pick<StoredInteraction, 'itemId' | 'timestampMs' | 'eventType' | 'eventValue' | 'details'>

interface Measuring {
  add(event: MeasuredEvent): void
  /**
   * Returns the values, the newest window first. In a window the metrics keep their order, and the sources are in
   * alphabetical order.
   */
  values(): readonly MetricValue[]
}

interface Metric extends MetricAttribute {
  readonly place: number
  readonly function: MetricExpression['function']
  /** Returns the number that an event adds; undefined if it has none. */
  readonly read: (event: MeasuredEvent, details: Details) => number | undefined
}

interface Cell {
  readonly metric: Metric
  readonly source: string
  readonly time: number
  sum: number
}

/**
 * Returns an object that sums up events by metric, source and window. Sources and items are read now, once. An event
 * without a value in the column is not counted.
 */
export async function openMeasuring(
  store: Store,
  datasetGroupArn: string,
  attributes: readonly MetricAttribute[],
  windowMs = WINDOW_MS,
): Promise<Measuring> {
  const sourceOf = await readSources(store, datasetGroupArn)
  const byEventType = Map.groupBy(await openMetrics(store, datasetGroupArn, attributes), ({ eventType }) => eventType)
  const cells = new Map<string, Cell>()
  return {
    add(event) {
      const metrics = byEventType.get(event.eventType)
      if (!metrics) return
      const details: Details = event.details === '' ? {} : JSON.parse(event.details)
      const source = sourceOf(details)
      const time = event.timestampMs - (event.timestampMs % windowMs)
      for (const metric of metrics) {
        const value = metric.read(event, details)
        if (value === undefined) continue
        const key = `${metric.place} ${time} ${source}`
        cells.getOrInsertComputed(key, () => ({ metric, source, time, sum: 0 })).sum += value
      }
    },
    values: () => [...cells.values()].sort(compareCells).map(toValue),
  }
}

function compareCells(a: Cell, b: Cell): number {
  return b.time - a.time || a.metric.place - b.metric.place || (a.source < b.source ? -1 : 1)
}

/** Rounds to 15 digits, the precision of a double: 3 times 19.99 is 59.97, without a rounding error. */
function toValue({ metric: { metricName, eventType, function: name }, source, time, sum }: Cell): MetricValue {
  return { metricName, eventType, function: name, source, time, value: Number(sum.toPrecision(15)) }
}

async function openMetrics(store: Store, datasetGroupArn: string, attributes: readonly MetricAttribute[]) {
  const datasets = await datasetsOf(store, datasetGroupArn)
  const expressions = attributes.map(({ expression }) =>
    inSchema(parseMetricExpression('expression', expression), datasets),
  )
  const columns = expressions.flatMap(one => (one.function === 'SUM' && one.datasetType === 'ITEMS' ? one.column : []))
  const ofItems = await readItems(store, datasets, columns)
  return attributes.map((attribute, place): Metric => {
    const expression = expressions[place]!
    return { ...attribute, place, function: expression.function, read: readerOf(expression, ofItems) }
  })
}

/** Returns the expression with the column's name as the schema has it. */
function inSchema(expression: MetricExpression, datasets: DatasetsOfGroup): MetricExpression {
  if (expression.function === 'SAMPLECOUNT') return expression
  const { datasetType, column } = expression
  const field = fieldNamed(datasets[datasetType]?.schema.fields ?? [], column)
  return { ...expression, column: field?.name ?? column }
}

function readerOf(expression: MetricExpression, ofItems: ItemValues): Metric['read'] {
  if (expression.function === 'SAMPLECOUNT') return () => 1
  const { datasetType, column } = expression
  if (datasetType === 'ITEMS') return ({ itemId }) => ofItems.get(column)?.get(itemId)
  if (column === 'EVENT_VALUE') return ({ eventValue }) => eventValue ?? undefined
  return (_event, { [column]: value }) => (value == null ? undefined : Number(value))
}

/** By column, the values of the items that have one. */
type ItemValues = ReadonlyMap<string, ReadonlyMap<string, number>>

async function readItems(
  store: Store,
  { ITEMS: items }: DatasetsOfGroup,
  columns: readonly string[],
): Promise<ItemValues> {
  const found = new Map(columns.map(column => [column, new Map<string, number>()]))
  if (!items || columns.length === 0) return found
  const fields = valueFields(items.schema).map(({ name }) => found.get(name))
  for await (const record of inTurns(store.records.scan(items.id, 'ALL'))) {
    const values = decodeValues(items.schema, record.fields)
    for (const [i, column] of fields.entries()) {
      if (values[i] !== null) column?.set(record.id, Number(values[i]))
    }
  }
  return found
}
