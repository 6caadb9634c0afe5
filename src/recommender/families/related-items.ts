import { NEARBY, openRelatedItems, RELATED_ITEMS, type RelatedItemsState } from '../../engine/recipes/related-items.ts'
import { trainRelatedItems } from '../../engine/recipes/train-related-items.ts'
import type { State } from '../../engine/state.ts'
import type { Family } from './family.ts'
import { interactionsOf, itemFeaturesOf } from './interactions.ts'
import { openLateItems } from './late-items.ts'

/**
 * Related items, by users who have both and by the properties of both. It serves aws-similar-items and the use cases of
 * the domains, which also look at the user who asks. An item that was put after training has neighbours by its
 * properties.
 */
export const relatedItems: Family = {
  tunes: ['popularity_discount_factor'],
  train(data) {
    const state = trainRelatedItems(
      {
        interactions: interactionsOf(data),
        features: data.itemSpace.size > 0 ? itemFeaturesOf(data) : undefined,
        featureCount: data.itemSpace.size,
      },
      {
        ...RELATED_ITEMS,
        popularityDiscountFactor: Number(data.plan.parameters.popularity_discount_factor ?? 0),
        knowsWhoAsks: data.plan.recipe.request.userId !== 'for filters',
        seed: data.seed,
      },
    )
    return { state: state as State, metrics: state.metrics }
  },
  open(state, { itemIndex, itemReader }) {
    const late = openLateItems((state as RelatedItemsState).n, NEARBY, itemIndex)
    const model = openRelatedItems(state as RelatedItemsState, late.since)
    return {
      ...late.members,
      ask({ item = -1, user }) {
        const to = () => {
          const features = item >= 0 ? itemReader.features(itemIndex.recordOf(item).fields) : undefined
          return { item, features, history: user?.history }
        }
        return { rank: wanted => model.related(to(), wanted), explain: items => model.explain(to(), items) }
      },
      learned: (item, { fields }) => model.add(item, itemReader.features(fields)),
      isAsTrained: (item, { fields }) => model.isAsTrained(item, itemReader.features(fields)),
    }
  },
}
