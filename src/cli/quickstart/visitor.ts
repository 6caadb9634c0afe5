import type { CallOperation, Get } from '../client.ts'
import type { Explanation, ShownItem } from '../why.ts'
import { idOf, titles } from './shop.ts'

/** What the shop knows of a user. */
export interface Profile {
  /** As PutUsers takes them. */
  readonly properties: Readonly<Record<string, string | number>>
  readonly events: readonly Viewing[]
}

export interface Viewing {
  readonly eventType: 'view' | 'cart'
  readonly title: string
}

/** An item that was recommended, and its place among all that were. */
export interface Offer {
  readonly rank: number
  readonly title: string
  readonly score: number
}

export type Offers = ReadonlyMap<string, Offer>

/** Where the shop keeps what it is told, and who answers. */
export interface Counter {
  readonly users: string
  readonly trackingId: string
  readonly campaignArn: string
  readonly filterArn: string
}

/** More than this the API gives to nobody, and with metadata 50 alone; the shop sells as many things. */
const RESULTS_MAX = 500

/** The counter at which the visitor is served: puts events, asks for recommendations, and why. */
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

    /** All items that the filter lets through, as they are recommended to a user at this moment, by id, best first. */
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

    /** Why the first of these are recommended to a user. */
    async why(userId: string): Promise<readonly ShownItem[]> {
      return (await get<Explanation>('/inspect/why', { campaignArn, filterArn, userId, limit: '25' })).items
    },
  }
}

export type OpenCounter = ReturnType<typeof openCounter>
