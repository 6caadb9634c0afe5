import Box from '@cloudscape-design/components/box'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import { useRef } from 'react'
import type { ShownDataset } from '../../shared/server.ts'
import { rowsOf, useDatasets } from './read.ts'

const MINUTE_MS = 60_000

/** The numbers of users, items and interactions of all groups, and how many events come in a minute. */
export function Numbers() {
  const { data } = useDatasets()
  const rate = useRate(data)
  const shown: readonly (readonly [label: string, value: number | undefined])[] = [
    ['Users', data && rowsOf(data.datasets, 'USERS')],
    ['Items', data && rowsOf(data.datasets, 'ITEMS')],
    ['Interactions', data && rowsOf(data.datasets, 'INTERACTIONS')],
    ['Events in the last minute', rate],
  ]
  return (
    <Container>
      <ColumnLayout columns={4} variant="text-grid" minColumnWidth={140}>
        {shown.map(([label, value]) => (
          <div key={label}>
            <Box variant="awsui-key-label">{label}</Box>
            <Box variant="awsui-value-large">{value?.toLocaleString('en') ?? '–'}</Box>
          </div>
        ))}
      </ColumnLayout>
    </Container>
  )
}

interface Counted {
  readonly at: number
  readonly datasets: readonly ShownDataset[]
}

/** The events that were put since a minute ago, or since this page is open. Imports do not count. */
function useRate(counted: Counted | undefined): number | undefined {
  const before = useRef<readonly { readonly at: number; readonly events: number }[]>([])
  if (!counted) return undefined
  const { at, datasets } = counted
  const events = datasets
    .filter(({ datasetType }) => datasetType === 'INTERACTIONS')
    .reduce((sum, { count }) => sum + count.PUT, 0)
  if (before.current.at(-1)?.at !== at)
    before.current = [...before.current.filter(one => one.at >= at - MINUTE_MS), { at, events }]
  return Math.max(0, events - before.current[0]!.events)
}
