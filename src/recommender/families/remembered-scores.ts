import { LRUCache } from 'lru-cache'
import type { BlendQuery } from '../../engine/blend/models/model.ts'
import {
  createListMemory,
  type ListMemory,
  readList,
  type WrittenList,
} from '../../engine/blend/serving/list-memory.ts'
import type { ScoreList } from '../../engine/blend/serving/rank.ts'

/** How often scores were asked for, and how often they were remembered. */
export interface RememberedCounts {
  asked: number
  remembered: number
}

interface RememberedScores {
  /**
   * The scores for a question. They hold until the next question.
   * @param score writes those that are not remembered
   */
  ask(userId: string, query: BlendQuery, score: (memory: ListMemory) => WrittenList): ScoreList
  /**
   * The same, where scores that are not remembered come later.
   * @param use called with the scores, which hold until it returns
   */
  askSoon<Result>(
    userId: string,
    query: BlendQuery,
    score: (memory: ListMemory) => WrittenList | Promise<WrittenList>,
    use: (list: ScoreList) => Result,
  ): Promise<Result>
  readonly counts: Readonly<RememberedCounts>
}

/** The scores that are remembered in all: 12 bytes each, so 32 MB. */
const SCORES_MAX = 2_700_000
/** Memories that nothing is written in, at most; there are others where many questions wait at once. */
const FREE_MAX = 16

/**
 * Remembers the last scores for each user, and returns them as long as the question is the same to the last event and
 * property. So no scores are stale, whatever changed and wherever: the question has all that they depend on.
 *
 * @param items how many items have scores
 * @param usersMax this many users are remembered, those who asked last
 */
export function rememberScores(items: number, usersMax = Math.ceil(SCORES_MAX / Math.max(1, items))): RememberedScores {
  const counts: RememberedCounts = { asked: 0, remembered: 0 }
  const free: ListMemory[] = []
  const giveBack = (memory: ListMemory) => {
    if (free.length < FREE_MAX) free.push(memory)
  }
  // By `max` the memory of all of them would be taken at once: a model of few items remembers millions of users.
  const lasts = new LRUCache<string, Remembered>({
    maxSize: usersMax,
    sizeCalculation: () => 1,
    dispose: ({ memory }) => giveBack(memory),
  })
  const recall = (userId: string, query: BlendQuery): ScoreList | undefined => {
    counts.asked++
    const last = lasts.get(userId)
    if (!last || !isSame(last.query, query)) return undefined
    counts.remembered++
    return readList(last.memory, last.written)
  }
  return {
    counts,
    ask(userId, query, score) {
      const known = recall(userId, query)
      if (known) return known
      const memory = free.pop() ?? createListMemory(items)
      const written = score(memory)
      lasts.set(userId, { query, memory, written })
      return readList(memory, written)
    },
    async askSoon(userId, query, score, use) {
      const known = recall(userId, query)
      if (known) return use(known)
      const memory = free.pop() ?? createListMemory(items)
      try {
        const written = await score(memory)
        const result = use(readList(memory, written))
        lasts.set(userId, { query, memory, written })
        return result
      } catch (error) {
        // Nobody writes it any more: the question was refused, or its thread has ended.
        giveBack(memory)
        throw error
      }
    },
  }
}

interface Remembered {
  readonly query: BlendQuery
  readonly memory: ListMemory
  readonly written: WrittenList
}

function isSame(one: BlendQuery, other: BlendQuery): boolean {
  return (
    areEqual(one.history, other.history) &&
    areEqual(one.weights, other.weights) &&
    areEqual(one.properties, other.properties) &&
    areEqual(one.context, other.context)
  )
}

/** Whether two lists have equal elements; two that are missing are equal. */
export function areEqual<Value>(some: ArrayLike<Value> | undefined, others: ArrayLike<Value> | undefined): boolean {
  if (some === others) return true
  if (some?.length !== others?.length) return false
  for (let at = 0; at < some!.length; at++) if (some![at] !== others![at]) return false
  return true
}
