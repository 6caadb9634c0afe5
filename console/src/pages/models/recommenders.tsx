import {
  DeleteRecommenderCommand,
  type Recommender,
  StartRecommenderCommand,
  StopRecommenderCommand,
} from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useSession } from '../../session/session.ts'
import type { DatasetGroup } from '../../shared/group-choice.tsx'
import { useWrite } from '../../shared/queries.ts'
import { ago } from '../../shared/when.ts'
import { isUnderWay } from './arns.ts'
import { CopyArn } from './copy-arn.tsx'
import { DeleteButton } from './delete-button.tsx'
import { TrainingStatus } from './progress.tsx'
import { type Progress, useRecommenders, useTrainings } from './reads.ts'
import { recipeOf } from './recipe-uses.ts'
import { ResourceTable } from './resource-table.tsx'

/** The recommenders of a dataset group of a domain. */
export function Recommenders({ group }: { readonly group: DatasetGroup }) {
  const read = useRecommenders(group.datasetGroupArn)
  const isAnyTrained = read.data?.some(({ status }) => isUnderWay(status)) ?? false
  const { data: trainings } = useTrainings(group.datasetGroupArn, isAnyTrained)
  const choose = <Button href={`#/models/${group.name}?tab=recipes`}>Choose a use case</Button>
  return (
    <ResourceTable
      title="Recommenders"
      description="A use case of the domain. It is trained at once, and then every week."
      noun="recommenders"
      read={read}
      columns={columnsFor(trainings)}
      trackBy="recommenderArn"
      actions={choose}
      empty={{ text: 'There is no recommender in this dataset group yet.', action: choose }}
    />
  )
}

function columnsFor(
  trainings: ReadonlyMap<string, Progress | undefined> | undefined,
): TableProps.ColumnDefinition<Recommender>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name, recommenderArn }) => (
        <>
          {name} <CopyArn of={`the recommender ${name}`} text={recommenderArn} />
        </>
      ),
      sortingField: 'name',
      isRowHeader: true,
    },
    { id: 'useCase', header: 'Use case', cell: ({ recipeArn }) => recipeOf(recipeArn)?.name ?? '–' },
    {
      id: 'status',
      header: 'Status',
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
      cell: one => ago(one.lastUpdatedDateTime),
      sortingField: 'lastUpdatedDateTime',
    },
    { id: 'actions', header: 'Actions', cell: recommender => <Actions recommender={recommender} /> },
  ]
}

function Actions({ recommender: { name, recommenderArn, status } }: { readonly recommender: Recommender }) {
  const { may } = useSession()
  const stop = useWrite<undefined, unknown>(({ personalize }) =>
    personalize.send(new StopRecommenderCommand({ recommenderArn })),
  )
  const start = useWrite<undefined, unknown>(({ personalize }) =>
    personalize.send(new StartRecommenderCommand({ recommenderArn })),
  )
  const remove = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new DeleteRecommenderCommand({ recommenderArn })),
    () => `The recommender ${name} was deleted.`,
  )
  return (
    <SpaceBetween direction="horizontal" size="s">
      {status === 'ACTIVE' && may('personalize:StopRecommender') && (
        <DeleteButton
          what={`recommender ${name}`}
          verb="Stop"
          isBusy={stop.isPending}
          act={() => stop.mutate(undefined)}
        >
          Programs that ask it get errors until it is started again, which trains it anew.
        </DeleteButton>
      )}
      {status === 'INACTIVE' && may('personalize:StartRecommender') && (
        <Button
          variant="inline-link"
          ariaLabel={`Start the recommender ${name}`}
          onClick={() => start.mutate(undefined)}
        >
          Start
        </Button>
      )}
      {!isUnderWay(status) && may('personalize:DeleteRecommender') && (
        <DeleteButton what={`recommender ${name}`} isBusy={remove.isPending} act={() => remove.mutate(undefined)}>
          Programs that ask the recommender <b>{name}</b> get errors from then on. Its model goes too.
        </DeleteButton>
      )}
    </SpaceBetween>
  )
}
