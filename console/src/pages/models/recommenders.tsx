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
import { Ago } from '../../shared/ago.tsx'
import type { DatasetGroup } from '../../shared/group-choice.tsx'
import { useWrite } from '../../shared/queries.ts'
import type { JobProgress } from '../../shared/server.ts'
import { isUnderWay } from './arns.ts'
import { AskButton } from './ask-button.tsx'
import { CopyArn } from './copy-arn.tsx'
import { TrainingStatus } from './progress.tsx'
import { useRecommenders, useTrainings } from './reads.ts'
import { recipeOf } from './recipe-uses.ts'
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
      columns={columnsFor(trainings)}
      trackBy="recommenderArn"
      actions={choose}
      empty={{ text: 'There is no recommender in this dataset group yet.', action: choose }}
    />
  )
}

function columnsFor(
  trainings: ReadonlyMap<string, JobProgress | undefined> | undefined,
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
        <AskButton what={`recommender ${name}`} verb="Stop" run={() => stop.mutateAsync(undefined)}>
          Programs that ask it get errors until it is started again, which trains it anew.
        </AskButton>
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
        <AskButton verb="Delete" what={`recommender ${name}`} run={() => remove.mutateAsync(undefined)}>
          Programs that ask the recommender <b>{name}</b> get errors from then on. Its model goes too.
        </AskButton>
      )}
    </SpaceBetween>
  )
}
