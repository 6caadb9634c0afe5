import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure } from '../../shared/failure.tsx'

interface Props<One> {
  readonly title: string
  readonly description?: ReactNode
  /** Such as `campaigns`. */
  readonly noun: string
  readonly read: UseQueryResult<readonly One[]>
  readonly columns: readonly TableProps.ColumnDefinition<One>[]
  readonly trackBy: string
  /** Buttons above the table. */
  readonly actions?: ReactNode
  /** The text where there is no row: the next step. */
  readonly empty: { readonly text: string; readonly action?: ReactNode }
}

const PAGE = 20

/** A table of resources that are few enough to be read whole, which can be searched and sorted. */
export function ResourceTable<One>({ title, description, noun, read, columns, trackBy, actions, empty }: Props<One>) {
  const { data, error, isPending, refetch } = read
  const { items, collectionProps, filterProps, paginationProps, filteredItemsCount } = useCollection(data ?? [], {
    filtering: { noMatch: <Box textAlign="center">No {noun} have this text.</Box>, empty: <Empty {...empty} /> },
    sorting: {},
    pagination: { pageSize: PAGE },
  })
  if (error) return <Failure error={error} retry={refetch} />
  const isLong = (data?.length ?? 0) > PAGE / 2
  return (
    <Table
      {...collectionProps}
      columnDefinitions={columns}
      items={items}
      trackBy={trackBy}
      loading={isPending}
      loadingText={`Reading the ${noun}`}
      wrapLines
      header={
        <Header counter={data && `(${data.length})`} description={description} actions={actions}>
          {title}
        </Header>
      }
      filter={
        isLong && (
          <TextFilter
            {...filterProps}
            filteringAriaLabel={`Find ${noun}`}
            filteringPlaceholder={`Find ${noun}`}
            countText={`${filteredItemsCount} found`}
          />
        )
      }
      pagination={(data?.length ?? 0) > PAGE && <Pagination {...paginationProps} />}
    />
  )
}

function Empty({ text, action }: Props<unknown>['empty']) {
  return (
    <Box textAlign="center" color="inherit" padding="s">
      <SpaceBetween size="s">
        <span>{text}</span>
        {action}
      </SpaceBetween>
    </Box>
  )
}
