import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import LineChart from '@cloudscape-design/components/line-chart'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Table from '@cloudscape-design/components/table'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { useSearchParams } from '../../shared/search-params.ts'
import { timeText } from '../../shared/time.ts'
import { type Measured, type MetricOverTime, overTime } from './series.ts'

const DAY = 86_400

/** Times that may be looked at, in seconds, each with the period that makes a readable chart. */
const RANGES = [
  { value: String(DAY), label: 'The last day', period: 900 },
  { value: String(7 * DAY), label: 'The last 7 days', period: 14_400 },
  { value: String(14 * DAY), label: 'The last 14 days', period: DAY },
] as const

/** New events come all the time: the values are read again so often, in milliseconds. */
const EVERY_MS = 30_000
/** The server reads all events for an answer: where that takes longer than this, it is asked on demand alone. */
const QUICK_MS = 1_000

/** So much higher than the greatest value a chart is. */
const HEADROOM = 1.1

/** The most sources that a chart tells apart. */
const PLOTTED = 8

interface Props {
  readonly name: string
  readonly metricAttributionArn: string
}

/** The metrics of an attribution over time, a chart each. */
export function Charts({ name, metricAttributionArn }: Props) {
  const [params, change] = useSearchParams()
  const range = RANGES.find(({ value }) => value === params.get('range')) ?? RANGES[1]
  const { data, error, isFetching, refetch } = useRead(
    ['metrics', metricAttributionArn, range.period],
    async (api, signal) => {
      const query = { metricAttributionArn, period: range.period }
      const began = performance.now()
      const measured = await api.inspect<Measured>('metrics', { query, signal })
      return { ...measured, isQuick: performance.now() - began < QUICK_MS }
    },
    { every: last => (last?.isQuick ? EVERY_MS : false), keepPrevious: true },
  )
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Spinner size="large" />
  const metrics = overTime(data, Number(range.value))
  return (
    <SpaceBetween size="l">
      <Header
        variant="h2"
        description={`Until ${timeText(data.to)}, a value for every ${periodText(data.period)}.`}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Select
              ariaLabel="Time"
              selectedOption={{ value: range.value, label: range.label }}
              options={RANGES.map(({ value, label }) => ({ value, label }))}
              onChange={({ detail }) => change({ range: detail.selectedOption.value }, { replace: true })}
            />
            <Button iconName="refresh" ariaLabel="Read again" loading={isFetching} onClick={() => refetch()} />
          </SpaceBetween>
        }
      >
        {name}
      </Header>
      {data.notes.map(note => (
        <Alert key={note} type="warning">
          {note}
        </Alert>
      ))}
      {metrics.length === 0 && (
        <Container>
          <Box textAlign="center" padding="l">
            No events of these metrics came in this time.
          </Box>
        </Container>
      )}
      {metrics.map(metric => (
        <MetricChart key={metric.metricName} metric={metric} />
      ))}
    </SpaceBetween>
  )
}

function MetricChart({ metric }: { readonly metric: MetricOverTime }) {
  const { metricName, eventType, function: by, sources, total } = metric
  const points = sources[0]!.points
  const plotted = sources.slice(0, PLOTTED)
  const most = Math.max(...plotted.flatMap(({ points }) => points.map(({ y }) => y)))
  return (
    <Container
      header={
        <Header variant="h3" counter={`(${numberText(total)})`} description={`${by} of ${eventType} events, by source`}>
          {metricName}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <LineChart
          ariaLabel={`${metricName} over time, by source`}
          height={200}
          hideFilter
          xScaleType="time"
          xDomain={[points[0]!.x, points.at(-1)!.x]}
          yDomain={[
            Math.min(0, ...plotted.flatMap(({ points }) => points.map(({ y }) => y))),
            Math.max(1, HEADROOM * most),
          ]}
          xTickFormatter={time => timeText(time.getTime())}
          yTickFormatter={numberText}
          series={plotted.map(({ source, points }) => ({
            title: source,
            type: 'line',
            data: points,
            valueFormatter: numberText,
          }))}
        />
        <Table
          variant="embedded"
          columnDefinitions={[
            { id: 'source', header: 'Source', cell: ({ source }) => source, isRowHeader: true },
            { id: 'total', header: 'Total', cell: ({ total }) => numberText(total) },
            {
              id: 'share',
              header: 'Share',
              cell: one => (total > 0 ? `${Math.round((100 * one.total) / total)} %` : '–'),
            },
          ]}
          items={sources}
          trackBy="source"
          wrapLines
        />
      </SpaceBetween>
    </Container>
  )
}

const numberText = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 })

function periodText(seconds: number): string {
  if (seconds >= DAY) return seconds === DAY ? 'day' : `${seconds / DAY} days`
  return seconds >= 3600 ? `${seconds / 3600} hours` : `${seconds / 60} minutes`
}
