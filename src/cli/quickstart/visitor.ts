import type { CallOperation, Get } from '../client.ts'
import type { Explanation, ShownItem } from '../why.ts'
import { idOf, titles } from './shop.ts'

/** The properties and events of a user. */
export interface Profile {
  /** In the form of PutUsers. */
  readonly properties: Readonly<Record<string, string | number>>
  readonly events: readonly Viewing[]
}

export interface Viewing {
  readonly eventType: 'view' | 'cart'
  readonly title: string
}

/** A recommended item, and its rank. */
interface Offer {
  readonly rank: number
  readonly title: string
  readonly score: number
}

export type Offers = ReadonlyMap<string, Offer>

/** The resources through which the shop puts data and requests recommendations. */
interface Counter {
  readonly users: string
  readonly trackingId: string
  readonly campaignArn: string
  readonly filterArn: string
}

/** The most results of a request without metadata (with metadata it is 50). The shop has as many items. */
const RESULTS_MAX = 500

/** Returns functions that put a user and its events, and that request recommendations and their reasons. */
export function openCounter(call: CallOperation, get: Get, { users, trackingId, campaignArn, filterArn }: Counter) {
  return {
    async putUser(userId: string, { properties }: Profile): Promise<void> {
      await call('PutUsers', { datasetArn: users, users: [{ userId, properties: JSON.stringify(properties) }] })
    },

    async putEvents(userId: string, { events }: Profile): Promise<void> {
      const now = Math.floor(Date.now() / 1000)
      const eventList = events.map(({ eventType, title }, i) => {
        return { eventType, itemId: idOf(title), sentAt: now - events.length + i }
      })
      if (eventList.length > 0) await call('PutEvents', { trackingId, userId, sessionId: userId, eventList })
    },

    /** All items that pass the filter, as recommended to the user now, by id, the best first. */
    async offersTo(userId: string): Promise<Offers> {
      const { itemList = [] } = await call('GetRecommendations', {
        campaignArn,
        filterArn,
        userId,
        numResults: RESULTS_MAX,
      })
      return new Map(
        itemList.map(({ itemId, score = 0 }, i) => [
          itemId!,
          { rank: i + 1, title: titles.get(itemId!) ?? itemId!, score },
        ]),
      )
    },

    /** The reasons for the first 25 recommendations of a user. */
    async why(userId: string): Promise<readonly ShownItem[]> {
      return (await get<Explanation>('/inspect/why', { campaignArn, filterArn, userId, limit: '25' })).items
    },
  }
}

export type OpenCounter = ReturnType<typeof openCounter>
