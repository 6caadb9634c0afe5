import { ROLE } from '#test/jobs.ts'
import type { OperationName } from '../../src/contract/shapes.ts'
import { FILES, type Fixture, INTERACTIONS_SCHEMA, type Input, recipeArn } from './fixture.ts'

type Inputs = {
  readonly [Name in OperationName]: (fixture: Fixture) => Input<Name> | Promise<Input<Name>>
}

const tags = [{ tagKey: 'team', tagValue: 'films' }]
const s3DataDestination = { path: 's3://b/out/' }
const page = { maxResults: 2 }

/** Creates a new dataset group, for resources that a group can have once. */
async function newGroup({ call, name }: Fixture): Promise<string> {
  return (await call('CreateDatasetGroup', { name: name() })).datasetGroupArn!
}

async function newDataset(fixture: Fixture) {
  const { call, name } = fixture
  const datasetGroupArn = await newGroup(fixture)
  const { schemaArn } = await call('CreateSchema', { name: name(), schema: INTERACTIONS_SCHEMA })
  const dataset = { name: name(), datasetGroupArn, datasetType: 'Interactions', schemaArn: schemaArn! }
  const { datasetArn } = await call('CreateDataset', dataset)
  return { datasetArn: datasetArn!, datasetGroupArn, schemaArn: schemaArn! }
}

async function newSolution({ call, name, arns }: Fixture): Promise<string> {
  const recipe = recipeArn('aws-user-personalization')
  const solution = { name: name(), datasetGroupArn: arns.group, recipeArn: recipe, performAutoTraining: false }
  return (await call('CreateSolution', solution)).solutionArn!
}

const metrics = [{ eventType: 'watch', metricName: 'watched', expression: 'SAMPLECOUNT()' }]
const attributionOf = ({ name }: Fixture, datasetGroupArn: string) => {
  return { name: name(), datasetGroupArn, metrics, metricsOutputConfig: { s3DataDestination, roleArn: ROLE } }
}

const batchOf = ({ name }: Fixture, path: string) => {
  const [jobInput, jobOutput] = [{ s3DataSource: { path } }, { s3DataDestination }]
  return { jobName: name(), jobInput, jobOutput, roleArn: ROLE, numResults: 5, tags }
}

const recommenderOf = ({ name, arns }: Fixture) => {
  const recipe = recipeArn('aws-ecomm-popular-items-by-views')
  return { name: name(), datasetGroupArn: arns.domainGroup, recipeArn: recipe }
}

/** Creates and trains a new recommender. */
async function newRecommender(fixture: Fixture): Promise<string> {
  const { recommenderArn } = await fixture.call('CreateRecommender', recommenderOf(fixture))
  await fixture.settled('DescribeRecommender', { recommenderArn: recommenderArn! })
  return recommenderArn!
}

let updates = 0

/**
 * A valid input of every operation, with most of its members. A resource of its own, to delete for example, is created
 * before.
 */
