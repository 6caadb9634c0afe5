import Box from '@cloudscape-design/components/box'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useSession } from '../../session/session.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { Endpoints } from './endpoints.tsx'
import { Health } from './health.tsx'
import { Retention } from './retention.tsx'

interface Setting {
  readonly name: string
  readonly flags: string
  readonly help: string
  readonly group: string
  readonly value?: unknown
}

/** The server as `/inspect/settings` shows it. */
export interface ServerSettings {
  readonly version: string
  readonly nodeVersion: string
  readonly accountId: string
  readonly region: string
  readonly settings: readonly Setting[]
}

const columns: TableProps.ColumnDefinition<Setting>[] = [
  {
    id: 'flag',
    header: 'Flag',
    cell: ({ flags }) => <Box variant="code">{flags.split(' ')[0]}</Box>,
    isRowHeader: true,
  },
  { id: 'value', header: 'Value', cell: ({ value }) => shown(value) },
  { id: 'help', header: 'What it is', cell: ({ help }) => help },
  { id: 'group', header: 'Group', cell: ({ group }) => group },
]

/** How the server is set up, whether it is well, and how other programs reach it. */
export default function Settings() {
  const { may } = useSession()
  const isShown = may('personalite:InspectSettings')
  const { data, error, isPending, refetch } = useRead(['settings'], api => api.inspect<ServerSettings>('settings'), {
    enabled: isShown,
  })
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={data && `Personalite ${data.version} on Node.js ${data.nodeVersion}`}>
          Settings
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Health />
        <Endpoints region={data?.region} accountId={data?.accountId} />
        <Retention />
        {error && <Failure error={error} retry={refetch} />}
        {isShown && !error && (
          <Table
            columnDefinitions={columns}
            items={data?.settings ?? []}
            trackBy="name"
            loading={isPending}
            loadingText="Reading the settings"
            wrapLines
            header={
              <Header description="They are set where the server is started: by flags, variables or a file.">
                Settings in effect
              </Header>
            }
          />
        )}
      </SpaceBetween>
    </ContentLayout>
  )
}

function shown(value: unknown): string {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
