import { ONCE_A_USER, openSims, SIMS, type SimsState, trainSims } from '../../engine/recipes/sims.ts'
import type { State } from '../../engine/state.ts'
import type { Family } from './family.ts'
import { interactionsOf } from './interactions.ts'
import { openLateItems } from './late-items.ts'

/** Items that users of an item also interact with, by counts alone; also those that had no event at training. */
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
  open(state, { itemIndex }) {
    // A file of before does not say which items had users.
    const users = (state as SimsState).users?.all ?? new Float64Array(itemIndex.trained).fill(1)
    const late = openLateItems(users, ONCE_A_USER, itemIndex)
    const model = openSims(state as SimsState, late.since)
    return {
      ...late.members,
      ask: ({ item = -1 }) => ({
        rank: wanted => model.similar(item, wanted),
        explain: items => Array.from(items, other => model.explain(item, other)),
      }),
    }
  },
}
