import { DeleteFilterCommand } from '@aws-sdk/client-personalize'
import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import { useSession } from '../../session/session.ts'
import { Confirm } from '../../shared/confirm.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { type FilterSummary, useExpression, useFilters } from '../../shared/filters.ts'
import { useWrite } from '../../shared/queries.ts'
import { Status } from '../../shared/status.tsx'
import { Painted } from './painted.tsx'

const PAGE = 10

interface Props {
  readonly group: DatasetGroup
  /** Puts an expression into the editor. */
  show(expression: string): void
}

/** The table of a group's filters. */
export function FilterTable({ group, show }: Props) {
  const { data: filters, error, isPending, refetch } = useFilters(group)
  const [going, setGoing] = useState<FilterSummary>()
  const columns = columnsFor({ group, show, remove: setGoing })
  const { items, collectionProps, filterProps, paginationProps } = useCollection(filters ?? [], {
    filtering: { noMatch: <Box textAlign="center">No filter has this in its name.</Box> },
    pagination: { pageSize: PAGE },
    sorting: { defaultState: { sortingColumn: columns[0]! } },
  })
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <>
      <Table
        {...collectionProps}
        columnDefinitions={columns}
        items={items}
        trackBy="arn"
        wrapLines
        loading={isPending}
        loadingText="Reading the filters"
        header={<Header counter={filters && `(${filters.length})`}>Filters</Header>}
        filter={<TextFilter {...filterProps} filteringPlaceholder="Find a filter by its name" />}
        {...(filters && filters.length > PAGE && { pagination: <Pagination {...paginationProps} /> })}
        empty={
          collectionProps.empty ?? <Box textAlign="center">There is no filter yet. Write its expression below.</Box>
        }
      />
      {going && <Removal filter={going} close={() => setGoing(undefined)} />}
    </>
  )
}

function columnsFor({ group, show, remove }: Props & { remove(filter: FilterSummary): void }) {
  const columns: TableProps.ColumnDefinition<FilterSummary>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => name, sortingField: 'name', isRowHeader: true },
    { id: 'expression', header: 'Expression', cell: ({ arn }) => <Expression arn={arn} />, minWidth: 280 },
    {
      id: 'status',
      header: 'Status',
      cell: ({ status }) => <Status status={status} />,
      sortingField: 'status',
      minWidth: 120,
    },
    { id: 'do', header: 'Actions', cell: filter => <Actions {...{ group, filter, show, remove }} />, minWidth: 280 },
  ]
  return columns
}

function Expression({ arn }: { readonly arn: string }) {
  const { data = '', error } = useExpression(arn)
  if (error) return error.name
  return (
    <>
      <span className="unseen">{data}</span>
      <Painted text={data} />
    </>
  )
}

interface ActionsProps extends Props {
  readonly filter: FilterSummary
  remove(filter: FilterSummary): void
}

function Actions({ group, filter, show, remove }: ActionsProps) {
  const { may } = useSession()
  const { data } = useExpression(filter.arn)
  const search = new URLSearchParams({ filter: filter.name })
  return (
    <SpaceBetween direction="horizontal" size="s" alignItems="center">
      <Link href={`#/try/${encodeURIComponent(group.name)}?${search}`} ariaLabel={`Recommend with ${filter.name}`}>
        Recommend
      </Link>
      <Button
        variant="inline-link"
        ariaLabel={`Edit as new: ${filter.name}`}
        disabled={data === undefined}
        onClick={() => show(data ?? '')}
      >
        Edit as new
      </Button>
      {may('personalize:DeleteFilter') && (
        <Button variant="inline-link" ariaLabel={`Delete ${filter.name}`} onClick={() => remove(filter)}>
          Delete
        </Button>
      )}
    </SpaceBetween>
  )
}

function Removal({ filter, close }: { readonly filter: FilterSummary; close(): void }) {
  const remove = useWrite(
    ({ personalize }, { arn }: FilterSummary) => personalize.send(new DeleteFilterCommand({ filterArn: arn })),
    ({ name }) => `Filter ${name} was deleted`,
  )
  return (
    <Confirm
      title={`Delete the filter ${filter.name}?`}
      action="Delete"
      close={close}
      run={() => remove.mutateAsync(filter)}
    >
      Requests that name it are refused from then on.
    </Confirm>
  )
}
