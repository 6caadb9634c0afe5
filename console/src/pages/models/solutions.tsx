import type { SolutionSummary } from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import type { TableProps } from '@cloudscape-design/components/table'
import { Ago } from '../../shared/ago.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Status } from '../../shared/status.tsx'
import { useSolutions } from './reads.ts'
import { recipeOf } from './recipe-uses.ts'
import { ResourceTable } from './resource-table.tsx'

/** The solutions of a dataset group. */
export function Solutions({ group }: { readonly group: DatasetGroup }) {
  const columns: TableProps.ColumnDefinition<SolutionSummary>[] = [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name }) => <Link href={`#/models/${group.name}/solutions/${name}`}>{name}</Link>,
      sortingField: 'name',
      isRowHeader: true,
    },
    {
      id: 'recipe',
      header: 'Recipe',
      cell: ({ recipeArn }) => recipeOf(recipeArn)?.name ?? '–',
      sortingField: 'recipeArn',
    },
    {
      id: 'status',
      header: 'Status',
      minWidth: 130,
      cell: ({ status }) => <Status status={status} />,
      sortingField: 'status',
    },
    {
      id: 'created',
      header: 'Created',
      cell: one => <Ago time={one.creationDateTime} />,
      sortingField: 'creationDateTime',
    },
  ]
  return (
    <ResourceTable
      title="Solutions"
      description="A recipe with its settings. Each training makes a version of it."
      noun="solutions"
      read={useSolutions(group.datasetGroupArn)}
      columns={columns}
      trackBy="solutionArn"
      actions={<Choose group={group} />}
      empty={{ text: 'There is no solution in this dataset group yet.', action: <Choose group={group} /> }}
    />
  )
}

const Choose = ({ group }: { readonly group: DatasetGroup }) => (
  <Button href={`#/models/${group.name}/recipes`}>Choose a recipe</Button>
)
