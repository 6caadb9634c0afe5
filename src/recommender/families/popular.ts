import type { State } from '../../engine/artifact.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { openPopular, POPULAR, type PopularState, trainPopular } from '../../engine/recipes/popularity-count.ts'
import type { Family } from './family.ts'
import { interactionsOf } from './interactions.ts'

/**
 * What most users interact with. What was put since training counts from the moment on that it was put, each event as
 * one more user.
 */
export const popular: Family = {
  train(data) {
    const state = trainPopular(interactionsOf(data), { ...POPULAR, seed: data.seed })
    return { state: state as State, metrics: state.metrics }
  },
  open(state) {
    const model = openPopular(state as PopularState)
    return {
      rank: () => model.rank(),
      scoresOf: (_query, items) => floatsOf(items, item => model.countOf(item)),
      noticed: (item, _event, weight) => model.add(item, weight),
    }
  },
}
