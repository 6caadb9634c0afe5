import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { Ago } from '../../shared/ago.tsx'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'

/** A record of the audit trail, as CloudTrail writes it. */
interface AuditRecord {
  readonly eventID: string
  readonly eventTime: string
  readonly eventName: string
  readonly sourceIPAddress?: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly userIdentity?: { readonly arn?: string; readonly userName?: string }
  readonly resources?: readonly { readonly ARN?: string }[]
}

const EVERY_MS = 5_000

const columns: TableProps.ColumnDefinition<AuditRecord>[] = [
  { id: 'time', header: 'When', cell: ({ eventTime }) => <Ago time={eventTime} /> },
  { id: 'who', header: 'Who', cell: ({ userIdentity }) => userIdentity?.userName ?? userIdentity?.arn ?? '–' },
  { id: 'from', header: 'From', cell: ({ sourceIPAddress }) => sourceIPAddress ?? '–' },
  { id: 'what', header: 'What', cell: ({ eventName }) => eventName, isRowHeader: true },
  {
    id: 'resources',
    header: 'On',
    cell: ({ resources = [] }) => resources.map(({ ARN = '' }) => ARN.split(':').at(-1)).join(', ') || '–',
  },
  {
    id: 'outcome',
    header: 'Outcome',
    cell: ({ errorCode }) => (
      <StatusIndicator type={errorCode ? 'error' : 'success'}>{errorCode ?? 'Done'}</StatusIndicator>
    ),
  },
]

/** The newest records of the audit trail. */
export function Audit() {
  const { data, error, isPending, refetch } = useRead(
    ['audit'],
    api =>
      api.inspect<{ readonly isRecorded: boolean; readonly records: readonly AuditRecord[] }>('audit', {
        query: { limit: 100 },
      }),
    { every: EVERY_MS },
  )
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <Table
      columnDefinitions={columns}
      items={data?.records ?? []}
      trackBy="eventID"
      loading={isPending}
      loadingText="Reading the audit trail"
      header={<Header description="Who did what to which resource, newest first.">Audit trail</Header>}
      empty={
        data?.isRecorded ? (
          'Nothing is recorded yet.'
        ) : (
          <span>
            Nothing is recorded to a file on this server. Start it with <Box variant="code">--audit-log FILE</Box>.
          </span>
        )
      }
    />
  )
}
