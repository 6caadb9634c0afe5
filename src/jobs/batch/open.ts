import { InvalidInputException } from '../../contract/errors.ts'
import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import { now } from '../../recommender/request/clock.ts'
import { checkedFilter, filterWith } from '../../recommender/request/filters.ts'
import { type CampaignSettings, recommenderOf } from '../../recommender/request/recommender-of.ts'
import type { FilterOf, Recommender } from '../../recommender/request/request.ts'
import type { LoadedModel } from '../../recommender/serving/open-model.ts'
import type { Pool } from '../../recommender/serving/pools.ts'
import { openServing, type Serving } from '../../recommender/serving/serving.ts'
import type { JobContext } from '../context.ts'
import { documentOf } from '../documents.ts'
import { JobFailure } from '../failure.ts'
import { type Input, valuesIn } from './lines.ts'

/** The model and the items that a batch job answers with, as they are when the job begins. */
export interface Batch extends Disposable {
  readonly serving: Serving
  readonly recommender: Recommender
  readonly sources: DatasetsOfGroup
  readonly model: LoadedModel
  /** When the job began, in milliseconds since 1970. */
  readonly now: number
  /**
   * The job's filter with the `filterValues` of a line (filter-batch.md).
   * @throws InvalidInputException where they are no such values, or there is no filter that they are for
   */
  filterOf(input: Input): FilterOf | undefined
}

/** The parts of a job's context that a batch is opened with, in any thread. */
export type BatchContext = Pick<JobContext, 'store' | 'dataDir' | 'models' | 'job'>

interface BatchOptions {
  readonly settings?: CampaignSettings | undefined
  /** Threads that score beside this one; they are closed with the batch. */
  readonly pool?: Pool | undefined
  /** When the job began, if that was not just now. */
  readonly begun?: number | undefined
}

/**
 * Loads the model of a job's solution version, and its filter.
 * @param subject the subject of the job's filter
 * @throws JobFailure, or InvalidInputException where no line could be answered with this filter
 */
export async function openBatch(
  { store, dataDir, models, job }: BatchContext,
  subject: 'ItemID' | 'UserID',
  { settings = {}, pool, begun = now(store.clock) }: BatchOptions,
): Promise<Batch> {
  const { filterArn } = documentOf(job)
  const version = await store.resources.get(job.parent)
  if (!version) throw new JobFailure(`The solution version ${job.parent} was deleted`)
  const filter = filterArn === undefined ? undefined : await store.resources.get(filterArn)
  if (filterArn !== undefined && !filter) throw new JobFailure(`The filter ${filterArn} was deleted`)
  const recommender = recommenderOf(version, settings)
  const serving = openServing(store, dataDir, { models, pool, isBatch: true })
  const sources = await serving.sources(recommender.datasetGroupArn)
  if (filter) checkedFilter(filter, sources, subject)
  const model = await serving.model(version, sources)
  return {
    // Not asked for again at each line: a third of its time.
    serving: { ...serving, sources: async () => sources, model: async () => model },
    recommender,
    sources,
    model,
    now: begun,
    filterOf(input) {
      const filterValues = valuesIn(input, 'filterValues')
      if (filter) return filterWith(filter, filterValues, subject)
      if (filterValues) throw new InvalidInputException('filterValues: the values need a filterArn')
      return undefined
    },
    [Symbol.dispose]() {
      serving[Symbol.dispose]()
      void pool?.close()
    },
  }
}
