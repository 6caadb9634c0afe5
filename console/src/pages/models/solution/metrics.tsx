import BarChart from '@cloudscape-design/components/bar-chart'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { nameIn } from '../../../shared/server.ts'
import type { Version } from '../reads.ts'
import { metricNames, metricText } from './metric-texts.ts'

/** The most versions side by side. */
const COMPARED = 5

/** The metrics of the newest versions side by side. */
export function Metrics({ versions }: { readonly versions: readonly Version[] | undefined }) {
  const measured = versions?.filter(({ metrics }) => Object.keys(metrics ?? {}).length > 0).slice(0, COMPARED) ?? []
  if (measured.length === 0) return null
  const names = metricNames(measured.map(({ metrics }) => metrics))
  const columns: TableProps.ColumnDefinition<string>[] = [
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
    ...measured.map(({ solutionVersionArn, metrics }) => ({
      id: solutionVersionArn!,
      header: nameIn(solutionVersionArn!),
      cell: (name: string) => metrics?.[name]?.toFixed(4) ?? '–',
    })),
  ]
  const plotted = names.filter(name => name !== 'coverage')
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Measured on users that training did not see: the oldest of their events are given, the newest are to be found."
        >
          Metrics
        </Header>
      }
    >
      <SpaceBetween size="m">
        <BarChart
          ariaLabel="Metrics of the versions"
          height={260}
          hideFilter
          xScaleType="categorical"
          xDomain={plotted.map(name => metricText(name).label)}
          yTickFormatter={value => value.toFixed(2)}
          series={measured.toReversed().map(({ solutionVersionArn, metrics }) => ({
            title: nameIn(solutionVersionArn!),
            type: 'bar',
            data: plotted.map(name => ({ x: metricText(name).label, y: metrics?.[name] ?? 0 })),
            valueFormatter: (value: number) => value.toFixed(4),
          }))}
        />
        <Table variant="embedded" columnDefinitions={columns} items={names} wrapLines />
      </SpaceBetween>
    </Container>
  )
}
