import { useSession } from '../../session/session.ts'
import { useRead } from '../../shared/queries.ts'
import type { Explained } from '../../shared/reasons.ts'
import type { Call } from '../../shared/same-elsewhere.ts'
import { type RoundAnswer, subjectOf } from './answer.ts'

/** An answer of `/inspect/why`. */
interface Why {
  /** The number of the user's events that the recommendations use. */
  readonly events: number
  readonly items: readonly Explained[]
}

/** The most items that are explained in one request. */
const EXPLAINED_MAX = 100

/**
 * Reads why the items of a list are there, once it is.
 * @returns the items by id, and the number of events that count; undefined until it is known
 */
export function useExplained(call: Call, answer: RoundAnswer, round: number) {
  const { inputList, numResults, filterValues, context, promotions, ...input } = call.input
  const query = {
    ...(input as Record<string, string>),
    limit: Math.min(EXPLAINED_MAX, (numResults as number | undefined) ?? 10),
    ...(filterValues !== undefined && { filterValues: JSON.stringify(filterValues) }),
    ...(context !== undefined && { context: JSON.stringify(context) }),
  }
  const { may } = useSession()
  const subject = subjectOf(call)
  const isAnswered = answer.round === round && JSON.stringify(answer.call) === JSON.stringify(call)
  const { data } = useRead(
    ['why', query, inputList, round],
    async (api, signal) => {
      const asks =
        inputList === undefined
          ? [query]
          : (inputList as readonly string[]).map(itemId => ({ ...query, itemId, limit: 1 }))
      const replies = asks.map(one => api.inspect<Why>('why', { query: one, signal }))
      // An item that the model does not know has no reasons.
      const whys = (await Promise.allSettled(replies)).flatMap(reply =>
        reply.status === 'fulfilled' ? reply.value : [],
      )
      return { subject, events: whys[0]?.events, items: whys.flatMap(({ items }) => items) }
    },
    { enabled: isAnswered && may('personalite:InspectWhy'), keepPrevious: true },
  )
  // Until it has been read anew, the reasons of another user are shown for none.
  const known = data?.subject === subject ? data : undefined
  return {
    events: known?.events,
    items: new Map((known?.items ?? []).map(one => [(one.itemId ?? one.actionId)!, one])),
  }
}
