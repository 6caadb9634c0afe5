import { isContext } from '../../../../src/datasets/interaction.ts'
import type { Schemas } from '../../../../src/datasets/of-group.ts'
import type { Field } from '../../../../src/datasets/schema.ts'
import type { Subject } from '../../../../src/filters/ast.ts'
import type { Call } from '../../shared/same-elsewhere.ts'
import type { Target } from '../../shared/targets.ts'
import type { Asked } from './asked.ts'

/** A filter as it was found by its name. */
export interface FoundFilter {
  readonly arn: string
  /** The kind of id that it is about; undefined where its expression no longer suits the schemas. */
  readonly subject: Subject | undefined
}

/** The filters that are asked for; undefined where none is. */
export interface Filters {
  readonly filter?: FoundFilter | undefined
  readonly promotion?: FoundFilter | undefined
}

/** A call, or the thing that has to be chosen before there is one. */
type Prepared = { readonly call: Call } | { readonly missing: 'user' | 'item' | 'items' }

/**
 * Returns the call of a campaign or recommender for the choices of the page. Its recipe says which operation it is, and
 * which of the choices the operation takes.
 */
export function prepareCall(target: Target, asked: Asked, filters: Filters): Prepared {
  const { operation, userId: needsUser, itemId: needsItem } = target.recipe.request
  const userId = asked.userId || asked.sessionId
  if (needsUser === 'required' && !userId) return { missing: 'user' }
  if (needsItem === 'required' && !asked.itemId) return { missing: 'item' }
  if (operation === 'GetPersonalizedRanking' && asked.ranked.length === 0) return { missing: 'items' }
  const input = {
    [target.kind === 'campaign' ? 'campaignArn' : 'recommenderArn']: target.arn,
    ...(needsUser !== 'unused' && userId && { userId }),
    ...(needsItem !== 'unused' && { itemId: asked.itemId }),
    ...(operation === 'GetPersonalizedRanking' ? { inputList: asked.ranked } : { numResults: asked.numResults }),
    ...filterOf(filters.filter, asked.values, recommendedBy(target)),
    ...(readsContext(target) && given('context', asked.context)),
    ...(filters.promotion && takesPromotions(target) && { promotions: [promotionOf(filters.promotion, asked)] }),
  }
  return { call: { service: 'personalize-runtime', operation, input } }
}

/** Whether a target's recommendations depend on circumstances that a request names. */
export function readsContext({ recipe }: Pick<Target, 'recipe'>): boolean {
  const { operation, userId } = recipe.request
  return operation !== 'GetActionRecommendations' && userId === 'required'
}

/** The columns of interactions that a request may give values of. */
export function contextsIn({ INTERACTIONS }: Schemas): readonly Field[] {
  return (INTERACTIONS?.fields ?? []).filter(isContext)
}

/** The kind of id that a target recommends, which its filters must be about. */
export function recommendedBy({ recipe }: Pick<Target, 'recipe'>): Subject {
  return recipe.request.operation === 'GetActionRecommendations' ? 'ActionID' : 'ItemID'
}

/** Whether requests to a target may have promotions. */
export function takesPromotions({ recipe }: Pick<Target, 'recipe'>): boolean {
  return recipe.request.operation === 'GetRecommendations'
}

/** A filter of items says nothing of actions, and the reverse: it is left out there. */
function filterOf(filter: FoundFilter | undefined, values: Asked['values'], subject: Subject) {
  if (!filter || (filter.subject !== undefined && filter.subject !== subject)) return {}
  return { filterArn: filter.arn, ...given('filterValues', values) }
}

function promotionOf({ arn }: FoundFilter, { percent, promotionValues }: Asked) {
  const values = given('filterValues', promotionValues)
  return { name: 'console', percentPromotedItems: percent, filterArn: arn, ...values }
}

/** The member with those texts that are not blank, or nothing. */
function given(name: string, texts: Readonly<Record<string, string>>) {
  const entries = Object.entries(texts).filter(([, text]) => text !== '')
  return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) }
}
