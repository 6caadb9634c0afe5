import { countingUsers } from '../../engine/count-users.ts'
import type { ScorePart } from '../../engine/evidence.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { openPopular, POPULAR, type PopularState, trainPopular } from '../../engine/recipes/popularity-count.ts'
import type { State } from '../../engine/state.ts'
import type { Family } from './family.ts'
import { interactionsOf } from './interactions.ts'
import type { Answer } from './ranker.ts'

/** The items that most users interact with. An event put since training counts at once, as one more user. */
export const popularityCount: Family = {
  train(data) {
    const state = trainPopular(interactionsOf(data), { ...POPULAR, seed: data.seed })
    return { state: state as State, metrics: state.metrics }
  },
  open(state, { itemIndex }) {
    const compare = (a: number, b: number) => itemIndex.compare(a, b)
    let model = openPopular(state as PopularState, compare)
    const answer: Answer = {
      rank: wanted => model.rank(wanted),
      scoresOf: items => floatsOf(items, item => model.countOf(item)),
      compareEqual: compare,
      explain: items => Array.from(items, item => [popularPart(model.countOf(item))]),
    }
    return {
      ask: () => answer,
      addEvent: (item, _event, weight) => model.add(item, weight),
      recount() {
        const counting = countingUsers(itemIndex.trained)
        return {
          add: (item, { userId }) => counting.add(item, userId),
          done() {
            model = openPopular({ counts: counting.counts() }, compare, itemIndex.trained)
          },
        }
      },
    }
  },
}

function popularPart(count: number): ScorePart {
  return { model: 'popularity', score: count, evidence: { kind: 'popularity', count } }
}
