import { LimitExceededException } from '../../contract/errors.ts'
import type { ResourceQuery } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { AWS_RATES, NO_RATES, type Rates } from './rates.ts'

/**
 * The limits of a server. `none` is for normal use. `aws` has the service's limits
 * (https://docs.aws.amazon.com/personalize/latest/dg/limits.html), so that programs can be tested against them.
 */
export interface Quotas {
  readonly schemas: number
  readonly datasetGroups: number
  /** In a dataset group. */
  readonly filters: number
  /** Distinct fields in all filters of a dataset group. */
  readonly filterFields: number
  readonly pendingImportJobs: number
  readonly pendingDeletionJobs: number
  /** In a dataset group, as for campaigns and recommenders. */
  readonly solutions: number
  readonly campaigns: number
  readonly recommenders: number
  readonly pendingSolutionVersions: number
  readonly pendingBatchInferenceJobs: number
  readonly pendingBatchSegmentJobs: number
  /** In a request with metadata. */
  readonly metadataItems: number
  readonly metadataColumns: number
  /** Requests a second. */
  readonly rates: Rates
}

const UNLIMITED: Quotas = {
  schemas: Infinity,
  datasetGroups: Infinity,
  filters: Infinity,
  filterFields: Infinity,
  pendingImportJobs: Infinity,
  pendingDeletionJobs: Infinity,
  solutions: Infinity,
  campaigns: Infinity,
  recommenders: Infinity,
  pendingSolutionVersions: Infinity,
  pendingBatchInferenceJobs: Infinity,
  pendingBatchSegmentJobs: Infinity,
  metadataItems: Infinity,
  metadataColumns: Infinity,
  rates: NO_RATES,
}

const AWS: Quotas = {
  schemas: 500,
  datasetGroups: 5,
  filters: 30,
  filterFields: 20,
  pendingImportJobs: 5,
  pendingDeletionJobs: 5,
  solutions: 10,
  campaigns: 5,
  recommenders: 5,
  pendingSolutionVersions: 20,
  pendingBatchInferenceJobs: 5,
  pendingBatchSegmentJobs: 5,
  metadataItems: 50,
  metadataColumns: 10,
  rates: AWS_RATES,
}

export const quotas = { none: UNLIMITED, aws: AWS } as const

/** The service's words for too many resources, as recorded of filters. */
export const ACTIVE_RESOURCES = 'in ACTIVE state. Please delete some and try again'

/** The service's words for too many unfinished jobs. */
export const UNFINISHED_JOBS = 'with PENDING or IN_PROGRESS status'

/**
 * Counts resources, but only where there is a limit, and only up to the limit.
 * @param query the resources to count
 * @param what the words of the message after "More than LIMIT resources"
 * @throws LimitExceededException where one more would be too many
 */
export async function assertBelow(
  { resources }: Pick<Store, 'resources'>,
  limit: number,
  query: ResourceQuery,
  what: string,
): Promise<void> {
  if (limit < Infinity && (await resources.count(query, limit)) >= limit)
    throw new LimitExceededException(`More than ${limit} resources ${what}.`)
}
