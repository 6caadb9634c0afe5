// Generated from the files of this folder by `npm run generate` (scripts/generate-operations.ts). Do not edit.
import { putActionInteractions } from './action-interactions/put-action-interactions.ts'
import { putActions } from './actions/put-actions.ts'
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
import { describeAlgorithm } from './recipes/describe-algorithm.ts'
import { describeFeatureTransformation } from './recipes/describe-feature-transformation.ts'
import { describeRecipe } from './recipes/describe-recipe.ts'
import { listRecipes } from './recipes/list-recipes.ts'
import { createSchema } from './schemas/create-schema.ts'
import { deleteSchema } from './schemas/delete-schema.ts'
import { describeSchema } from './schemas/describe-schema.ts'
import { listSchemas } from './schemas/list-schemas.ts'
import { listTagsForResource } from './tags/list-tags-for-resource.ts'
import { tagResource } from './tags/tag-resource.ts'
import { untagResource } from './tags/untag-resource.ts'
import { putUsers } from './users/put-users.ts'

/** Every operation that is built. */
export const operations = [
  createDataDeletionJob,
  createDataset,
  createDatasetExportJob,
  createDatasetGroup,
  createDatasetImportJob,
  createEventTracker,
  createFilter,
  createSchema,
  deleteDataset,
  deleteDatasetGroup,
  deleteEventTracker,
  deleteFilter,
  deleteSchema,
  describeAlgorithm,
  describeDataDeletionJob,
  describeDataset,
  describeDatasetExportJob,
  describeDatasetGroup,
  describeDatasetImportJob,
  describeEventTracker,
  describeFeatureTransformation,
  describeFilter,
  describeRecipe,
  describeSchema,
  listDataDeletionJobs,
  listDatasetExportJobs,
  listDatasetGroups,
  listDatasetImportJobs,
  listDatasets,
  listEventTrackers,
  listFilters,
  listRecipes,
  listSchemas,
  listTagsForResource,
  tagResource,
  untagResource,
  updateDataset,
  putActionInteractions,
  putActions,
  putEvents,
  putItems,
  putUsers,
]
