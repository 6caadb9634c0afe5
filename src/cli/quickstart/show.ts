import type { CallOperation } from '../client.ts'
import { printTable } from '../print.ts'
import { reasonsFor } from './reasons.ts'
import { idOf } from './shop.ts'
import { heading } from './steps.ts'
import type { OpenCounter, Profile, Viewing } from './visitor.ts'

/** The user of the README. */
export const USER = 'u1'
const PROPERTIES = { membershipType: 'Member|Frequent shopper', numberOfVideosWatched: 45 } as const
export const EVENTS: readonly Viewing[] = [
  { eventType: 'view', title: 'Ultralight tent' },
  { eventType: 'view', title: 'Two-person tent' },
  { eventType: 'cart', title: 'LED head torch' },
]
/** A user without a record or events. */
const STRANGER = 'stranger'
const ROWS = 10

/**
 * Puts the user, and shows its recommendations by its properties alone, with the reasons, beside those of a stranger.
 */
export async function showBefore(counter: OpenCounter): Promise<void> {
  const profile = { properties: PROPERTIES, events: [] }
  await counter.putUser(USER, profile)
  const offers = await counter.offersTo(USER)
  const strangers = await counter.offersTo(STRANGER)
  const reasonOf = await reasonsFor(counter, USER, strangers)
  heading(`PutUsers: ${USER} ${JSON.stringify(PROPERTIES)}\nRecommended to ${USER}, who has done nothing yet:`)
  const popular = [...strangers.values()]
  const rows = [...offers].slice(0, ROWS).map(([itemId, { rank, title }], i) => {
    const { because, rankWithout } = reasonOf(itemId)
    return {
      '#': rank,
      'to a stranger': popular[i]!.title,
      [`to ${USER}`]: title,
      because,
      'without it #': rankWithout,
    }
  })
  printTable(['#', 'to a stranger', `to ${USER}`, 'because', 'without it #'], rows)
}

/**
 * Puts events of the user, and shows the recommendations of the next request, their changes of rank, and the reasons.
 */
export async function showAfter(counter: OpenCounter): Promise<void> {
  const profile: Profile = { properties: PROPERTIES, events: EVENTS }
  const before = await counter.offersTo(USER)
  const started = performance.now()
  await counter.putEvents(USER, profile)
  const after = await counter.offersTo(USER)
  const ms = Math.round(performance.now() - started)
  const reasonOf = await reasonsFor(counter, USER, await counter.offersTo(STRANGER))
  const events = EVENTS.map(({ eventType, title }) => `${eventType} ${title}`).join(', ')
  heading(`PutEvents: ${events}\nRecommended to ${USER} in the very next request, ${ms} ms later:`)
  const rows = [...after].slice(0, ROWS).map(([itemId, { rank, title }]) => {
    const { because, rankWithout } = reasonOf(itemId)
    const change = changeOf(before.get(itemId)!.rank - rank)
    return { '#': rank, change, [`to ${USER}`]: title, because, 'without it #': rankWithout }
  })
  printTable(['#', 'change', `to ${USER}`, 'because', 'without it #'], rows)
}

function changeOf(ranks: number): string {
  return ranks === 0 ? '=' : `${ranks > 0 ? '▲' : '▼'} ${Math.abs(ranks)}`
}

/** Shows the items that are related to an item. */
export async function showRelated(call: CallOperation, campaignArn: string): Promise<void> {
  const { title } = EVENTS[1]!
  const { itemList = [] } = await call('GetRecommendations', {
    campaignArn,
    itemId: idOf(title),
    numResults: 5,
    metadataColumns: { ITEMS: ['TITLE', 'CATEGORY', 'PRICE'] },
  })
  heading(`What goes with a ${title}:`)
  const rows = itemList.map(({ metadata = {} }, i) => {
    return { '#': i + 1, item: metadata.title, category: metadata.category, price: Number(metadata.price) }
  })
  printTable(['#', 'item', 'category', 'price'], rows)
}
