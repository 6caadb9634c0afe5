import type { Reason } from '../../contract/reasons.ts'
import { FAR_DOWN, type ShownItem, wordsFor } from '../why.ts'
import { titles } from './shop.ts'
import type { Offers, OpenCounter } from './visitor.ts'

/** The reason for the rank of an item. */
interface Because {
  /** The fact about the user, such as `MEMBERSHIP_TYPE: Member` or `viewed Two-person tent`. */
  readonly because: string
  /** The item's rank for the same user without this fact. */
  readonly rankWithout?: number | string | undefined
}

/**
 * Asks the server for the reasons of a user's recommendations, and returns a function for the reason of an item. The
 * reason is the property or event without which the item falls deepest. If none changes the rank, the one that adds
 * most to the score is the reason. If a stranger has the item as high, the reason is its popularity.
 */
export async function reasonsFor(counter: OpenCounter, userId: string, stranger: Offers) {
  const explained = new Map((await counter.why(userId)).map(item => [item.itemId!, item]))
  return (itemId: string): Because => {
    const item = explained.get(itemId)
    if (!item || stranger.get(itemId)!.rank <= item.rank!) return { because: 'popular with all users' }
    const reason = strongest(item)
    if (!reason) return { because: 'all facts about the user together' }
    const { rankWithout } = reason
    return { because: titled(reason), rankWithout: rankWithout === null ? FAR_DOWN : rankWithout }
  }
}

function strongest({ reasons, rank }: ShownItem): Reason | undefined {
  const facts = reasons.filter(({ rankWithout }) => rankWithout !== undefined)
  const fall = ({ rankWithout }: Reason) => (rankWithout ?? Number.POSITIVE_INFINITY) - rank!
  const [deepest] = facts.toSorted((a, b) => fall(b) - fall(a) || b.contribution - a.contribution)
  if (deepest && (fall(deepest) > 0 || deepest.contribution > 0)) return deepest
  return undefined
}

/** The reason, with the titles of the shop. */
function titled(reason: Reason): string {
  const { event } = reason
  if (!event) return wordsFor(reason)
  const title = titles.get(event.itemId!) ?? event.itemId
  return `${event.eventType === 'view' ? 'viewed' : 'put in cart'} ${title}`
}
