import { openSims, SIMS, type SimsState, trainSims } from '../../engine/recipes/sims.ts'
import type { State } from '../../engine/state.ts'
import type { Family } from './family.ts'
import { interactionsOf } from './interactions.ts'

/** Items that users of an item also interact with, by counts alone. */
export const sims: Family = {
  tunes: ['popularity_discount_factor', 'min_cointeraction_count'],
  train(data) {
    const { parameters } = data.plan
    const number = (name: string) => Number(parameters[name])
    const state = trainSims(interactionsOf(data), {
      ...SIMS,
      popularityDiscountFactor: number('popularity_discount_factor'),
      minCointeractionCount: number('min_cointeraction_count'),
      // Users were left out by their percentiles already.
      userHistoryLengthPercentiles: [0, 1],
      itemInteractionCountPercentiles: [
        number('min_item_interaction_count_percentile'),
        number('max_item_interaction_count_percentile'),
      ],
      seed: data.seed,
    })
    return { state: state as State, metrics: state.metrics }
  },
  open(state) {
    const model = openSims(state as SimsState)
    return {
      ask: ({ item = -1 }) => ({
        rank: () => model.similar(item),
        explain: items => Array.from(items, other => model.explain(item, other)),
      }),
    }
  },
}
