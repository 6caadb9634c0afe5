import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { Ago } from '../../shared/ago.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { datasetArn } from '../../shared/schemas.ts'
import { EVERY_MS } from './use-readings.ts'

/** An event as `/inspect/latest` shows it. */
interface ShownEvent {
  readonly seq: number
  readonly userId?: string
  readonly sessionId?: string
  readonly itemId: string
  readonly timestamp: string
  readonly eventType?: string
  readonly eventValue?: number
  readonly anonymous?: boolean
  readonly ingestion: 'PUT' | 'BULK'
  readonly properties?: Readonly<Record<string, unknown>>
}

/** This many are shown. */
const SHOWN = 25

const columns: TableProps.ColumnDefinition<ShownEvent>[] = [
  { id: 'time', header: 'Happened', cell: ({ timestamp }) => <Ago time={timestamp} />, minWidth: 110 },
  { id: 'type', header: 'Event', cell: ({ eventType }) => eventType ?? '–' },
  { id: 'item', header: 'Item', cell: ({ itemId }) => itemId, isRowHeader: true },
  { id: 'value', header: 'Value', cell: ({ eventValue }) => eventValue ?? '–' },
  { id: 'user', header: 'User', cell: one => (one.anonymous ? 'anonymous' : one.userId) ?? 'anonymous' },
  { id: 'session', header: 'Session', cell: ({ sessionId }) => sessionId ?? '–' },
  { id: 'came', header: 'Came', cell: ({ ingestion }) => (ingestion === 'PUT' ? 'by PutEvents' : 'by an import') },
]

interface Props {
  readonly group: DatasetGroup
  readonly isLive: boolean
}

/** The events that came in last. */
export function Events({ group, isLive }: Props) {
  const arn = datasetArn(group, 'INTERACTIONS')
  const { data, error, isPending, refetch } = useRead(
    ['latest', arn],
    async (api, signal) => {
      const query = { datasetArn: arn, limit: SHOWN }
      return (await api.inspect<{ interactions: readonly ShownEvent[] }>('latest', { query, signal })).interactions
    },
    { every: isLive && EVERY_MS, enabled: arn !== undefined },
  )
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <Table
      header={
        <Header variant="h2" description="Those that were stored last, the newest first.">
          Events of {group.name}
        </Header>
      }
      columnDefinitions={columns}
      items={data ?? []}
      trackBy={({ seq, itemId }) => `${seq} ${itemId}`}
      loading={isPending && arn !== undefined}
      loadingText="Reading events"
      wrapLines
      empty={
        <Box textAlign="center" padding="s">
          <Box>
            {arn
              ? 'There are no events yet. Put some by an event tracker, or import interactions.'
              : 'This dataset group has no Interactions dataset, so that no events can come in.'}
          </Box>
          <Button href={arn ? `#/models/${group.name}/event-trackers` : `#/import/${group.name}`}>
            {arn ? 'Event trackers' : 'Import'}
          </Button>
        </Box>
      }
    />
  )
}
