import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { camelCase } from '../../../../src/datasets/names.ts'
import { type Schema, valueFields } from '../../../../src/datasets/schema.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import type { RecordType } from '../../shared/put-record.ts'
import { useRead } from '../../shared/queries.ts'
import type { Properties } from '../../shared/record-input.ts'
import { idNameOf, ROWS, typeInWords } from '../../shared/rows.ts'
import { useSchemas } from '../../shared/schemas.ts'
import { searchOf, useSearchParams } from '../../shared/search-params.ts'
import { NoData } from './no-data.tsx'
import { Pages } from './pages.tsx'
import { SearchFields } from './search-fields.tsx'

/** A user, an item or an action as `/inspect` shows it. */
export interface ShownRecord {
  readonly userId?: string
  readonly itemId?: string
  readonly actionId?: string
  readonly properties: Properties
  readonly ingestion: 'PUT' | 'BULK'
}

interface Found {
  readonly records: readonly ShownRecord[]
  readonly nextToken?: string
}

interface Props {
  readonly group: DatasetGroup
  readonly type: RecordType
  readonly datasetArn: string
}

const LIMIT = 50

/** The table of the users, items or actions of a group: a page at a time, searched on the server. */
export function Records({ group, type, datasetArn }: Props) {
  const [params] = useSearchParams()
  const [prefix, text, field, after] = ['prefix', 'text', 'field', 'after'].map(name => params.get(name) ?? undefined)
  const schema = useSchemas(group).data?.[type]
  const query = { datasetArn, prefix, text, field: text && field, nextToken: after, limit: LIMIT }
  const { data, error, isPending, refetch } = useRead(
    ['search', query],
    api => api.inspect<Found>('search', { query }),
    { keepPrevious: true },
  )
  const count = useCount(datasetArn)
  if (error) return <Failure error={error} retry={refetch} />
  const isSearch = prefix !== undefined || text !== undefined
  return (
    <Table
      items={data?.records ?? []}
      columnDefinitions={columnsOf(group.name, type, schema)}
      loading={isPending}
      loadingText="Reading"
      resizableColumns
      stickyColumns={{ first: 1 }}
      header={
        <Header
          counter={count === undefined ? '' : `(${count.toLocaleString('en')})`}
          actions={<Button href={`#/import/${group.name}/one/${ROWS[type].path}`}>Put one</Button>}
        >
          {ROWS[type].many}
        </Header>
      }
      filter={<SearchFields schema={schema} />}
      pagination={<Pages next={data?.nextToken} />}
      empty={isSearch ? <NothingFound goesOn={data?.nextToken !== undefined} /> : <NoData group={group.name} />}
    />
  )
}

function NothingFound({ goesOn }: { readonly goesOn: boolean }) {
  return (
    <Box textAlign="center" padding="l" color="inherit">
      <SpaceBetween size="xs">
        <b>Nothing found{goesOn && ' so far'}</b>
        {goesOn
          ? 'A text is looked for in 20,000 rows at a time: the next page goes on.'
          : 'An id is found by its beginning, a text anywhere in a value.'}
      </SpaceBetween>
    </Box>
  )
}

/** The number of rows in effect. Counting takes longer than showing a page, so that the table does not wait for it. */
function useCount(datasetArn: string): number | undefined {
  const { data } = useRead(['count', datasetArn], api =>
    api.inspect<{ readonly count: { readonly ALL: number } }>('count', { query: { datasetArn } }),
  )
  return data?.count.ALL
}

function columnsOf(
  group: string,
  type: RecordType,
  schema: Schema | undefined,
): TableProps.ColumnDefinition<ShownRecord>[] {
  const idName = idNameOf(type)
  const fields = schema ? valueFields(schema) : []
  return [
    {
      id: 'id',
      header: idName,
      isRowHeader: true,
      width: 180,
      cell: record => {
        const id = record[idName]!
        return <Link href={`#/data/${group}/${ROWS[type].path}/record${searchOf({ id })}`}>{id}</Link>
      },
    },
    ...fields.map(field => ({
      id: field.name,
      header: field.name,
      ariaLabel: () => `${field.name}, ${typeInWords(field)}`,
      width: field.textual ? 320 : 180,
      cell: ({ properties }: ShownRecord) => String(properties[camelCase(field.name)] ?? '–'),
    })),
    {
      id: 'ingestion',
      header: 'Came in by',
      width: 130,
      cell: ({ ingestion }) => (ingestion === 'PUT' ? 'Put call' : 'Import'),
    },
  ]
}
