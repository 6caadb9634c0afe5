import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { Failure } from '../../shared/failure.tsx'
import { type DatasetGroup, useDatasetGroups } from '../../shared/group-choice.tsx'
import { Status } from '../../shared/status.tsx'

const columns: TableProps.ColumnDefinition<DatasetGroup>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, sortingField: 'name', isRowHeader: true },
  { id: 'domain', header: 'Domain', cell: ({ domain }) => domain ?? 'Custom' },
  { id: 'status', header: 'Status', cell: ({ status }) => <Status status={status} />, sortingField: 'status' },
  {
    id: 'datasets',
    header: 'Datasets',
    cell: ({ datasets }) => datasets.map(({ datasetType }) => datasetType).join(', ') || '–',
  },
]

/** The table of dataset groups. */
export function DatasetGroups() {
  const { data: groups, error, isPending, refetch } = useDatasetGroups()
  const { items, collectionProps } = useCollection(groups ?? [], {
    sorting: { defaultState: { sortingColumn: columns[0]! } },
  })
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <Table
      {...collectionProps}
      columnDefinitions={columns}
      items={items}
      trackBy="datasetGroupArn"
      loading={isPending}
      loadingText="Reading the dataset groups"
      header={<Header counter={groups && `(${groups.length})`}>Dataset groups</Header>}
      empty={<Box textAlign="center">There is no dataset group yet.</Box>}
    />
  )
}
