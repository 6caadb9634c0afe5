import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useSession } from '../../session/session.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { EditRetention, type GroupRetention } from './edit-retention.tsx'

interface Answer {
  readonly usual: string
  readonly retention: readonly GroupRetention[]
}

/** For how long each dataset group keeps its interactions, where that is set, and a form to change it. */
export function Retention() {
  const { may } = useSession()
  const { data, error, isPending, refetch } = useRead(['retention'], api => api.inspect<Answer>('retention'))
  const [edited, setEdited] = useState<GroupRetention>()
  const columns: TableProps.ColumnDefinition<GroupRetention>[] = [
    { id: 'name', header: 'Dataset group', cell: ({ name }) => name, isRowHeader: true },
    { id: 'keeps', header: 'Keeps interactions', cell: ({ keepEvents }) => keepEvents },
    {
      id: 'setBy',
      header: 'Set by',
      cell: ({ setBy }) => (setBy === 'server' ? 'the server: --keep-events' : 'the dataset group'),
    },
    {
      id: 'change',
      header: 'Change',
      cell: group => (
        <Button variant="inline-link" ariaLabel={`Change ${group.name}`} onClick={() => setEdited(group)}>
          Change
        </Button>
      ),
    },
  ]
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <>
      <Table
        columnDefinitions={may('personalite:SetRetention') ? columns : columns.slice(0, -1)}
        items={data?.retention ?? []}
        trackBy="datasetGroupArn"
        loading={isPending}
        loadingText="Reading the dataset groups"
        header={
          <Header description="Interactions that are older are deleted in the background, for good.">
            How long interactions are kept
          </Header>
        }
        empty="There is no dataset group yet."
      />
      {edited && <EditRetention group={edited} usual={data?.usual ?? ''} close={() => setEdited(undefined)} />}
    </>
  )
}
