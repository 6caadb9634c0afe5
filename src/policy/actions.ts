import type { OperationName } from '../contract/shapes.ts'

/** The resources that an operation's action is checked on. */
interface Checked {
  /** The members of the request that name them; those that are left out are not checked. */
  readonly on: readonly string[]
  /** The first part of the ARN of the resource that the operation creates. */
  readonly creates?: string
}

const NONE: Checked = { on: [] }
const on = (...members: readonly string[]): Checked => ({ on: members })
const creates = (kind: string, ...members: readonly string[]): Checked => ({ creates: kind, on: members })

/**
 * The resources of each operation. Its action has its name, after `personalize:`. An operation without resources is
 * checked on `*`: all lists, which the service authorization reference has so, and PutEvents and PutActionInteractions.
 * One that creates a resource is checked on the new one and on those that it is made in. One with tags needs
 * `personalize:TagResource` as well.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonpersonalize.html
 */
const CHECKED: Readonly<Record<OperationName, Checked>> = {
  CreateBatchInferenceJob: creates('batch-inference-job', 'solutionVersionArn'),
  CreateBatchSegmentJob: creates('batch-segment-job'),
  CreateCampaign: creates('campaign', 'solutionVersionArn'),
  CreateDataDeletionJob: creates('data-deletion-job', 'datasetGroupArn'),
  CreateDataset: creates('dataset', 'datasetGroupArn'),
  CreateDatasetExportJob: creates('dataset-export-job', 'datasetArn'),
  CreateDatasetGroup: creates('dataset-group'),
  CreateDatasetImportJob: creates('dataset-import-job', 'datasetArn'),
  CreateEventTracker: creates('event-tracker', 'datasetGroupArn'),
  CreateFilter: creates('filter', 'datasetGroupArn'),
  CreateMetricAttribution: creates('metric-attribution', 'datasetGroupArn'),
  CreateRecommender: creates('recommender', 'datasetGroupArn'),
  CreateSchema: creates('schema'),
  CreateSolution: creates('solution', 'datasetGroupArn'),
  CreateSolutionVersion: on('solutionArn'),
  DeleteCampaign: on('campaignArn'),
  DeleteDataset: on('datasetArn'),
  DeleteDatasetGroup: on('datasetGroupArn'),
  DeleteEventTracker: on('eventTrackerArn'),
  DeleteFilter: on('filterArn'),
  DeleteMetricAttribution: on('metricAttributionArn'),
  DeleteRecommender: on('recommenderArn'),
  DeleteSchema: on('schemaArn'),
  DeleteSolution: on('solutionArn'),
  DescribeAlgorithm: on('algorithmArn'),
  DescribeBatchInferenceJob: on('batchInferenceJobArn'),
  DescribeBatchSegmentJob: on('batchSegmentJobArn'),
  DescribeCampaign: on('campaignArn'),
  DescribeDataDeletionJob: on('dataDeletionJobArn'),
  DescribeDataset: on('datasetArn'),
  DescribeDatasetExportJob: on('datasetExportJobArn'),
  DescribeDatasetGroup: on('datasetGroupArn'),
  DescribeDatasetImportJob: on('datasetImportJobArn'),
  DescribeEventTracker: on('eventTrackerArn'),
  DescribeFeatureTransformation: on('featureTransformationArn'),
  DescribeFilter: on('filterArn'),
  DescribeMetricAttribution: on('metricAttributionArn'),
  DescribeRecipe: on('recipeArn'),
  DescribeRecommender: on('recommenderArn'),
  DescribeSchema: on('schemaArn'),
  DescribeSolution: on('solutionArn'),
  DescribeSolutionVersion: on('solutionVersionArn'),
  GetActionRecommendations: on('campaignArn'),
  GetPersonalizedRanking: on('campaignArn'),
  GetRecommendations: on('campaignArn', 'recommenderArn'),
  GetSolutionMetrics: on('solutionVersionArn'),
  ListBatchInferenceJobs: NONE,
  ListBatchSegmentJobs: NONE,
  ListCampaigns: NONE,
  ListDataDeletionJobs: NONE,
  ListDatasetExportJobs: NONE,
  ListDatasetGroups: NONE,
  ListDatasetImportJobs: NONE,
  ListDatasets: NONE,
  ListEventTrackers: NONE,
  ListFilters: NONE,
  ListMetricAttributionMetrics: NONE,
  ListMetricAttributions: NONE,
  ListRecipes: NONE,
  ListRecommenders: NONE,
  ListSchemas: NONE,
  ListSolutionVersions: NONE,
  ListSolutions: NONE,
  ListTagsForResource: on('resourceArn'),
  PutActionInteractions: NONE,
  PutActions: on('datasetArn'),
  PutEvents: NONE,
  PutItems: on('datasetArn'),
  PutUsers: on('datasetArn'),
  StartRecommender: on('recommenderArn'),
  StopRecommender: on('recommenderArn'),
  StopSolutionVersionCreation: on('solutionVersionArn'),
  TagResource: on('resourceArn'),
  UntagResource: on('resourceArn'),
  UpdateCampaign: on('campaignArn'),
  UpdateDataset: on('datasetArn'),
  UpdateMetricAttribution: on('metricAttributionArn'),
  UpdateRecommender: on('recommenderArn'),
  UpdateSolution: on('solutionArn'),
}

/** An action and a resource that a request needs. */
export interface Needed {
  readonly action: string
  readonly resource: string
}

type Input = Readonly<Record<string, unknown>>

/** The action that allows to give a resource tags as it is created. */
const TAG_RESOURCE = 'personalize:TagResource'
const EVERYTHING = '*'

/**
 * Returns the actions and resources that an operation needs. All must be allowed.
 * @param arnOf returns the ARN of a path such as `schema/films`
 */
export function neededBy(name: OperationName, input: object, arnOf: (path: string) => string): readonly Needed[] {
  const given = input as Input
  const action = `personalize:${name}`
  const { on: members, creates: kind } = CHECKED[name]
  const needed: Needed[] = []
  if (kind) needed.push({ action, resource: arnOf(newPath(kind, given)) })
  for (const member of members) {
    const arn = given[member]
    if (typeof arn === 'string') needed.push({ action, resource: arn })
  }
  if (needed.length === 0) needed.push({ action, resource: EVERYTHING })
  const { tags } = given
  if (action !== TAG_RESOURCE && Array.isArray(tags) && tags.length > 0)
    needed.push({ action: TAG_RESOURCE, resource: needed[0]!.resource })
  return needed
}

/** The path of the ARN that a new resource will have. An event tracker's is not known before. */
function newPath(kind: string, { name, jobName, datasetGroupArn, datasetType }: Input): string {
  if (kind === 'event-tracker') return 'event-tracker/*'
  if (kind !== 'dataset') return `${kind}/${jobName ?? name}`
  const group = String(datasetGroupArn)
  return `dataset/${group.slice(group.lastIndexOf('/') + 1)}/${typeInArn(String(datasetType))}`
}

/** A dataset's type as its ARN has it: a request may write it in any case, with or without the underscore. */
function typeInArn(datasetType: string): string {
  const type = datasetType.replaceAll('_', '').toUpperCase()
  return type === 'ACTIONINTERACTIONS' ? 'ACTION_INTERACTIONS' : type
}
