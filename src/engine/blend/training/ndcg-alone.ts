import type { Question } from '../../interactions.ts'
import { greatest } from '../../math/greatest.ts'
import { Scores } from '../../math/scores.ts'
import { ndcg } from '../../metrics/ranking.ts'
import type { Model } from '../models/model.ts'

interface Asking {
  readonly count: number
  /** Whether items of the history may be recommended again. */
  readonly repeats: boolean
}

/** Returns a function for the NDCG of the best `count` items of each of these models on its own, none with a prior. */
export function soloGains(
  models: readonly Model[],
  items: number,
  { count, repeats }: Asking,
): (question: Question) => readonly number[] {
  const scores = new Scores(items)
  return question => {
    const left = new Set([...(repeats ? [] : question.history), ...(question.leftOut ?? [])])
    const relevant = new Set([...question.targets].filter(item => !left.has(item)))
    return models.map(model => {
      scores.clear()
      model.score(question, scores)
      const best = greatest(scores.among(count + left.size), scores.values, count + left.size)
      return ndcg(
        best.filter(item => !left.has(item)),
        relevant,
        count,
      )
    })
  }
}