export const inputs: Inputs = {
  CreateBatchInferenceJob: fixture => ({
    ...batchOf(fixture, FILES.userLines),
    solutionVersionArn: fixture.arns.itemsVersion,
    batchInferenceJobMode: 'BATCH_INFERENCE',
    batchInferenceJobConfig: { itemExplorationConfig: { explorationWeight: '0.1' } },
  }),
  CreateBatchSegmentJob: fixture => ({
    ...batchOf(fixture, FILES.itemLines),
    solutionVersionArn: fixture.arns.segmentsVersion,
  }),
  CreateCampaign: ({ arns, name }) => ({
    name: name(),
    solutionVersionArn: arns.itemsVersion,
    minProvisionedTPS: 1,
    campaignConfig: {
      itemExplorationConfig: { explorationWeight: '0.1' },
      enableMetadataWithRecommendations: true,
      syncWithLatestSolutionVersion: false,
    },
    tags,
  }),
  CreateDataDeletionJob: ({ arns, name }) => {
    const dataSource = { dataLocation: FILES.deleted }
    return { jobName: name(), datasetGroupArn: arns.group, dataSource, roleArn: ROLE, tags }
  },
  CreateDataset: async fixture => {
    const datasetGroupArn = await newGroup(fixture)
    const { arns, name } = fixture
    return { name: name(), datasetGroupArn, datasetType: 'INTERACTIONS', schemaArn: arns.schema, tags }
  },
  CreateDatasetExportJob: ({ arns, name }) => ({
    jobName: name(),
    datasetArn: arns.users,
    ingestionMode: 'ALL',
    roleArn: ROLE,
    jobOutput: { s3DataDestination },
    tags,
  }),
  CreateDatasetGroup: ({ name }) => ({ name: name(), domain: 'VIDEO_ON_DEMAND', tags }),
  CreateDatasetImportJob: ({ arns, name }) => ({
    jobName: name(),
    datasetArn: arns.users,
    dataSource: { dataLocation: FILES.users },
    roleArn: ROLE,
    importMode: 'INCREMENTAL',
    publishAttributionMetricsToS3: false,
    tags,
  }),
  CreateEventTracker: async fixture => ({ name: fixture.name(), datasetGroupArn: await newGroup(fixture), tags }),
  CreateFilter: ({ arns, name }) => ({
    name: name(),
    datasetGroupArn: arns.group,
    filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")',
    tags,
  }),
  CreateMetricAttribution: async fixture => attributionOf(fixture, (await newDataset(fixture)).datasetGroupArn),
  CreateRecommender: fixture => ({
    ...recommenderOf(fixture),
    recommenderConfig: { minRecommendationRequestsPerSecond: 2, enableMetadataWithRecommendations: false },
    tags,
  }),
  CreateSchema: ({ name }) => ({ name: name(), schema: INTERACTIONS_SCHEMA, domain: 'ECOMMERCE' }),
  CreateSolution: ({ arns, name }) => ({
    name: name(),
    datasetGroupArn: arns.group,
    recipeArn: recipeArn('aws-user-personalization'),
    performHPO: false,
    performAutoML: false,
    performAutoTraining: false,
    performIncrementalUpdate: false,
    eventType: 'watch',
    solutionConfig: {
      algorithmHyperParameters: { bptt: '9' },
      featureTransformationParameters: { max_user_history_length_percentile: '0.9' },
      hpoConfig: {
        hpoResourceConfig: { maxNumberOfTrainingJobs: '2', maxParallelTrainingJobs: '1' },
        algorithmHyperParameterRanges: { integerHyperParameterRanges: [{ name: 'bptt', minValue: 2, maxValue: 9 }] },
      },
      trainingDataConfig: { excludedDatasetColumns: { INTERACTIONS: ['DEVICE'] } },
      autoTrainingConfig: { schedulingExpression: 'rate(3 days)' },
    },
    tags,
  }),
  CreateSolutionVersion: async fixture => ({
    name: fixture.name(),
    solutionArn: await newSolution(fixture),
    trainingMode: 'FULL',
    tags,
  }),
  DeleteCampaign: async ({ call, name, arns }) => {
    const { campaignArn } = await call('CreateCampaign', { name: name(), solutionVersionArn: arns.itemsVersion })
    return { campaignArn: campaignArn! }
  },
  DeleteDataset: async fixture => ({ datasetArn: (await newDataset(fixture)).datasetArn }),
  DeleteDatasetGroup: async fixture => ({ datasetGroupArn: await newGroup(fixture) }),
  DeleteEventTracker: async fixture => {
    const tracker = { name: fixture.name(), datasetGroupArn: await newGroup(fixture) }
    return { eventTrackerArn: (await fixture.call('CreateEventTracker', tracker)).eventTrackerArn! }
  },
  DeleteFilter: async ({ call, name, arns }) => {
    const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ("drama")'
    const { filterArn } = await call('CreateFilter', { name: name(), datasetGroupArn: arns.group, filterExpression })
    return { filterArn: filterArn! }
  },
  DeleteMetricAttribution: async fixture => {
    const attribution = attributionOf(fixture, (await newDataset(fixture)).datasetGroupArn)
    const { metricAttributionArn } = await fixture.call('CreateMetricAttribution', attribution)
    return { metricAttributionArn: metricAttributionArn! }
  },
  DeleteRecommender: async fixture => ({ recommenderArn: await newRecommender(fixture) }),
  DeleteSchema: async ({ call, name }) => {
    const { schemaArn } = await call('CreateSchema', { name: name(), schema: INTERACTIONS_SCHEMA })
    return { schemaArn: schemaArn! }
  },
  DeleteSolution: async fixture => ({ solutionArn: await newSolution(fixture) }),
  DescribeAlgorithm: () => ({ algorithmArn: 'arn:aws:personalize:::algorithm/aws-user-personalization' }),
  DescribeBatchInferenceJob: ({ arns }) => ({ batchInferenceJobArn: arns.inferenceJob }),
  DescribeBatchSegmentJob: ({ arns }) => ({ batchSegmentJobArn: arns.segmentJob }),
  DescribeCampaign: ({ arns }) => ({ campaignArn: arns.campaign }),
  DescribeDataDeletionJob: ({ arns }) => ({ dataDeletionJobArn: arns.deletionJob }),
  DescribeDataset: ({ arns }) => ({ datasetArn: arns.users }),
  DescribeDatasetExportJob: ({ arns }) => ({ datasetExportJobArn: arns.exportJob }),
  DescribeDatasetGroup: ({ arns }) => ({ datasetGroupArn: arns.group }),
  DescribeDatasetImportJob: ({ arns }) => ({ datasetImportJobArn: arns.importJob }),
  DescribeEventTracker: ({ arns }) => ({ eventTrackerArn: arns.eventTracker }),
  DescribeFeatureTransformation: () => ({
    featureTransformationArn: 'arn:aws:personalize:::feature-transformation/sims',
  }),
  DescribeFilter: ({ arns }) => ({ filterArn: arns.filter }),
  DescribeMetricAttribution: ({ arns }) => ({ metricAttributionArn: arns.metricAttribution }),
  DescribeRecipe: () => ({ recipeArn: recipeArn('aws-similar-items') }),
  DescribeRecommender: ({ arns }) => ({ recommenderArn: arns.recommender }),
  DescribeSchema: ({ arns }) => ({ schemaArn: arns.schema }),
  DescribeSolution: ({ arns }) => ({ solutionArn: arns.solution }),
  DescribeSolutionVersion: ({ arns }) => ({ solutionVersionArn: arns.itemsVersion }),
  GetSolutionMetrics: ({ arns }) => ({ solutionVersionArn: arns.itemsVersion }),
  ListBatchInferenceJobs: ({ arns }) => ({ solutionVersionArn: arns.itemsVersion, ...page }),
  ListBatchSegmentJobs: ({ arns }) => ({ solutionVersionArn: arns.segmentsVersion, ...page }),
  ListCampaigns: ({ arns }) => ({ solutionArn: arns.solution, ...page }),
  ListDataDeletionJobs: ({ arns }) => ({ datasetGroupArn: arns.group, ...page }),
  ListDatasetExportJobs: ({ arns }) => ({ datasetArn: arns.users, ...page }),
  ListDatasetGroups: () => page,
  ListDatasetImportJobs: ({ arns }) => ({ datasetArn: arns.users, ...page }),
  ListDatasets: ({ arns }) => ({ datasetGroupArn: arns.group, ...page }),
  ListEventTrackers: ({ arns }) => ({ datasetGroupArn: arns.group, ...page }),
  ListFilters: ({ arns }) => ({ datasetGroupArn: arns.group, ...page }),
  ListMetricAttributionMetrics: ({ arns }) => ({ metricAttributionArn: arns.metricAttribution, ...page }),
  ListMetricAttributions: ({ arns }) => ({ datasetGroupArn: arns.group, ...page }),
  ListRecipes: () => ({ recipeProvider: 'SERVICE', domain: 'ECOMMERCE', ...page }),
  ListRecommenders: ({ arns }) => ({ datasetGroupArn: arns.domainGroup, ...page }),
  ListSchemas: () => page,
  ListSolutions: ({ arns }) => ({ datasetGroupArn: arns.group, ...page }),
  ListSolutionVersions: ({ arns }) => ({ solutionArn: arns.solution, ...page }),
  ListTagsForResource: ({ arns }) => ({ resourceArn: arns.group }),
  StartRecommender: async fixture => {
    const recommenderArn = await newRecommender(fixture)
    await fixture.call('StopRecommender', { recommenderArn })
    return { recommenderArn }
  },
  StopRecommender: async fixture => ({ recommenderArn: await newRecommender(fixture) }),
  StopSolutionVersionCreation: async fixture => {
    const solution = { solutionArn: await newSolution(fixture) }
    const { solutionVersionArn } = await fixture.call('CreateSolutionVersion', solution)
    return { solutionVersionArn: solutionVersionArn! }
  },
  TagResource: ({ arns }) => ({ resourceArn: arns.group, tags }),
  UntagResource: ({ arns }) => ({ resourceArn: arns.group, tagKeys: ['none'] }),
  UpdateCampaign: ({ arns }) => ({
    campaignArn: arns.campaign,
    solutionVersionArn: arns.itemsVersion,
    minProvisionedTPS: 1,
    campaignConfig: {
      itemExplorationConfig: { explorationWeight: '0.2' },
      enableMetadataWithRecommendations: true,
    },
  }),
  UpdateDataset: ({ arns }) => ({ datasetArn: arns.users, schemaArn: arns.usersSchema }),
  UpdateMetricAttribution: ({ arns }) => ({
    metricAttributionArn: arns.metricAttribution,
    removeMetrics: ['watched'],
    addMetrics: metrics,
    metricsOutputConfig: { s3DataDestination, roleArn: ROLE },
  }),
  UpdateRecommender: ({ arns }) => ({
    recommenderArn: arns.recommender,
    recommenderConfig: { minRecommendationRequestsPerSecond: 1 + ++updates },
  }),
  UpdateSolution: ({ arns }) => ({
    solutionArn: arns.solution,
    performAutoTraining: false,
    performIncrementalUpdate: false,
    solutionUpdateConfig: { autoTrainingConfig: { schedulingExpression: `rate(${(++updates % 20) + 1} days)` } },
  }),
  PutActionInteractions: ({ trackingIds }) => ({
    trackingId: trackingIds.actionInteractions,
    actionInteractions: [
      {
        actionId: 'a1',
        userId: 'u1',
        sessionId: 's1',
        timestamp: 1_500_000_000,
        eventType: 'VIEWED',
        eventId: `e${++updates}`,
        properties: '{"device":"phone"}',
        impression: ['a1', 'a2'],
      },
    ],
  }),
  PutActions: ({ arns }) => ({ datasetArn: arns.actions, actions: [{ actionId: 'a3', properties: '{"value":3}' }] }),
  PutEvents: ({ trackingIds }) => ({
    trackingId: trackingIds.events,
    userId: 'u1',
    sessionId: 's1',
    eventList: [
      {
        eventId: `e${++updates}`,
        eventType: 'watch',
        eventValue: 1.5,
        itemId: 'i1',
        properties: '{"device":"phone"}',
        sentAt: 1_500_000_000,
        impression: ['i1', 'i2'],
        metricAttribution: { eventAttributionSource: 'mail' },
      },
    ],
  }),
  PutItems: ({ arns }) => ({ datasetArn: arns.items, items: [{ itemId: 'i1', properties: '{"genres":"drama"}' }] }),
  PutUsers: ({ arns }) => ({ datasetArn: arns.users, users: [{ userId: 'u1', properties: '{"age":30}' }] }),
  GetActionRecommendations: ({ arns }) => ({ campaignArn: arns.actionsCampaign, userId: 'u1', numResults: 2 }),
  GetPersonalizedRanking: ({ arns }) => ({
    campaignArn: arns.rankingCampaign,
    userId: 'u1',
    inputList: ['i1', 'i2'],
    filterArn: arns.filter,
    filterValues: { GENRE: '"drama"' },
    context: { DEVICE: 'phone' },
    metadataColumns: { ITEMS: ['GENRES'] },
  }),
  GetRecommendations: ({ arns }) => ({
    campaignArn: arns.campaign,
    userId: 'u1',
    numResults: 5,
    filterArn: arns.filter,
    filterValues: { GENRE: '"drama"' },
    context: { DEVICE: 'phone' },
    promotions: [
      { name: 'dramas', percentPromotedItems: 50, filterArn: arns.filter, filterValues: { GENRE: '"drama"' } },
    ],
    metadataColumns: { ITEMS: ['GENRES'] },
  }),
}
