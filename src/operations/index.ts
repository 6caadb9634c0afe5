// Generated from the files of this folder by `npm run generate` (scripts/generate-operations.ts). Do not edit.
import { putActionInteractions } from './action-interactions/put-action-interactions.ts'
import { putActions } from './actions/put-actions.ts'
import { createBatchInferenceJob } from './batch-inference-jobs/create-batch-inference-job.ts'
import { describeBatchInferenceJob } from './batch-inference-jobs/describe-batch-inference-job.ts'
import { listBatchInferenceJobs } from './batch-inference-jobs/list-batch-inference-jobs.ts'
import { createBatchSegmentJob } from './batch-segment-jobs/create-batch-segment-job.ts'
import { describeBatchSegmentJob } from './batch-segment-jobs/describe-batch-segment-job.ts'
import { listBatchSegmentJobs } from './batch-segment-jobs/list-batch-segment-jobs.ts'
import { createCampaign } from './campaigns/create-campaign.ts'
import { deleteCampaign } from './campaigns/delete-campaign.ts'
import { describeCampaign } from './campaigns/describe-campaign.ts'
import { listCampaigns } from './campaigns/list-campaigns.ts'
import { updateCampaign } from './campaigns/update-campaign.ts'
import { createDataDeletionJob } from './data-deletion-jobs/create-data-deletion-job.ts'
import { describeDataDeletionJob } from './data-deletion-jobs/describe-data-deletion-job.ts'
import { listDataDeletionJobs } from './data-deletion-jobs/list-data-deletion-jobs.ts'
import { createDatasetExportJob } from './dataset-export-jobs/create-dataset-export-job.ts'
import { describeDatasetExportJob } from './dataset-export-jobs/describe-dataset-export-job.ts'
import { listDatasetExportJobs } from './dataset-export-jobs/list-dataset-export-jobs.ts'
import { createDatasetGroup } from './dataset-groups/create-dataset-group.ts'
import { deleteDatasetGroup } from './dataset-groups/delete-dataset-group.ts'
import { describeDatasetGroup } from './dataset-groups/describe-dataset-group.ts'
import { listDatasetGroups } from './dataset-groups/list-dataset-groups.ts'
import { createDatasetImportJob } from './dataset-import-jobs/create-dataset-import-job.ts'
import { describeDatasetImportJob } from './dataset-import-jobs/describe-dataset-import-job.ts'
import { listDatasetImportJobs } from './dataset-import-jobs/list-dataset-import-jobs.ts'
import { createDataset } from './datasets/create-dataset.ts'
import { deleteDataset } from './datasets/delete-dataset.ts'
import { describeDataset } from './datasets/describe-dataset.ts'
import { listDatasets } from './datasets/list-datasets.ts'
import { updateDataset } from './datasets/update-dataset.ts'
import { createEventTracker } from './event-trackers/create-event-tracker.ts'
import { deleteEventTracker } from './event-trackers/delete-event-tracker.ts'
import { describeEventTracker } from './event-trackers/describe-event-tracker.ts'
import { listEventTrackers } from './event-trackers/list-event-trackers.ts'
import { putEvents } from './events/put-events.ts'
import { createFilter } from './filters/create-filter.ts'
import { deleteFilter } from './filters/delete-filter.ts'
import { describeFilter } from './filters/describe-filter.ts'
import { listFilters } from './filters/list-filters.ts'
import { putItems } from './items/put-items.ts'
import { createMetricAttribution } from './metric-attributions/create-metric-attribution.ts'
import { deleteMetricAttribution } from './metric-attributions/delete-metric-attribution.ts'
import { describeMetricAttribution } from './metric-attributions/describe-metric-attribution.ts'
import { listMetricAttributionMetrics } from './metric-attributions/list-metric-attribution-metrics.ts'
import { listMetricAttributions } from './metric-attributions/list-metric-attributions.ts'
import { updateMetricAttribution } from './metric-attributions/update-metric-attribution.ts'
import { describeAlgorithm } from './recipes/describe-algorithm.ts'
import { describeFeatureTransformation } from './recipes/describe-feature-transformation.ts'
import { describeRecipe } from './recipes/describe-recipe.ts'
import { listRecipes } from './recipes/list-recipes.ts'
import { getActionRecommendations } from './recommendations/get-action-recommendations.ts'
import { getPersonalizedRanking } from './recommendations/get-personalized-ranking.ts'
import { getRecommendations } from './recommendations/get-recommendations.ts'
import { createRecommender } from './recommenders/create-recommender.ts'
import { deleteRecommender } from './recommenders/delete-recommender.ts'
import { describeRecommender } from './recommenders/describe-recommender.ts'
import { listRecommenders } from './recommenders/list-recommenders.ts'
import { startRecommender } from './recommenders/start-recommender.ts'
import { stopRecommender } from './recommenders/stop-recommender.ts'
import { updateRecommender } from './recommenders/update-recommender.ts'
import { createSchema } from './schemas/create-schema.ts'
import { deleteSchema } from './schemas/delete-schema.ts'
import { describeSchema } from './schemas/describe-schema.ts'
import { listSchemas } from './schemas/list-schemas.ts'
import { createSolutionVersion } from './solution-versions/create-solution-version.ts'
import { describeSolutionVersion } from './solution-versions/describe-solution-version.ts'
import { getSolutionMetrics } from './solution-versions/get-solution-metrics.ts'
import { listSolutionVersions } from './solution-versions/list-solution-versions.ts'
import { stopSolutionVersionCreation } from './solution-versions/stop-solution-version-creation.ts'
import { createSolution } from './solutions/create-solution.ts'
import { deleteSolution } from './solutions/delete-solution.ts'
import { describeSolution } from './solutions/describe-solution.ts'
import { listSolutions } from './solutions/list-solutions.ts'
import { updateSolution } from './solutions/update-solution.ts'
import { listTagsForResource } from './tags/list-tags-for-resource.ts'
import { tagResource } from './tags/tag-resource.ts'
import { untagResource } from './tags/untag-resource.ts'
import { putUsers } from './users/put-users.ts'

