import type { BlendQuery } from '../../engine/blend/models/model.ts'
import { writeList } from '../../engine/blend/serving/list-memory.ts'
import type { Personalization, PersonalizationState } from '../../engine/blend/serving/personalization.ts'
import type { ScoreList } from '../../engine/blend/serving/rank.ts'
import {
  apart,
  joined,
  type ScoringQuestion,
  scoredBy,
  scoring,
  scoringTogether,
} from '../../engine/blend/serving/score-in-threads.ts'
import type { Pool } from '../../engine/pool/pool.ts'
import { askTogether } from '../../engine/pool/together.ts'
import type { Opening } from './family.ts'
import { type RememberedCounts, rememberScores } from './remembered-scores.ts'

/** Scores the items of a model, for one question after the other. */
interface Scorer {
  /** The scores hold until the next question. */
  ask(userId: string, query: BlendQuery): ScoreList
  /**
   * The same, in a thread of the pool where that is worth it; left out where there is no pool.
   * @param use called with the scores, which hold until it returns
   */
  askSoon?: <Result>(userId: string, query: BlendQuery, use: (list: ScoreList) => Result) => Promise<Result>
  readonly remembered?: Readonly<RememberedCounts>
}

interface Scored {
  readonly model: Personalization
  /** Of the model, in memory that threads share where there is a pool. */
  readonly state: PersonalizationState
  readonly usesHabits: boolean
}

/** Scores for requests are remembered, those for a batch are not. */
export function openScorer({ model, state, usesHabits }: Scored, { pool, isBatch, itemIndex }: Opening): Scorer {
  // A ranking has no use for the total.
  const score = (query: BlendQuery) => model.score(query, { total: usesHabits })
  if (isBatch) return { ask: (_, query) => score(query), ...(pool && askSoonOf(pool, { model, state, usesHabits })) }
  const scores = rememberScores(itemIndex.trained)
  const write = ({ query, memory }: ScoringQuestion) => writeList(score(query), memory)
  const scorer = pool?.open(scoring, scoredBy(state, usesHabits))
  return {
    remembered: scores.counts,
    ask: (userId, query) => scores.ask(userId, query, memory => write({ query, memory })),
    ...(scorer && {
      askSoon: (userId, query, use) =>
        scores.askSoon(userId, query, memory => scorer.answer({ query, memory }, write), use),
    }),
  }
}

/** Asks a pool several questions in a message. */
function askSoonOf(pool: Pool, { model, state, usesHabits }: Scored): Pick<Scorer, 'askSoon'> {
  const scorer = pool.open(scoringTogether, scoredBy(state, usesHabits))
  const here = (queries: readonly BlendQuery[]) =>
    joined(queries.values().map(one => model.score(one, { total: true })))
  const soon = askTogether(pool.together ?? 1, async (queries: readonly BlendQuery[]) =>
    apart(await scorer.answer(queries, here)),
  )
  return { askSoon: async (_, query, use) => use(await soon(query)) }
}
