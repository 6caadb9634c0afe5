import type { Domain, EpochSeconds } from '../contract/generated/types.ts'
import type { OperationName } from '../contract/shapes.ts'
import type { DatasetType } from '../datasets/dataset-type.ts'
import type { Parameters } from './parameters.ts'

/** The kind of a solution or a recommender: the data that it reads, its parameters, and the members of its requests. */
export interface Recipe {
  readonly name: string
  /** The family of models that it uses, in recommender/families/. */
  readonly family: FamilyName
  /** Members of a solution's config that only some recipes accept. */
  readonly allows: readonly Allowance[]
  readonly recipeArn: string
  /** Recipes of a domain have none that is known. */
  readonly recipeType?: RecipeType
  readonly domain?: Domain
  readonly description: string
  /** Recipes of a domain have none that is known. */
  readonly algorithmArn?: string
  readonly featureTransformationArn?: string
  readonly creationDateTime: EpochSeconds
  readonly lastUpdatedDateTime: EpochSeconds
  /** No longer available: described, but not listed. */
  readonly isLegacy: boolean
  /** The parameters, by the member of the API that holds them. */
  readonly parameters: Readonly<Partial<Record<ParameterGroup, Parameters>>>
  /** The datasets that training reads. */
  readonly datasets: Readonly<Partial<Record<DatasetType, 'required' | 'optional'>>>
  /** The operation that returns its recommendations, and the members of its requests. */
  readonly request: RequestNeeds
  /** For recipes of a domain. Training needs 1000 events of the required type, or of any type if none is required. */
  readonly events?: { readonly required?: EventType; readonly recommended?: readonly EventType[] }
  /** The exploration of a recipe without such parameters. */
  readonly explores?: { readonly explorationWeight: number; readonly explorationItemAgeCutOff: number }
  /** Whether its campaigns return metadata of items by default. */
  readonly hasMetadata?: boolean
  /** Whether a solution that was created without a config is shown with an empty one: recorded of one recipe alone. */
  readonly hasEmptyConfig?: boolean
  /** For recipes of a domain. Items with which the user has an event of this type are left out before any filter. */
  readonly excludes?: EventType
  readonly batch?: BatchLimits
}

/** Where the batch jobs of a recipe differ from those of others. */
interface BatchLimits {
  /** The lines of a file of input (limits.md). */
  readonly linesMax?: number
  /** Its filters may not read interactions (filter-expression-guidelines-requirements.md). */
  readonly isWithoutEvents?: boolean
  /** It has none: campaigns alone recommend by it. */
  readonly isRefused?: boolean
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
 * The first two are members of a SolutionConfig. The third is in the config of a campaign, recommender or batch
 * inference job, and the last in a campaign's.
 */
export type ParameterGroup =
  | 'algorithmHyperParameters'
  | 'featureTransformationParameters'
  | 'itemExplorationConfig'
  | 'rankingInfluence'

interface RequestNeeds {
  readonly operation: OperationName
  readonly userId: Need
  readonly itemId: Need
}

/** `for filters`: required if a filter is about the user, `CurrentUser` or the user's events. */
type Need = 'required' | 'for filters' | 'unused'

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
        | 'hasEmptyConfig'
        | 'excludes'
        | 'batch'
      >
    > {
  /** The creation date in ListRecipes, e.g. `2019-06-10`. */
  readonly created: string
  /** Given if it differs from the recipe's name. */
  readonly algorithm?: string
  readonly featureTransformation?: string
}

/** When the service last updated all of its recipes, as recorded in 2024. */
const UPDATED = Date.parse('2024-06-19T16:47:19.191Z')

/** Returns a recipe with its ARNs, which have neither region nor account. */
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
