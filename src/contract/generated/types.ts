// Generated from contract/model/ by `npm run generate` (scripts/generate-contract.ts). Do not edit.

/** Seconds since 1970-01-01T00:00:00Z; fractions are milliseconds. */
export type EpochSeconds = number

export interface Algorithm {
  readonly name?: string | undefined
  readonly algorithmArn?: string | undefined
  readonly algorithmImage?: AlgorithmImage | undefined
  readonly defaultHyperParameters?: Readonly<Record<string, string>> | undefined
  readonly defaultHyperParameterRanges?: DefaultHyperParameterRanges | undefined
  readonly defaultResourceConfig?: Readonly<Record<string, string>> | undefined
  readonly trainingInputMode?: string | undefined
  readonly roleArn?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface AlgorithmImage {
  readonly name?: string | undefined
  readonly dockerURI: string
}

export interface AutoMLConfig {
  readonly metricName?: string | undefined
  readonly recipeList?: readonly string[] | undefined
}

export interface AutoMLResult {
  readonly bestRecipeArn?: string | undefined
}

export interface AutoTrainingConfig {
  readonly schedulingExpression?: string | undefined
}

export interface BatchInferenceJob {
  readonly jobName?: string | undefined
  readonly batchInferenceJobArn?: string | undefined
  readonly filterArn?: string | undefined
  readonly failureReason?: string | undefined
  readonly solutionVersionArn?: string | undefined
  readonly numResults?: number | undefined
  readonly jobInput?: BatchInferenceJobInput | undefined
  readonly jobOutput?: BatchInferenceJobOutput | undefined
  readonly batchInferenceJobConfig?: BatchInferenceJobConfig | undefined
  readonly roleArn?: string | undefined
  readonly batchInferenceJobMode?: BatchInferenceJobMode | undefined
  readonly themeGenerationConfig?: ThemeGenerationConfig | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface BatchInferenceJobConfig {
  readonly itemExplorationConfig?: Readonly<Record<string, string>> | undefined
  readonly rankingInfluence?: Readonly<Partial<Record<RankingInfluenceType, number>>> | undefined
}

export interface BatchInferenceJobInput {
  readonly s3DataSource: S3DataConfig
}

export type BatchInferenceJobMode = 'BATCH_INFERENCE' | 'THEME_GENERATION'

export interface BatchInferenceJobOutput {
  readonly s3DataDestination: S3DataConfig
}

export interface BatchInferenceJobSummary {
  readonly batchInferenceJobArn?: string | undefined
  readonly jobName?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
  readonly solutionVersionArn?: string | undefined
  readonly batchInferenceJobMode?: BatchInferenceJobMode | undefined
}

export interface BatchSegmentJob {
  readonly jobName?: string | undefined
  readonly batchSegmentJobArn?: string | undefined
  readonly filterArn?: string | undefined
  readonly failureReason?: string | undefined
  readonly solutionVersionArn?: string | undefined
  readonly numResults?: number | undefined
  readonly jobInput?: BatchSegmentJobInput | undefined
  readonly jobOutput?: BatchSegmentJobOutput | undefined
  readonly roleArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface BatchSegmentJobInput {
  readonly s3DataSource: S3DataConfig
}

export interface BatchSegmentJobOutput {
  readonly s3DataDestination: S3DataConfig
}

export interface BatchSegmentJobSummary {
  readonly batchSegmentJobArn?: string | undefined
  readonly jobName?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
  readonly solutionVersionArn?: string | undefined
}

export interface Campaign {
  readonly name?: string | undefined
  readonly campaignArn?: string | undefined
  readonly solutionVersionArn?: string | undefined
  readonly minProvisionedTPS?: number | undefined
  readonly campaignConfig?: CampaignConfig | undefined
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly latestCampaignUpdate?: CampaignUpdateSummary | undefined
}

export interface CampaignConfig {
  readonly itemExplorationConfig?: Readonly<Record<string, string>> | undefined
  readonly enableMetadataWithRecommendations?: boolean | undefined
  readonly syncWithLatestSolutionVersion?: boolean | undefined
  readonly rankingInfluence?: Readonly<Partial<Record<RankingInfluenceType, number>>> | undefined
}

export interface CampaignSummary {
  readonly name?: string | undefined
  readonly campaignArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface CampaignUpdateSummary {
  readonly solutionVersionArn?: string | undefined
  readonly minProvisionedTPS?: number | undefined
  readonly campaignConfig?: CampaignConfig | undefined
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface CategoricalHyperParameterRange {
  readonly name?: string | undefined
  readonly values?: readonly string[] | undefined
}

export interface ContinuousHyperParameterRange {
  readonly name?: string | undefined
  readonly minValue?: number | undefined
  readonly maxValue?: number | undefined
}

export interface CreateBatchInferenceJobRequest {
  readonly jobName: string
  readonly solutionVersionArn: string
  readonly filterArn?: string | undefined
  readonly numResults?: number | undefined
  readonly jobInput: BatchInferenceJobInput
  readonly jobOutput: BatchInferenceJobOutput
  readonly roleArn: string
  readonly batchInferenceJobConfig?: BatchInferenceJobConfig | undefined
  readonly tags?: readonly Tag[] | undefined
  readonly batchInferenceJobMode?: BatchInferenceJobMode | undefined
  readonly themeGenerationConfig?: ThemeGenerationConfig | undefined
}

export interface CreateBatchInferenceJobResponse {
  readonly batchInferenceJobArn?: string | undefined
}

export interface CreateBatchSegmentJobRequest {
  readonly jobName: string
  readonly solutionVersionArn: string
  readonly filterArn?: string | undefined
  readonly numResults?: number | undefined
  readonly jobInput: BatchSegmentJobInput
  readonly jobOutput: BatchSegmentJobOutput
  readonly roleArn: string
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateBatchSegmentJobResponse {
  readonly batchSegmentJobArn?: string | undefined
}

export interface CreateCampaignRequest {
  readonly name: string
  readonly solutionVersionArn: string
  readonly minProvisionedTPS?: number | undefined
  readonly campaignConfig?: CampaignConfig | undefined
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateCampaignResponse {
  readonly campaignArn?: string | undefined
}

export interface CreateDataDeletionJobRequest {
  readonly jobName: string
  readonly datasetGroupArn: string
  readonly dataSource: DataSource
  readonly roleArn: string
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateDataDeletionJobResponse {
  readonly dataDeletionJobArn?: string | undefined
}

export interface CreateDatasetExportJobRequest {
  readonly jobName: string
  readonly datasetArn: string
  readonly ingestionMode?: IngestionMode | undefined
  readonly roleArn: string
  readonly jobOutput: DatasetExportJobOutput
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateDatasetExportJobResponse {
  readonly datasetExportJobArn?: string | undefined
}

export interface CreateDatasetGroupRequest {
  readonly name: string
  readonly roleArn?: string | undefined
  readonly kmsKeyArn?: string | undefined
  readonly domain?: Domain | undefined
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateDatasetGroupResponse {
  readonly datasetGroupArn?: string | undefined
  readonly domain?: Domain | undefined
}

export interface CreateDatasetImportJobRequest {
  readonly jobName: string
  readonly datasetArn: string
  readonly dataSource: DataSource
  readonly roleArn?: string | undefined
  readonly tags?: readonly Tag[] | undefined
  readonly importMode?: ImportMode | undefined
  readonly publishAttributionMetricsToS3?: boolean | undefined
}

export interface CreateDatasetImportJobResponse {
  readonly datasetImportJobArn?: string | undefined
}

export interface CreateDatasetRequest {
  readonly name: string
  readonly schemaArn: string
  readonly datasetGroupArn: string
  readonly datasetType: string
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateDatasetResponse {
  readonly datasetArn?: string | undefined
}

export interface CreateEventTrackerRequest {
  readonly name: string
  readonly datasetGroupArn: string
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateEventTrackerResponse {
  readonly eventTrackerArn?: string | undefined
  readonly trackingId?: string | undefined
}

export interface CreateFilterRequest {
  readonly name: string
  readonly datasetGroupArn: string
  readonly filterExpression: string
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateFilterResponse {
  readonly filterArn?: string | undefined
}

export interface CreateMetricAttributionRequest {
  readonly name: string
  readonly datasetGroupArn: string
  readonly metrics: readonly MetricAttribute[]
  readonly metricsOutputConfig: MetricAttributionOutput
}

export interface CreateMetricAttributionResponse {
  readonly metricAttributionArn?: string | undefined
}

export interface CreateRecommenderRequest {
  readonly name: string
  readonly datasetGroupArn: string
  readonly recipeArn: string
  readonly recommenderConfig?: RecommenderConfig | undefined
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateRecommenderResponse {
  readonly recommenderArn?: string | undefined
}

export interface CreateSchemaRequest {
  readonly name: string
  readonly schema: string
  readonly domain?: Domain | undefined
}

export interface CreateSchemaResponse {
  readonly schemaArn?: string | undefined
}

export interface CreateSolutionRequest {
  readonly name: string
  readonly performHPO?: boolean | undefined
  readonly performAutoML?: boolean | undefined
  readonly performAutoTraining?: boolean | undefined
  readonly performIncrementalUpdate?: boolean | undefined
  readonly recipeArn?: string | undefined
  readonly datasetGroupArn: string
  readonly eventType?: string | undefined
  readonly solutionConfig?: SolutionConfig | undefined
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateSolutionResponse {
  readonly solutionArn?: string | undefined
}

export interface CreateSolutionVersionRequest {
  readonly name?: string | undefined
  readonly solutionArn: string
  readonly trainingMode?: TrainingMode | undefined
  readonly tags?: readonly Tag[] | undefined
}

export interface CreateSolutionVersionResponse {
  readonly solutionVersionArn?: string | undefined
}

export interface DataDeletionJob {
  readonly jobName?: string | undefined
  readonly dataDeletionJobArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly dataSource?: DataSource | undefined
  readonly roleArn?: string | undefined
  readonly status?: string | undefined
  readonly numDeleted?: number | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface DataDeletionJobSummary {
  readonly dataDeletionJobArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly jobName?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface DataSource {
  readonly dataLocation?: string | undefined
}

export interface Dataset {
  readonly name?: string | undefined
  readonly datasetArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly datasetType?: string | undefined
  readonly schemaArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly latestDatasetUpdate?: DatasetUpdateSummary | undefined
  readonly trackingId?: string | undefined
}

export interface DatasetExportJob {
  readonly jobName?: string | undefined
  readonly datasetExportJobArn?: string | undefined
  readonly datasetArn?: string | undefined
  readonly ingestionMode?: IngestionMode | undefined
  readonly roleArn?: string | undefined
  readonly status?: string | undefined
  readonly jobOutput?: DatasetExportJobOutput | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface DatasetExportJobOutput {
  readonly s3DataDestination: S3DataConfig
}

export interface DatasetExportJobSummary {
  readonly datasetExportJobArn?: string | undefined
  readonly jobName?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface DatasetGroup {
  readonly name?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly status?: string | undefined
  readonly roleArn?: string | undefined
  readonly kmsKeyArn?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
  readonly domain?: Domain | undefined
}

export interface DatasetGroupSummary {
  readonly name?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
  readonly domain?: Domain | undefined
}

export interface DatasetImportJob {
  readonly jobName?: string | undefined
  readonly datasetImportJobArn?: string | undefined
  readonly datasetArn?: string | undefined
  readonly dataSource?: DataSource | undefined
  readonly roleArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
  readonly importMode?: ImportMode | undefined
  readonly publishAttributionMetricsToS3?: boolean | undefined
}

export interface DatasetImportJobSummary {
  readonly datasetImportJobArn?: string | undefined
  readonly jobName?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
  readonly importMode?: ImportMode | undefined
}

export interface DatasetSchema {
  readonly name?: string | undefined
  readonly schemaArn?: string | undefined
  readonly schema?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly domain?: Domain | undefined
}

export interface DatasetSchemaSummary {
  readonly name?: string | undefined
  readonly schemaArn?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly domain?: Domain | undefined
}

export interface DatasetSummary {
  readonly name?: string | undefined
  readonly datasetArn?: string | undefined
  readonly datasetType?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface DatasetUpdateSummary {
  readonly schemaArn?: string | undefined
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface DefaultCategoricalHyperParameterRange {
  readonly name?: string | undefined
  readonly values?: readonly string[] | undefined
  readonly isTunable?: boolean | undefined
}

export interface DefaultContinuousHyperParameterRange {
  readonly name?: string | undefined
  readonly minValue?: number | undefined
  readonly maxValue?: number | undefined
  readonly isTunable?: boolean | undefined
}

export interface DefaultHyperParameterRanges {
  readonly integerHyperParameterRanges?: readonly DefaultIntegerHyperParameterRange[] | undefined
  readonly continuousHyperParameterRanges?: readonly DefaultContinuousHyperParameterRange[] | undefined
  readonly categoricalHyperParameterRanges?: readonly DefaultCategoricalHyperParameterRange[] | undefined
}

export interface DefaultIntegerHyperParameterRange {
  readonly name?: string | undefined
  readonly minValue?: number | undefined
  readonly maxValue?: number | undefined
  readonly isTunable?: boolean | undefined
}

export interface DeleteCampaignRequest {
  readonly campaignArn: string
}

export interface DeleteDatasetGroupRequest {
  readonly datasetGroupArn: string
}

export interface DeleteDatasetRequest {
  readonly datasetArn: string
}

export interface DeleteEventTrackerRequest {
  readonly eventTrackerArn: string
}

export interface DeleteFilterRequest {
  readonly filterArn: string
}

export interface DeleteMetricAttributionRequest {
  readonly metricAttributionArn: string
}

export interface DeleteRecommenderRequest {
  readonly recommenderArn: string
}

export interface DeleteSchemaRequest {
  readonly schemaArn: string
}

export interface DeleteSolutionRequest {
  readonly solutionArn: string
}

export interface DescribeAlgorithmRequest {
  readonly algorithmArn: string
}

export interface DescribeAlgorithmResponse {
  readonly algorithm?: Algorithm | undefined
}

export interface DescribeBatchInferenceJobRequest {
  readonly batchInferenceJobArn: string
}

export interface DescribeBatchInferenceJobResponse {
  readonly batchInferenceJob?: BatchInferenceJob | undefined
}

export interface DescribeBatchSegmentJobRequest {
  readonly batchSegmentJobArn: string
}

export interface DescribeBatchSegmentJobResponse {
  readonly batchSegmentJob?: BatchSegmentJob | undefined
}

export interface DescribeCampaignRequest {
  readonly campaignArn: string
}

export interface DescribeCampaignResponse {
  readonly campaign?: Campaign | undefined
}

export interface DescribeDataDeletionJobRequest {
  readonly dataDeletionJobArn: string
}

export interface DescribeDataDeletionJobResponse {
  readonly dataDeletionJob?: DataDeletionJob | undefined
}

export interface DescribeDatasetExportJobRequest {
  readonly datasetExportJobArn: string
}

export interface DescribeDatasetExportJobResponse {
  readonly datasetExportJob?: DatasetExportJob | undefined
}

export interface DescribeDatasetGroupRequest {
  readonly datasetGroupArn: string
}

export interface DescribeDatasetGroupResponse {
  readonly datasetGroup?: DatasetGroup | undefined
}

export interface DescribeDatasetImportJobRequest {
  readonly datasetImportJobArn: string
}

export interface DescribeDatasetImportJobResponse {
  readonly datasetImportJob?: DatasetImportJob | undefined
}

export interface DescribeDatasetRequest {
  readonly datasetArn: string
}

export interface DescribeDatasetResponse {
  readonly dataset?: Dataset | undefined
}

export interface DescribeEventTrackerRequest {
  readonly eventTrackerArn: string
}

export interface DescribeEventTrackerResponse {
  readonly eventTracker?: EventTracker | undefined
}

export interface DescribeFeatureTransformationRequest {
  readonly featureTransformationArn: string
}

export interface DescribeFeatureTransformationResponse {
  readonly featureTransformation?: FeatureTransformation | undefined
}

export interface DescribeFilterRequest {
  readonly filterArn: string
}

export interface DescribeFilterResponse {
  readonly filter?: Filter | undefined
}

export interface DescribeMetricAttributionRequest {
  readonly metricAttributionArn: string
}

export interface DescribeMetricAttributionResponse {
  readonly metricAttribution?: MetricAttribution | undefined
}

export interface DescribeRecipeRequest {
  readonly recipeArn: string
}

export interface DescribeRecipeResponse {
  readonly recipe?: Recipe | undefined
}

export interface DescribeRecommenderRequest {
  readonly recommenderArn: string
}

export interface DescribeRecommenderResponse {
  readonly recommender?: Recommender | undefined
}

export interface DescribeSchemaRequest {
  readonly schemaArn: string
}

export interface DescribeSchemaResponse {
  readonly schema?: DatasetSchema | undefined
}

export interface DescribeSolutionRequest {
  readonly solutionArn: string
}

export interface DescribeSolutionResponse {
  readonly solution?: Solution | undefined
}

export interface DescribeSolutionVersionRequest {
  readonly solutionVersionArn: string
}

export interface DescribeSolutionVersionResponse {
  readonly solutionVersion?: SolutionVersion | undefined
}

export type Domain = 'ECOMMERCE' | 'VIDEO_ON_DEMAND'

export interface EventParameters {
  readonly eventType?: string | undefined
  readonly eventValueThreshold?: number | undefined
  readonly weight?: number | undefined
}

export interface EventTracker {
  readonly name?: string | undefined
  readonly eventTrackerArn?: string | undefined
  readonly accountId?: string | undefined
  readonly trackingId?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface EventTrackerSummary {
  readonly name?: string | undefined
  readonly eventTrackerArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface EventsConfig {
  readonly eventParametersList?: readonly EventParameters[] | undefined
}

export interface FeatureTransformation {
  readonly name?: string | undefined
  readonly featureTransformationArn?: string | undefined
  readonly defaultParameters?: Readonly<Record<string, string>> | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly status?: string | undefined
}

export interface FieldsForThemeGeneration {
  readonly itemName: string
}

export interface Filter {
  readonly name?: string | undefined
  readonly filterArn?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly datasetGroupArn?: string | undefined
  readonly failureReason?: string | undefined
  readonly filterExpression?: string | undefined
  readonly status?: string | undefined
}

export interface FilterSummary {
  readonly name?: string | undefined
  readonly filterArn?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly datasetGroupArn?: string | undefined
  readonly failureReason?: string | undefined
  readonly status?: string | undefined
}

export interface GetSolutionMetricsRequest {
  readonly solutionVersionArn: string
}

export interface GetSolutionMetricsResponse {
  readonly solutionVersionArn?: string | undefined
  readonly metrics?: Readonly<Record<string, number>> | undefined
}

export interface HPOConfig {
  readonly hpoObjective?: HPOObjective | undefined
  readonly hpoResourceConfig?: HPOResourceConfig | undefined
  readonly algorithmHyperParameterRanges?: HyperParameterRanges | undefined
}

export interface HPOObjective {
  readonly type?: string | undefined
  readonly metricName?: string | undefined
  readonly metricRegex?: string | undefined
}

export interface HPOResourceConfig {
  readonly maxNumberOfTrainingJobs?: string | undefined
  readonly maxParallelTrainingJobs?: string | undefined
}

export interface HyperParameterRanges {
  readonly integerHyperParameterRanges?: readonly IntegerHyperParameterRange[] | undefined
  readonly continuousHyperParameterRanges?: readonly ContinuousHyperParameterRange[] | undefined
  readonly categoricalHyperParameterRanges?: readonly CategoricalHyperParameterRange[] | undefined
}

export type ImportMode = 'FULL' | 'INCREMENTAL'

export type IngestionMode = 'BULK' | 'PUT' | 'ALL'

export interface IntegerHyperParameterRange {
  readonly name?: string | undefined
  readonly minValue?: number | undefined
  readonly maxValue?: number | undefined
}

export interface ListBatchInferenceJobsRequest {
  readonly solutionVersionArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListBatchInferenceJobsResponse {
  readonly batchInferenceJobs?: readonly BatchInferenceJobSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListBatchSegmentJobsRequest {
  readonly solutionVersionArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListBatchSegmentJobsResponse {
  readonly batchSegmentJobs?: readonly BatchSegmentJobSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListCampaignsRequest {
  readonly solutionArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListCampaignsResponse {
  readonly campaigns?: readonly CampaignSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListDataDeletionJobsRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListDataDeletionJobsResponse {
  readonly dataDeletionJobs?: readonly DataDeletionJobSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListDatasetExportJobsRequest {
  readonly datasetArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListDatasetExportJobsResponse {
  readonly datasetExportJobs?: readonly DatasetExportJobSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListDatasetGroupsRequest {
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListDatasetGroupsResponse {
  readonly datasetGroups?: readonly DatasetGroupSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListDatasetImportJobsRequest {
  readonly datasetArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListDatasetImportJobsResponse {
  readonly datasetImportJobs?: readonly DatasetImportJobSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListDatasetsRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListDatasetsResponse {
  readonly datasets?: readonly DatasetSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListEventTrackersRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListEventTrackersResponse {
  readonly eventTrackers?: readonly EventTrackerSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListFiltersRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListFiltersResponse {
  readonly Filters?: readonly FilterSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListMetricAttributionMetricsRequest {
  readonly metricAttributionArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListMetricAttributionMetricsResponse {
  readonly metrics?: readonly MetricAttribute[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListMetricAttributionsRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListMetricAttributionsResponse {
  readonly metricAttributions?: readonly MetricAttributionSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListRecipesRequest {
  readonly recipeProvider?: RecipeProvider | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
  readonly domain?: Domain | undefined
}

export interface ListRecipesResponse {
  readonly recipes?: readonly RecipeSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListRecommendersRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListRecommendersResponse {
  readonly recommenders?: readonly RecommenderSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListSchemasRequest {
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListSchemasResponse {
  readonly schemas?: readonly DatasetSchemaSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListSolutionVersionsRequest {
  readonly solutionArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListSolutionVersionsResponse {
  readonly solutionVersions?: readonly SolutionVersionSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListSolutionsRequest {
  readonly datasetGroupArn?: string | undefined
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

export interface ListSolutionsResponse {
  readonly solutions?: readonly SolutionSummary[] | undefined
  readonly nextToken?: string | undefined
}

export interface ListTagsForResourceRequest {
  readonly resourceArn: string
}

export interface ListTagsForResourceResponse {
  readonly tags?: readonly Tag[] | undefined
}

export interface MetricAttribute {
  readonly eventType: string
  readonly metricName: string
  readonly expression: string
}

export interface MetricAttribution {
  readonly name?: string | undefined
  readonly metricAttributionArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly metricsOutputConfig?: MetricAttributionOutput | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface MetricAttributionOutput {
  readonly s3DataDestination?: S3DataConfig | undefined
  readonly roleArn: string
}

export interface MetricAttributionSummary {
  readonly name?: string | undefined
  readonly metricAttributionArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export type ObjectiveSensitivity = 'LOW' | 'MEDIUM' | 'HIGH' | 'OFF'

export interface OptimizationObjective {
  readonly itemAttribute?: string | undefined
  readonly objectiveSensitivity?: ObjectiveSensitivity | undefined
}

export type RankingInfluenceType = 'POPULARITY' | 'FRESHNESS'

export interface Recipe {
  readonly name?: string | undefined
  readonly recipeArn?: string | undefined
  readonly algorithmArn?: string | undefined
  readonly featureTransformationArn?: string | undefined
  readonly status?: string | undefined
  readonly description?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly recipeType?: string | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export type RecipeProvider = 'SERVICE'

export interface RecipeSummary {
  readonly name?: string | undefined
  readonly recipeArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly domain?: Domain | undefined
}

export interface Recommender {
  readonly recommenderArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly name?: string | undefined
  readonly recipeArn?: string | undefined
  readonly recommenderConfig?: RecommenderConfig | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
  readonly latestRecommenderUpdate?: RecommenderUpdateSummary | undefined
  readonly modelMetrics?: Readonly<Record<string, number>> | undefined
}

export interface RecommenderConfig {
  readonly itemExplorationConfig?: Readonly<Record<string, string>> | undefined
  readonly minRecommendationRequestsPerSecond?: number | undefined
  readonly trainingDataConfig?: TrainingDataConfig | undefined
  readonly enableMetadataWithRecommendations?: boolean | undefined
}

export interface RecommenderSummary {
  readonly name?: string | undefined
  readonly recommenderArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly recipeArn?: string | undefined
  readonly recommenderConfig?: RecommenderConfig | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
}

export interface RecommenderUpdateSummary {
  readonly recommenderConfig?: RecommenderConfig | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
}

export interface S3DataConfig {
  readonly path: string
  readonly kmsKeyArn?: string | undefined
}

export interface Solution {
  readonly name?: string | undefined
  readonly solutionArn?: string | undefined
  readonly performHPO?: boolean | undefined
  readonly performAutoML?: boolean | undefined
  readonly performAutoTraining?: boolean | undefined
  readonly performIncrementalUpdate?: boolean | undefined
  readonly recipeArn?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly eventType?: string | undefined
  readonly solutionConfig?: SolutionConfig | undefined
  readonly autoMLResult?: AutoMLResult | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly latestSolutionVersion?: SolutionVersionSummary | undefined
  readonly latestSolutionUpdate?: SolutionUpdateSummary | undefined
}

export interface SolutionConfig {
  readonly eventValueThreshold?: string | undefined
  readonly hpoConfig?: HPOConfig | undefined
  readonly algorithmHyperParameters?: Readonly<Record<string, string>> | undefined
  readonly featureTransformationParameters?: Readonly<Record<string, string>> | undefined
  readonly autoMLConfig?: AutoMLConfig | undefined
  readonly eventsConfig?: EventsConfig | undefined
  readonly optimizationObjective?: OptimizationObjective | undefined
  readonly trainingDataConfig?: TrainingDataConfig | undefined
  readonly autoTrainingConfig?: AutoTrainingConfig | undefined
}

export interface SolutionSummary {
  readonly name?: string | undefined
  readonly solutionArn?: string | undefined
  readonly status?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly recipeArn?: string | undefined
}

export interface SolutionUpdateConfig {
  readonly autoTrainingConfig?: AutoTrainingConfig | undefined
  readonly eventsConfig?: EventsConfig | undefined
}

export interface SolutionUpdateSummary {
  readonly solutionUpdateConfig?: SolutionUpdateConfig | undefined
  readonly status?: string | undefined
  readonly performAutoTraining?: boolean | undefined
  readonly performIncrementalUpdate?: boolean | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface SolutionVersion {
  readonly name?: string | undefined
  readonly solutionVersionArn?: string | undefined
  readonly solutionArn?: string | undefined
  readonly performHPO?: boolean | undefined
  readonly performAutoML?: boolean | undefined
  readonly performIncrementalUpdate?: boolean | undefined
  readonly recipeArn?: string | undefined
  readonly eventType?: string | undefined
  readonly datasetGroupArn?: string | undefined
  readonly solutionConfig?: SolutionConfig | undefined
  readonly trainingHours?: number | undefined
  readonly trainingMode?: TrainingMode | undefined
  readonly tunedHPOParams?: TunedHPOParams | undefined
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly trainingType?: TrainingType | undefined
}

export interface SolutionVersionSummary {
  readonly solutionVersionArn?: string | undefined
  readonly status?: string | undefined
  readonly trainingMode?: TrainingMode | undefined
  readonly trainingType?: TrainingType | undefined
  readonly creationDateTime?: EpochSeconds | undefined
  readonly lastUpdatedDateTime?: EpochSeconds | undefined
  readonly failureReason?: string | undefined
}

export interface StartRecommenderRequest {
  readonly recommenderArn: string
}

export interface StartRecommenderResponse {
  readonly recommenderArn?: string | undefined
}

export interface StopRecommenderRequest {
  readonly recommenderArn: string
}

export interface StopRecommenderResponse {
  readonly recommenderArn?: string | undefined
}

export interface StopSolutionVersionCreationRequest {
  readonly solutionVersionArn: string
}

export interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

export interface TagResourceRequest {
  readonly resourceArn: string
  readonly tags: readonly Tag[]
}

export type TagResourceResponse = Record<string, never>

export interface ThemeGenerationConfig {
  readonly fieldsForThemeGeneration: FieldsForThemeGeneration
}

export interface TrainingDataConfig {
  readonly excludedDatasetColumns?: Readonly<Record<string, readonly string[]>> | undefined
  readonly includedDatasetColumns?: Readonly<Record<string, readonly string[]>> | undefined
}

export type TrainingMode = 'FULL' | 'UPDATE' | 'AUTOTRAIN'

export type TrainingType = 'AUTOMATIC' | 'MANUAL'

export interface TunedHPOParams {
  readonly algorithmHyperParameters?: Readonly<Record<string, string>> | undefined
}

export interface UntagResourceRequest {
  readonly resourceArn: string
  readonly tagKeys: readonly string[]
}

export type UntagResourceResponse = Record<string, never>

export interface UpdateCampaignRequest {
  readonly campaignArn: string
  readonly solutionVersionArn?: string | undefined
  readonly minProvisionedTPS?: number | undefined
  readonly campaignConfig?: CampaignConfig | undefined
}

export interface UpdateCampaignResponse {
  readonly campaignArn?: string | undefined
}

export interface UpdateDatasetRequest {
  readonly datasetArn: string
  readonly schemaArn: string
}

export interface UpdateDatasetResponse {
  readonly datasetArn?: string | undefined
}

export interface UpdateMetricAttributionRequest {
  readonly addMetrics?: readonly MetricAttribute[] | undefined
  readonly removeMetrics?: readonly string[] | undefined
  readonly metricsOutputConfig?: MetricAttributionOutput | undefined
  readonly metricAttributionArn?: string | undefined
}

export interface UpdateMetricAttributionResponse {
  readonly metricAttributionArn?: string | undefined
}

export interface UpdateRecommenderRequest {
  readonly recommenderArn: string
  readonly recommenderConfig: RecommenderConfig
}

export interface UpdateRecommenderResponse {
  readonly recommenderArn?: string | undefined
}

export interface UpdateSolutionRequest {
  readonly solutionArn: string
  readonly performAutoTraining?: boolean | undefined
  readonly performIncrementalUpdate?: boolean | undefined
  readonly solutionUpdateConfig?: SolutionUpdateConfig | undefined
}

export interface UpdateSolutionResponse {
  readonly solutionArn?: string | undefined
}

export interface Action {
  readonly actionId: string
  readonly properties?: string | undefined
}

export interface ActionInteraction {
  readonly actionId: string
  readonly userId?: string | undefined
  readonly sessionId: string
  readonly timestamp: EpochSeconds
  readonly eventType: string
  readonly eventId?: string | undefined
  readonly recommendationId?: string | undefined
  readonly impression?: readonly string[] | undefined
  readonly properties?: string | undefined
}

export interface Event {
  readonly eventId?: string | undefined
  readonly eventType: string
  readonly eventValue?: number | undefined
  readonly itemId?: string | undefined
  readonly properties?: string | undefined
  readonly sentAt: EpochSeconds
  readonly recommendationId?: string | undefined
  readonly impression?: readonly string[] | undefined
  readonly metricAttribution?: EventsMetricAttribution | undefined
}

export interface Item {
  readonly itemId: string
  readonly properties?: string | undefined
}

export interface EventsMetricAttribution {
  readonly eventAttributionSource: string
}

export interface PutActionInteractionsRequest {
  readonly trackingId: string
  readonly actionInteractions: readonly ActionInteraction[]
}

export interface PutActionsRequest {
  readonly datasetArn: string
  readonly actions: readonly Action[]
}

export interface PutEventsRequest {
  readonly trackingId: string
  readonly userId?: string | undefined
  readonly sessionId: string
  readonly eventList: readonly Event[]
}

export interface PutItemsRequest {
  readonly datasetArn: string
  readonly items: readonly Item[]
}

export interface PutUsersRequest {
  readonly datasetArn: string
  readonly users: readonly User[]
}

export interface User {
  readonly userId: string
  readonly properties?: string | undefined
}

export interface GetActionRecommendationsRequest {
  readonly campaignArn?: string | undefined
  readonly userId?: string | undefined
  readonly numResults?: number | undefined
  readonly filterArn?: string | undefined
  readonly filterValues?: Readonly<Record<string, string>> | undefined
}

export interface GetActionRecommendationsResponse {
  readonly actionList?: readonly PredictedAction[] | undefined
  readonly recommendationId?: string | undefined
}

export interface GetPersonalizedRankingRequest {
  readonly campaignArn: string
  readonly inputList: readonly string[]
  readonly userId: string
  readonly context?: Readonly<Record<string, string>> | undefined
  readonly filterArn?: string | undefined
  readonly filterValues?: Readonly<Record<string, string>> | undefined
  readonly metadataColumns?: Readonly<Record<string, readonly string[]>> | undefined
}

export interface GetPersonalizedRankingResponse {
  readonly personalizedRanking?: readonly PredictedItem[] | undefined
  readonly recommendationId?: string | undefined
}

export interface GetRecommendationsRequest {
  readonly campaignArn?: string | undefined
  readonly itemId?: string | undefined
  readonly userId?: string | undefined
  readonly numResults?: number | undefined
  readonly context?: Readonly<Record<string, string>> | undefined
  readonly filterArn?: string | undefined
  readonly filterValues?: Readonly<Record<string, string>> | undefined
  readonly recommenderArn?: string | undefined
  readonly promotions?: readonly Promotion[] | undefined
  readonly metadataColumns?: Readonly<Record<string, readonly string[]>> | undefined
}

export interface GetRecommendationsResponse {
  readonly itemList?: readonly PredictedItem[] | undefined
  readonly recommendationId?: string | undefined
}

export interface PredictedAction {
  readonly actionId?: string | undefined
  readonly score?: number | undefined
}

export interface PredictedItem {
  readonly itemId?: string | undefined
  readonly score?: number | undefined
  readonly promotionName?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly reason?: readonly string[] | undefined
}

export interface Promotion {
  readonly name?: string | undefined
  readonly percentPromotedItems?: number | undefined
  readonly filterArn?: string | undefined
  readonly filterValues?: Readonly<Record<string, string>> | undefined
}

export interface Operation<Input, Output = Record<string, never>> {
  readonly input: Input
  readonly output: Output
}

export interface Operations {
  readonly CreateBatchInferenceJob: Operation<CreateBatchInferenceJobRequest, CreateBatchInferenceJobResponse>
  readonly CreateBatchSegmentJob: Operation<CreateBatchSegmentJobRequest, CreateBatchSegmentJobResponse>
  readonly CreateCampaign: Operation<CreateCampaignRequest, CreateCampaignResponse>
  readonly CreateDataDeletionJob: Operation<CreateDataDeletionJobRequest, CreateDataDeletionJobResponse>
  readonly CreateDataset: Operation<CreateDatasetRequest, CreateDatasetResponse>
  readonly CreateDatasetExportJob: Operation<CreateDatasetExportJobRequest, CreateDatasetExportJobResponse>
  readonly CreateDatasetGroup: Operation<CreateDatasetGroupRequest, CreateDatasetGroupResponse>
  readonly CreateDatasetImportJob: Operation<CreateDatasetImportJobRequest, CreateDatasetImportJobResponse>
  readonly CreateEventTracker: Operation<CreateEventTrackerRequest, CreateEventTrackerResponse>
  readonly CreateFilter: Operation<CreateFilterRequest, CreateFilterResponse>
  readonly CreateMetricAttribution: Operation<CreateMetricAttributionRequest, CreateMetricAttributionResponse>
  readonly CreateRecommender: Operation<CreateRecommenderRequest, CreateRecommenderResponse>
  readonly CreateSchema: Operation<CreateSchemaRequest, CreateSchemaResponse>
  readonly CreateSolution: Operation<CreateSolutionRequest, CreateSolutionResponse>
  readonly CreateSolutionVersion: Operation<CreateSolutionVersionRequest, CreateSolutionVersionResponse>
  readonly DeleteCampaign: Operation<DeleteCampaignRequest>
  readonly DeleteDataset: Operation<DeleteDatasetRequest>
  readonly DeleteDatasetGroup: Operation<DeleteDatasetGroupRequest>
  readonly DeleteEventTracker: Operation<DeleteEventTrackerRequest>
  readonly DeleteFilter: Operation<DeleteFilterRequest>
  readonly DeleteMetricAttribution: Operation<DeleteMetricAttributionRequest>
  readonly DeleteRecommender: Operation<DeleteRecommenderRequest>
  readonly DeleteSchema: Operation<DeleteSchemaRequest>
  readonly DeleteSolution: Operation<DeleteSolutionRequest>
  readonly DescribeAlgorithm: Operation<DescribeAlgorithmRequest, DescribeAlgorithmResponse>
  readonly DescribeBatchInferenceJob: Operation<DescribeBatchInferenceJobRequest, DescribeBatchInferenceJobResponse>
  readonly DescribeBatchSegmentJob: Operation<DescribeBatchSegmentJobRequest, DescribeBatchSegmentJobResponse>
  readonly DescribeCampaign: Operation<DescribeCampaignRequest, DescribeCampaignResponse>
  readonly DescribeDataDeletionJob: Operation<DescribeDataDeletionJobRequest, DescribeDataDeletionJobResponse>
  readonly DescribeDataset: Operation<DescribeDatasetRequest, DescribeDatasetResponse>
  readonly DescribeDatasetExportJob: Operation<DescribeDatasetExportJobRequest, DescribeDatasetExportJobResponse>
  readonly DescribeDatasetGroup: Operation<DescribeDatasetGroupRequest, DescribeDatasetGroupResponse>
  readonly DescribeDatasetImportJob: Operation<DescribeDatasetImportJobRequest, DescribeDatasetImportJobResponse>
  readonly DescribeEventTracker: Operation<DescribeEventTrackerRequest, DescribeEventTrackerResponse>
  readonly DescribeFeatureTransformation: Operation<DescribeFeatureTransformationRequest, DescribeFeatureTransformationResponse>
  readonly DescribeFilter: Operation<DescribeFilterRequest, DescribeFilterResponse>
  readonly DescribeMetricAttribution: Operation<DescribeMetricAttributionRequest, DescribeMetricAttributionResponse>
  readonly DescribeRecipe: Operation<DescribeRecipeRequest, DescribeRecipeResponse>
  readonly DescribeRecommender: Operation<DescribeRecommenderRequest, DescribeRecommenderResponse>
  readonly DescribeSchema: Operation<DescribeSchemaRequest, DescribeSchemaResponse>
  readonly DescribeSolution: Operation<DescribeSolutionRequest, DescribeSolutionResponse>
  readonly DescribeSolutionVersion: Operation<DescribeSolutionVersionRequest, DescribeSolutionVersionResponse>
  readonly GetSolutionMetrics: Operation<GetSolutionMetricsRequest, GetSolutionMetricsResponse>
  readonly ListBatchInferenceJobs: Operation<ListBatchInferenceJobsRequest, ListBatchInferenceJobsResponse>
  readonly ListBatchSegmentJobs: Operation<ListBatchSegmentJobsRequest, ListBatchSegmentJobsResponse>
  readonly ListCampaigns: Operation<ListCampaignsRequest, ListCampaignsResponse>
  readonly ListDataDeletionJobs: Operation<ListDataDeletionJobsRequest, ListDataDeletionJobsResponse>
  readonly ListDatasetExportJobs: Operation<ListDatasetExportJobsRequest, ListDatasetExportJobsResponse>
  readonly ListDatasetGroups: Operation<ListDatasetGroupsRequest, ListDatasetGroupsResponse>
  readonly ListDatasetImportJobs: Operation<ListDatasetImportJobsRequest, ListDatasetImportJobsResponse>
  readonly ListDatasets: Operation<ListDatasetsRequest, ListDatasetsResponse>
  readonly ListEventTrackers: Operation<ListEventTrackersRequest, ListEventTrackersResponse>
  readonly ListFilters: Operation<ListFiltersRequest, ListFiltersResponse>
  readonly ListMetricAttributionMetrics: Operation<ListMetricAttributionMetricsRequest, ListMetricAttributionMetricsResponse>
  readonly ListMetricAttributions: Operation<ListMetricAttributionsRequest, ListMetricAttributionsResponse>
  readonly ListRecipes: Operation<ListRecipesRequest, ListRecipesResponse>
  readonly ListRecommenders: Operation<ListRecommendersRequest, ListRecommendersResponse>
  readonly ListSchemas: Operation<ListSchemasRequest, ListSchemasResponse>
  readonly ListSolutionVersions: Operation<ListSolutionVersionsRequest, ListSolutionVersionsResponse>
  readonly ListSolutions: Operation<ListSolutionsRequest, ListSolutionsResponse>
  readonly ListTagsForResource: Operation<ListTagsForResourceRequest, ListTagsForResourceResponse>
  readonly StartRecommender: Operation<StartRecommenderRequest, StartRecommenderResponse>
  readonly StopRecommender: Operation<StopRecommenderRequest, StopRecommenderResponse>
  readonly StopSolutionVersionCreation: Operation<StopSolutionVersionCreationRequest>
  readonly TagResource: Operation<TagResourceRequest, TagResourceResponse>
  readonly UntagResource: Operation<UntagResourceRequest, UntagResourceResponse>
  readonly UpdateCampaign: Operation<UpdateCampaignRequest, UpdateCampaignResponse>
  readonly UpdateDataset: Operation<UpdateDatasetRequest, UpdateDatasetResponse>
  readonly UpdateMetricAttribution: Operation<UpdateMetricAttributionRequest, UpdateMetricAttributionResponse>
  readonly UpdateRecommender: Operation<UpdateRecommenderRequest, UpdateRecommenderResponse>
  readonly UpdateSolution: Operation<UpdateSolutionRequest, UpdateSolutionResponse>
  readonly PutActionInteractions: Operation<PutActionInteractionsRequest>
  readonly PutActions: Operation<PutActionsRequest>
  readonly PutEvents: Operation<PutEventsRequest>
  readonly PutItems: Operation<PutItemsRequest>
  readonly PutUsers: Operation<PutUsersRequest>
  readonly GetActionRecommendations: Operation<GetActionRecommendationsRequest, GetActionRecommendationsResponse>
  readonly GetPersonalizedRanking: Operation<GetPersonalizedRankingRequest, GetPersonalizedRankingResponse>
  readonly GetRecommendations: Operation<GetRecommendationsRequest, GetRecommendationsResponse>
}
