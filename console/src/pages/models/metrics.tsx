import Alert from '@cloudscape-design/components/alert'
import BarChart from '@cloudscape-design/components/bar-chart'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { isShare, metricNames, metricText } from './metric-texts.ts'
import { type TrainedOn, trainedOnText } from './trained-on.ts'

/** A model, or popularity, with its metrics. */
interface Measured {
  /** The id of a version, say. */
  readonly title: string
  readonly metrics: Readonly<Record<string, number>>
}

interface Props {
  /** The newest first. */
  readonly models: readonly Measured[]
  /** Those of popularity alone, on the users of the newest model. */
  readonly popularity: Readonly<Record<string, number>> | undefined
  /** Of the newest model. */
  readonly trainedOn: TrainedOn | undefined
  /** Of the newest model. */
  readonly notes: readonly string[] | undefined
}

/** The metrics of models side by side, beside those of popularity. */
export function Metrics({ models, popularity, trainedOn, notes = [] }: Props) {
  if (models.length === 0) return null
  const all = [...(popularity ? [{ title: 'Popularity', metrics: popularity }] : []), ...models.toReversed()]
  const names = metricNames(models.map(({ metrics }) => metrics))
  const plotted = names.filter(isShare)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Measured on users that training did not see: most of their events are given, the newest are to be found."
        >
          Metrics
        </Header>
      }
    >
      <SpaceBetween size="m">
        <BarChart
          ariaLabel="Metrics"
          height={260}
          hideFilter
          xScaleType="categorical"
          xDomain={plotted.map(name => metricText(name).label)}
          yTickFormatter={value => value.toFixed(2)}
          series={all.map(({ title, metrics }) => ({
            title,
            type: 'bar',
            data: plotted.map(name => ({ x: metricText(name).label, y: metrics[name] ?? 0 })),
            valueFormatter: (value: number) => value.toFixed(4),
          }))}
        />
        {notes.map(note => (
          <Alert key={note} type="warning">
            {note}
          </Alert>
        ))}
        {trainedOn && <Box variant="small">{trainedOnText(trainedOn)}</Box>}
        <Table variant="embedded" columnDefinitions={columnsOf(all, popularity)} items={names} wrapLines />
        {!popularity && (
          <Box variant="small">
            Popularity is measured by trainings of recipes for a user. This model has no such figures.
          </Box>
        )}
      </SpaceBetween>
    </Container>
  )
}

function columnsOf(all: readonly Measured[], popularity: Props['popularity']): TableProps.ColumnDefinition<string>[] {
  return [
    {
      id: 'metric',
      header: 'Metric',
      cell: name => (
        <>
          {metricText(name).label}
          <Box variant="small" display="block">
            {metricText(name).description}
          </Box>
        </>
      ),
      isRowHeader: true,
    },
    ...all.map(({ title, metrics }) => ({
      id: title,
      header: title,
      cell: (name: string) => (
        <>
          {metrics[name]?.toFixed(4) ?? '–'}
          {metrics !== popularity && <Gain value={metrics[name]} beside={popularity?.[name]} />}
        </>
      ),
    })),
  ]
}

/** How many times as much as popularity's it is. */
function Gain({ value, beside }: { readonly value: number | undefined; readonly beside: number | undefined }) {
  if (!value || !beside) return null
  return (
    <Box variant="small" display="block">
      {(value / beside).toFixed(1)} × popularity
    </Box>
  )
}
