import { DescribeRecommenderCommand, type Recommender } from '@aws-sdk/client-personalize'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useParams } from 'wouter'
import { Ago } from '../../../shared/ago.tsx'
import { useDatasetGroup } from '../../../shared/dataset-groups.ts'
import { Failure } from '../../../shared/failure.tsx'
import { useRead } from '../../../shared/queries.ts'
import { isUnderWay } from '../../../shared/server.ts'
import { besides } from '../arns.ts'
import { Blend } from '../blend.tsx'
import { CopyArn } from '../copy-arn.tsx'
import { Metrics } from '../metrics.tsx'
import { TrainingStatus } from '../progress.tsx'
import { soonWhile, useTrainings } from '../reads.ts'
import { recipeOf } from '../recipe-uses.ts'
import { RecommenderActions } from '../recommender-actions.tsx'
import { useTrained } from '../trained.ts'
import { ChangeRecommender } from './change.tsx'

/** A recommender: its settings, how good its model is beside popularity, and the blend that answers. */
export default function RecommenderPage() {
  const { group: groupName, name } = useParams<{ group: string; name: string }>()
  const group = useDatasetGroup(groupName)
  const recommenderArn = group && besides(group.datasetGroupArn, `recommender/${name}`)
  const { data, error, refetch } = useRead(
    ['recommender', recommenderArn],
    async ({ personalize }) =>
      (await personalize.send(new DescribeRecommenderCommand({ recommenderArn }))).recommender!,
    { enabled: recommenderArn !== undefined, every: last => soonWhile(last && [last.status]) },
  )
  const { data: trained } = useTrained(recommenderArn === undefined ? undefined : { recommenderArn })
  const recipe = recipeOf(data?.recipeArn)
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={recipe && `${recipe.name}: ${recipe.description}.`}
          actions={
            data && (
              <SpaceBetween direction="horizontal" size="s" alignItems="center">
                <RecommenderActions recommender={data} />
                <ChangeRecommender recommender={data} recipe={recipe} />
              </SpaceBetween>
            )
          }
        >
          {name}
        </Header>
      }
    >
      {error && <Failure error={error} retry={refetch} />}
      {data && (
        <SpaceBetween size="l">
          <Settings recommender={data} />
          <Metrics
            models={data.modelMetrics ? [{ title: name, metrics: data.modelMetrics }] : []}
            popularity={trained?.popularity}
            trainedOn={trained?.trainedOn}
            notes={trained?.notes}
          />
          <Blend blend={trained?.blend} />
        </SpaceBetween>
      )}
    </ContentLayout>
  )
}

function Settings({ recommender }: { readonly recommender: Recommender }) {
  const { name, recommenderArn, datasetGroupArn, status, failureReason, recommenderConfig: config } = recommender
  const { data: trainings } = useTrainings(datasetGroupArn, isUnderWay(status))
  const excluded = Object.entries(config?.trainingDataConfig?.excludedDatasetColumns ?? {})
  return (
    <Container header={<Header variant="h2">Settings</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: 'ARN',
            value: (
              <>
                {recommenderArn} <CopyArn of={`the recommender ${name}`} text={recommenderArn} />
              </>
            ),
          },
          {
            label: 'Status',
            value: (
              <TrainingStatus
                of={name!}
                status={status}
                progress={trainings?.get(recommenderArn!)}
                failureReason={failureReason}
              />
            ),
          },
          { label: 'Created', value: <Ago time={recommender.creationDateTime} /> },
          { label: 'Changed', value: <Ago time={recommender.lastUpdatedDateTime} /> },
          ...Object.entries(config?.itemExplorationConfig ?? {}).map(([label, value]) => ({ label, value })),
          ...excluded.map(([type, columns]) => ({ label: `Columns of ${type} left out`, value: columns.join(', ') })),
        ]}
      />
    </Container>
  )
}
