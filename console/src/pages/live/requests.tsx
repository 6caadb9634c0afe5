import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import LineChart from '@cloudscape-design/components/line-chart'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { Failure } from '../../shared/failure.tsx'
import { useSearchParams } from '../../shared/search-params.ts'
import { clockText } from '../../shared/time.ts'
import { millisecondsText, rateText, shareText } from './numbers.ts'
import { type Rate, type Reading, ratesOverTime, type Span, spanOf } from './readings.ts'
import { useReadings } from './use-readings.ts'

const SPANS = [
  { id: '10', text: '10 s' },
  { id: '60', text: '1 min' },
  { id: '300', text: '5 min' },
] as const
const USUAL = '60'

/** So much higher than the greatest rate the chart is. */
const HEADROOM = 1.1

/** The most operations that the chart tells apart. */
const PLOTTED = 5

/** The requests to the server: rates, errors and latencies by operation. */
export function Requests({ isLive }: { readonly isLive: boolean }) {
  const [params, change] = useSearchParams()
  const seconds = SPANS.find(({ id }) => id === params.get('last'))?.id ?? USUAL
  const { data: history = [], error, refetch } = useReadings(isLive, true)
  const span = spanOf(history, 1000 * Number(seconds))
  if (error && history.length === 0) return <Failure error={error} retry={refetch} />
  return (
    <SpaceBetween size="l">
      {error && <Failure error={error} retry={refetch} />}
      <Container
        header={
          <Header
            variant="h2"
            description={span ? `The last ${Math.round(span.seconds)} seconds` : 'Rates come with the second reading'}
            actions={
              <SegmentedControl
                label="Time"
                selectedId={seconds}
                options={[...SPANS]}
                onChange={({ detail }) => change({ last: detail.selectedId }, { replace: true })}
              />
            }
          >
            Requests
          </Header>
        }
      >
        <SpaceBetween size="m">
          <Totals span={span} />
          <Chart history={history} seconds={Number(seconds)} />
          <Operations span={span} />
        </SpaceBetween>
      </Container>
      <Refusals span={span} />
    </SpaceBetween>
  )
}

interface SpanProps {
  readonly span: Span | undefined
}

function Totals({ span }: SpanProps) {
  const records = Object.entries(span?.records ?? {}).filter(([, rate]) => rate > 0)
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: 'Requests a second', value: <Figure>{rateText(span?.total.perSecond)}</Figure> },
        {
          label: 'Errors',
          value: <Figure>{shareText(span?.total.errorsPerSecond, span?.total.perSecond)}</Figure>,
        },
        { label: 'Latency, 99 % of requests', value: <Figure>{millisecondsText(span?.total.p99)}</Figure> },
        {
          label: 'Records a second',
          value: (
            <Figure>
              {records.map(([kind, rate]) => `${rateText(rate)} ${kind}`).join(', ') || rateText(span && 0)}
            </Figure>
          ),
        },
      ]}
    />
  )
}

const Figure = ({ children }: { readonly children: string }) => <Box variant="awsui-value-large">{children}</Box>

interface ChartProps {
  readonly history: readonly Reading[]
  readonly seconds: number
}

function Chart({ history, seconds }: ChartProps) {
  const newest = history.at(-1)
  const end = newest ? Date.parse(newest.read) : 0
  const points = ratesOverTime(history).filter(([time]) => time.getTime() >= end - 1000 * seconds)
  const most = new Map<string, number>()
  for (const [, { rates }] of points)
    for (const { operation, perSecond } of rates) most.set(operation, Math.max(perSecond, most.get(operation) ?? 0))
  const plotted = [...most].sort(([, a], [, b]) => b - a).slice(0, PLOTTED)
  const rateOf = ({ rates }: Span, operation: string) => rates.find(one => one.operation === operation)?.perSecond ?? 0
  return (
    <LineChart
      ariaLabel="Requests a second by operation"
      height={200}
      hideFilter
      xScaleType="time"
      xDomain={[new Date(end - 1000 * seconds), new Date(end)]}
      yDomain={[0, Math.max(1, ...plotted.map(([, rate]) => HEADROOM * rate))]}
      xTickFormatter={time => clockText(time.getTime())}
      yTickFormatter={rateText}
      series={plotted.map(([operation]) => ({
        title: operation,
        type: 'line',
        data: points.map(([time, span]) => ({ x: time, y: rateOf(span, operation) })),
        valueFormatter: rateText,
      }))}
      empty={<Box textAlign="center">No requests in this time.</Box>}
    />
  )
}

const columns: TableProps.ColumnDefinition<Rate>[] = [
  { id: 'operation', header: 'Operation', cell: ({ operation }) => operation, isRowHeader: true },
  { id: 'rate', header: 'A second', cell: ({ perSecond }) => rateText(perSecond) },
  { id: 'errors', header: 'Errors', cell: one => shareText(one.errorsPerSecond, one.perSecond) },
  { id: 'p50', header: 'Median', cell: ({ p50 }) => millisecondsText(p50) },
  { id: 'p90', header: '90 %', cell: ({ p90 }) => millisecondsText(p90) },
  { id: 'p99', header: '99 %', cell: ({ p99 }) => millisecondsText(p99) },
]

function Operations({ span }: SpanProps) {
  return (
    <Table
      variant="embedded"
      ariaLabels={{ tableLabel: 'Requests by operation' }}
      columnDefinitions={columns}
      items={span?.rates ?? []}
      trackBy="operation"
      loading={!span}
      loadingText="Reading twice"
      empty={<Box textAlign="center">No requests in this time.</Box>}
    />
  )
}

function Refusals({ span }: SpanProps) {
  if (!span?.refusals.length) return null
  return (
    <Table
      header={
        <Header variant="h2" description="Why requests were refused in this time.">
          Errors
        </Header>
      }
      columnDefinitions={[
        { id: 'operation', header: 'Operation', cell: ({ operation }) => operation, isRowHeader: true },
        { id: 'reason', header: 'Reason', cell: ({ reason }) => reason },
        { id: 'count', header: 'Requests', cell: ({ count }) => count },
      ]}
      items={span.refusals}
      wrapLines
    />
  )
}
