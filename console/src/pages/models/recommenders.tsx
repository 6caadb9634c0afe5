import type { Recommender } from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import type { TableProps } from '@cloudscape-design/components/table'
import { Ago } from '../../shared/ago.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { isUnderWay, type JobProgress } from '../../shared/server.ts'
import { CopyArn } from './copy-arn.tsx'
import { TrainingStatus } from './progress.tsx'
import { useRecommenders, useTrainings } from './reads.ts'
import { recipeOf } from './recipe-uses.ts'
import { RecommenderActions } from './recommender-actions.tsx'
import { ResourceTable } from './resource-table.tsx'

/** The recommenders of a dataset group of a domain. */
export function Recommenders({ group }: { readonly group: DatasetGroup }) {
  const read = useRecommenders(group.datasetGroupArn)
  const isAnyTrained = read.data?.some(({ status }) => isUnderWay(status)) ?? false
  const { data: trainings } = useTrainings(group.datasetGroupArn, isAnyTrained)
  const choose = <Button href={`#/models/${group.name}/recipes`}>Choose a use case</Button>
  return (
    <ResourceTable
      title="Recommenders"
      description="A use case of the domain. It is trained at once, and then every week."
      noun="recommenders"
      read={read}
      columns={columnsFor(group.name, trainings)}
      trackBy="recommenderArn"
      actions={choose}
      empty={{ text: 'There is no recommender in this dataset group yet.', action: choose }}
    />
  )
}

function columnsFor(
  group: string,
  trainings: ReadonlyMap<string, JobProgress | undefined> | undefined,
): TableProps.ColumnDefinition<Recommender>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name, recommenderArn }) => (
        <>
          <Link href={`#/models/${group}/recommenders/${name}`}>{name}</Link>{' '}
          <CopyArn of={`the recommender ${name}`} text={recommenderArn} />
        </>
      ),
      sortingField: 'name',
      isRowHeader: true,
    },
    { id: 'useCase', header: 'Use case', cell: ({ recipeArn }) => recipeOf(recipeArn)?.name ?? '–' },
    {
      id: 'status',
      header: 'Status',
      minWidth: 130,
      cell: ({ name, recommenderArn, status, failureReason }) => (
        <TrainingStatus
          of={name!}
          status={status}
          progress={trainings?.get(recommenderArn!)}
          failureReason={failureReason}
        />
      ),
    },
    {
      id: 'gain',
      header: 'NDCG at 25',
      cell: one => one.modelMetrics?.normalized_discounted_cumulative_gain_at_25?.toFixed(4) ?? '–',
    },
    {
      id: 'updated',
      header: 'Changed',
      cell: one => <Ago time={one.lastUpdatedDateTime} />,
      sortingField: 'lastUpdatedDateTime',
    },
    { id: 'actions', header: 'Actions', cell: recommender => <RecommenderActions recommender={recommender} /> },
  ]
}
