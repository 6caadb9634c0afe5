import { DescribeFilterCommand, paginateListFilters } from '@aws-sdk/client-personalize'
import type { UseQueryResult } from '@tanstack/react-query'
import type { DatasetGroup } from './dataset-groups.ts'
import { useRead } from './queries.ts'

/** A filter, as a list of them shows it: without its expression. */
export interface FilterSummary {
  readonly arn: string
  readonly name: string
  readonly status: string
  readonly created: Date | undefined
}

/** Reads the filters of a group, in the order of their names. */
export function useFilters({ datasetGroupArn }: DatasetGroup): UseQueryResult<readonly FilterSummary[]> {
  return useRead(['filters', datasetGroupArn], async ({ personalize: client }) => {
    const pages = await Array.fromAsync(paginateListFilters({ client }, { datasetGroupArn }))
    return pages
      .flatMap(({ Filters = [] }) => Filters)
      .map(({ filterArn, name, status, creationDateTime: created }) => {
        return { arn: filterArn!, name: name!, status: status!, created }
      })
      .sort((a, b) => a.name.localeCompare(b.name))
  })
}

/** Reads the expression of a filter. */
export function useExpression(filterArn: string | undefined): UseQueryResult<string> {
  return useRead(
    ['filter', filterArn],
    async ({ personalize }) => {
      const { filter } = await personalize.send(new DescribeFilterCommand({ filterArn }))
      return filter?.filterExpression ?? ''
    },
    { enabled: filterArn !== undefined },
  )
}