/** Every operation that is built. */
export const operations = [
  createBatchInferenceJob,
  createBatchSegmentJob,
  createCampaign,
  createDataDeletionJob,
  createDataset,
  createDatasetExportJob,
  createDatasetGroup,
  createDatasetImportJob,
  createEventTracker,
  createFilter,
  createMetricAttribution,
  createRecommender,
  createSchema,
  createSolution,
  createSolutionVersion,
  deleteCampaign,
  deleteDataset,
  deleteDatasetGroup,
  deleteEventTracker,
  deleteFilter,
  deleteMetricAttribution,
  deleteRecommender,
  deleteSchema,
  deleteSolution,
  describeAlgorithm,
  describeBatchInferenceJob,
  describeBatchSegmentJob,
  describeCampaign,
  describeDataDeletionJob,
  describeDataset,
  describeDatasetExportJob,
  describeDatasetGroup,
  describeDatasetImportJob,
  describeEventTracker,
  describeFeatureTransformation,
  describeFilter,
  describeMetricAttribution,
  describeRecipe,
  describeRecommender,
  describeSchema,
  describeSolution,
  describeSolutionVersion,
  getSolutionMetrics,
  listBatchInferenceJobs,
  listBatchSegmentJobs,
  listCampaigns,
  listDataDeletionJobs,
  listDatasetExportJobs,
  listDatasetGroups,
  listDatasetImportJobs,
  listDatasets,
  listEventTrackers,
  listFilters,
  listMetricAttributionMetrics,
  listMetricAttributions,
  listRecipes,
  listRecommenders,
  listSchemas,
  listSolutionVersions,
  listSolutions,
  listTagsForResource,
  startRecommender,
  stopRecommender,
  stopSolutionVersionCreation,
  tagResource,
  untagResource,
  updateCampaign,
  updateDataset,
  updateMetricAttribution,
  updateRecommender,
  updateSolution,
  putActionInteractions,
  putActions,
  putEvents,
  putItems,
  putUsers,
  getActionRecommendations,
  getPersonalizedRanking,
  getRecommendations,
]
