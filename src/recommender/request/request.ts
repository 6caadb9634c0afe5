import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import type { FilledFilter } from '../../filters/ast.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import type { HyperParameterValues } from '../../recipes/check-hyper-parameters.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Query } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import type { Objective } from '../training/plan.ts'
import type { ItemFilter } from './filter-items.ts'
import type { KnownUser } from './request-user.ts'

/** The source of recommendations: a trained model with the settings of its campaign, or a recommender. */
export interface Recommender {
  readonly recipe: Recipe
  readonly datasetGroupArn: string
  /** The solution version or the recommender. */
  readonly owner: Resource
  readonly exploration: HyperParameterValues
  readonly influence: Readonly<Record<string, number>>
  readonly objective?: Objective | undefined
}

/** A filter, and the values of its placeholders. */
export type FilterOf = (sources: DatasetsOfGroup) => Promise<FilledFilter>

export interface Promotion {
  readonly name?: string | undefined
  /** Of the results, how many in a hundred are promoted. */
  readonly percent: number
  readonly filter?: FilterOf | undefined
}

export interface RecommendationRequest {
  readonly userId?: string | undefined
  readonly itemId?: string | undefined
  readonly context?: Readonly<Record<string, string>> | undefined
  readonly filter?: FilterOf | undefined
  readonly promotion?: Promotion | undefined
  readonly numResults: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** All that a request needs, but for its user. */
export interface BegunRequest {
  readonly model: LoadedModel
  /** `LoadedModel.version` before anything else was read. */
  readonly version: number
  readonly sources: DatasetsOfGroup
  /** The item asked about, of a recipe that is about one. */
  readonly itemId: string | undefined
  /** The filter of the request, and that of the promotion. */
  readonly wanted: FilledFilter | undefined
  readonly suitable: FilledFilter | undefined
}

/** All that a request needs, read from the store. */
export interface ReadRequest extends BegunRequest {
  readonly recipe: Recipe
  readonly query: Query
  readonly known: KnownUser | undefined
  /** The item asked about; without fields if it has no record. */
  readonly currentItem: DatasetRecord | undefined
}

/** A request with its filters made ready. */
export interface PreparedRequest extends Pick<ReadRequest, 'model' | 'sources' | 'query' | 'known'> {
  /** The request's filter, or none, together with the items that the recipe itself leaves out. */
  readonly filter: ItemFilter
  /** That of the promotion, likewise. */
  readonly promoted: ItemFilter
  /** Whether the request's filter lets an item through, be it without a record or left out by the recipe. */
  passesFilter(id: string): boolean
}
