import { LRUCache } from 'lru-cache'
import type { Asked } from '../../engine/blend/models/model.ts'

/** How often answers were asked for, and how often one was remembered. */
export interface RememberedCounts {
  asked: number
  remembered: number
}

interface RememberedAnswers<Question, Answer> {
  ask(userId: string, asked: Question): Answer
  /** The same, where the answer that is not remembered comes later. */
  askSoon(userId: string, asked: Question, soon: (asked: Question) => Answer | Promise<Answer>): Promise<Answer>
  readonly counts: Readonly<RememberedCounts>
}

/**
 * Remembers the last answer to each user, and returns it as long as the question is the same to the last event and
 * property. So no answer is stale, whatever changed and wherever: the question has all that the answer depends on.
 *
 * @param ask answers by its question alone
 * @param usersMax the last users who asked are remembered, so many of them
 */
export function rememberAnswers<Question extends Asked, Answer>(
  ask: (asked: Question) => Answer,
  usersMax: number,
): RememberedAnswers<Question, Answer> {
  const counts: RememberedCounts = { asked: 0, remembered: 0 }
  // By `max` the memory of all of them would be taken at once: a model of few items remembers millions of users.
  const lasts = new LRUCache<string, { readonly asked: Question; readonly answer: Answer }>({
    maxSize: usersMax,
    sizeCalculation: () => 1,
  })
  const recall = (userId: string, asked: Question): Answer | undefined => {
    counts.asked++
    const last = lasts.get(userId)
    if (!last || !isSame(last.asked, asked)) return undefined
    counts.remembered++
    return last.answer
  }
  const remember = (userId: string, asked: Question, answer: Answer): Answer => {
    lasts.set(userId, { asked, answer })
    return answer
  }
  return {
    counts,
    ask: (userId, asked) => recall(userId, asked) ?? remember(userId, asked, ask(asked)),
    askSoon: async (userId, asked, soon) => recall(userId, asked) ?? remember(userId, asked, await soon(asked)),
  }
}

function isSame(one: Asked, other: Asked): boolean {
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
