import {
  type LatePairs,
  openLatePairs,
  type Pairing,
  type Since,
  type WrittenEvent,
} from '../../engine/recipes/late-pairs.ts'
import type { ItemIndex } from '../serving/item-index.ts'
import type { Ranker } from './ranker.ts'

/** The items that had no event at training, for a model of pairs. */
interface LateItems {
  readonly since: Since
  /** The members of the model's ranker. */
  readonly members: Required<Pick<Ranker, 'pairs' | 'recount'>>
}

/**
 * Follows the items that had no event at training, and their users.
 * @param users how many users an item had at training
 */
export function openLateItems(users: ArrayLike<number>, pairing: Pairing, itemIndex: ItemIndex): LateItems {
  const isLate = (item: number) => !(users[item]! > 0)
  const open = () => openLatePairs(isLate, pairing, (a, b) => itemIndex.compare(a, b))
  let pairs = open()
  return {
    since: { places: () => itemIndex.places, pairs: () => pairs },
    members: {
      pairs: {
        concerns: (item, userId) => pairs.concerns(item, userId),
        add: (events, isNew) => pairs.add(events, isNew),
      },
      recount() {
        const anew = open()
        const { add, done } = userByUser(anew)
        return {
          add: (item, { userId }, weight) => add(userId, item, weight),
          done() {
            done()
            pairs = anew
          },
        }
      },
    },
  }
}

/** Counts events that come user by user, each user's in the order of time. */
function userByUser(pairs: LatePairs) {
  let user: string | undefined
  let events: WrittenEvent[] = []
  let concerned = new Set<number>()
  const done = () => {
    if (concerned.size > 0) pairs.add(events, ({ seq }) => concerned.has(seq))
    events = []
    concerned = new Set()
  }
  return {
    add(userId: string, item: number, weight: number) {
      if (userId !== user) done()
      user = userId
      if (pairs.concerns(item, userId)) concerned.add(events.length)
      events.push({ item, weight, seq: events.length })
    },
    done,
  }
}
