import { useCollection } from '@cloudscape-design/collection-hooks'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { type DatasetGroup, useDatasetGroups } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { NoGroup } from '../../shared/no-group.tsx'
import { Status } from '../../shared/status.tsx'
import { rowsOf, useDatasets } from './read.ts'

interface Row extends DatasetGroup {
  /** By type of dataset; undefined until they are counted. */
  readonly rows: Readonly<Record<'USERS' | 'ITEMS' | 'INTERACTIONS', number>> | undefined
}

const countOf = (type: keyof NonNullable<Row['rows']>, header: string): TableProps.ColumnDefinition<Row> => ({
  id: type,
  header,
  cell: ({ rows }) => rows?.[type].toLocaleString('en') ?? '–',
  sortingComparator: (a, b) => (a.rows?.[type] ?? 0) - (b.rows?.[type] ?? 0),
})

const columns: TableProps.ColumnDefinition<Row>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ name }) => <Link href={`#/data/${encodeURIComponent(name)}`}>{name}</Link>,
    sortingField: 'name',
    isRowHeader: true,
  },
  { id: 'domain', header: 'Domain', cell: ({ domain }) => domain ?? 'Custom', sortingField: 'domain' },
  { id: 'status', header: 'Status', cell: ({ status }) => <Status status={status} />, sortingField: 'status' },
  countOf('USERS', 'Users'),
  countOf('ITEMS', 'Items'),
  countOf('INTERACTIONS', 'Interactions'),
]

/** The table of dataset groups with their numbers of rows. */
export function DatasetGroups() {
  const { data: groups, error, isPending, refetch } = useDatasetGroups()
  const { data: counted } = useDatasets()
  const rows = (groups ?? []).map((group): Row => {
    const own = counted?.datasets.filter(({ datasetGroupArn }) => datasetGroupArn === group.datasetGroupArn)
    const count = (type: string) => rowsOf(own!, type)
    return {
      ...group,
      rows: own && { USERS: count('USERS'), ITEMS: count('ITEMS'), INTERACTIONS: count('INTERACTIONS') },
    }
  })
  const { items, collectionProps } = useCollection(rows, {
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
      empty={<NoGroup />}
    />
  )
}
