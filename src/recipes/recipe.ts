import type { Domain, EpochSeconds } from '../contract/generated/types.ts'
import type { OperationName } from '../contract/shapes.ts'
import type { DatasetType } from '../datasets/dataset-type.ts'
import type { Parameters } from './parameters.ts'

/** What a solution or a recommender is made from: which data it reads, what can be set, what a request must have. */
export interface Recipe {
  readonly name: string
  /** The kind of model that answers for it: recommender/families/ has them. */
  readonly family: FamilyName
  /** What a solution may have beyond what every recipe takes. */
  readonly allows: readonly Allowance[]
  readonly recipeArn: string
  /** None is known of a domain's. */
  readonly recipeType?: RecipeType
  readonly domain?: Domain
  readonly description: string
  /** None is known of a domain's. */
  readonly algorithmArn?: string
  readonly featureTransformationArn?: string
  readonly creationDateTime: EpochSeconds
  readonly lastUpdatedDateTime: EpochSeconds
  /** No longer available: described, but not listed. */
  readonly isLegacy: boolean
  /** What a user may set, by the member of the API that it is given in. */
  readonly parameters: Readonly<Partial<Record<ParameterGroup, Parameters>>>
  /** The datasets that training reads. */
  readonly datasets: Readonly<Partial<Record<DatasetType, 'required' | 'optional'>>>
  /** What is asked for recommendations, and what a request must have. */
  readonly request: RequestNeeds
  /** A domain's: training takes 1000 events of the required type, or of any where there is none. */
  readonly events?: { readonly required?: EventType; readonly recommended?: readonly EventType[] }
  /** How much it explores by itself, where that cannot be set. */
  readonly explores?: { readonly explorationWeight: number; readonly explorationItemAgeCutOff: number }
  /** Whether its campaigns give metadata of items unless they are told not to. */
  readonly hasMetadata?: boolean
  /** A domain's: items that the user has an event of this type with are left out before any filter. */
  readonly excludes?: EventType
}

export type FamilyName =
  | 'personalization'
  | 'personalized-ranking'
  | 'popularity-count'
  | 'trending'
  | 'related-items'
  | 'sims'
  | 'semantic-similarity'
  | 'next-best-action'
  | 'user-segmentation'

/**
 * - `objective`: an optimizationObjective (optimizing-solution-for-objective.md)
 * - `eventsConfig`: weights of events (optimizing-solution-events-config.md)
 * - `incrementalUpdate`: performIncrementalUpdate (API_CreateSolution.md)
 * - `update`: the trainingMode UPDATE (API_CreateSolutionVersion.md)
 */
export type Allowance = 'objective' | 'eventsConfig' | 'incrementalUpdate' | 'update'

export type RecipeType =
  | 'USER_PERSONALIZATION'
  | 'PERSONALIZED_RANKING'
  | 'RELATED_ITEMS'
  | 'PERSONALIZED_ACTIONS'
  | 'USER_SEGMENTATION'

/**
 * The first two are members of a SolutionConfig, the third of the config of a campaign, recommender or batch inference
 * job, the last of a campaign's.
 */
export type ParameterGroup =
  | 'algorithmHyperParameters'
  | 'featureTransformationParameters'
  | 'itemExplorationConfig'
  | 'rankingInfluence'

export interface RequestNeeds {
  readonly operation: OperationName
  readonly userId: Need
  readonly itemId: Need
}

/** `for filters`: required where a filter is about the user, `CurrentUser` or what the user did. */
export type Need = 'required' | 'for filters' | 'unused'

type EventType = 'View' | 'Purchase' | 'Watch' | 'Click'

/** A recipe as its file writes it. */
interface Definition
  extends Pick<Recipe, 'name' | 'family' | 'description' | 'datasets' | 'request'>,
    Partial<
      Pick<
        Recipe,
        | 'domain'
        | 'recipeType'
        | 'allows'
        | 'isLegacy'
        | 'parameters'
        | 'events'
        | 'explores'
        | 'hasMetadata'
        | 'excludes'
      >
    > {
  /** The day that ListRecipes gives, e.g. `2019-06-10`. */
  readonly created: string
  /** Where it differs from the recipe's name. */
  readonly algorithm?: string
  readonly featureTransformation?: string
}

/** When the service last updated all of its recipes, as recorded in 2024. */
const UPDATED = Date.parse('2024-06-19T16:47:19.191Z')

/** A recipe, with its ARNs: they have neither region nor account. */
export function defineRecipe({ created, algorithm, featureTransformation, ...recipe }: Definition): Recipe {
  return {
    ...recipe,
    recipeArn: arn('recipe', recipe.name),
    ...(!recipe.domain && { algorithmArn: arn('algorithm', algorithm ?? recipe.name) }),
    ...(featureTransformation && { featureTransformationArn: arn('feature-transformation', featureTransformation) }),
    creationDateTime: Date.parse(created) / 1000,
    lastUpdatedDateTime: Math.max(Date.parse(created), UPDATED) / 1000,
    allows: recipe.allows ?? [],
    isLegacy: recipe.isLegacy ?? false,
    parameters: recipe.parameters ?? {},
  }
}

const arn = (kind: string, name: string) => `arn:aws:personalize:::${kind}/${name}`
