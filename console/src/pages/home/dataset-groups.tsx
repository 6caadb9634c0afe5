import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'

interface DatasetGroup {
  readonly name: string
  readonly datasetGroupArn: string
  readonly domain?: string
  readonly status: string
  readonly datasets: readonly { readonly datasetArn: string; readonly datasetType: string }[]
}

const columns: TableProps.ColumnDefinition<DatasetGroup>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, sortingField: 'name', isRowHeader: true },
  { id: 'domain', header: 'Domain', cell: ({ domain }) => domain ?? 'Custom' },
  { id: 'status', header: 'Status', cell: ({ status }) => status, sortingField: 'status' },
  {
    id: 'datasets',
    header: 'Datasets',
    cell: ({ datasets }) => datasets.map(({ datasetType }) => datasetType).join(', ') || '–',
  },
]

/** The table of dataset groups. */
export function DatasetGroups() {
  const { data, error, isPending, refetch } = useRead(['dataset-groups'], api =>
    api.inspect<{ readonly datasetGroups: readonly DatasetGroup[] }>('dataset-groups'),
  )
  const { items, collectionProps } = useCollection(data?.datasetGroups ?? [], {
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
      header={<Header counter={data && `(${data.datasetGroups.length})`}>Dataset groups</Header>}
      empty={<Box textAlign="center">There is no dataset group yet.</Box>}
    />
  )
}
