import type { CallOperation } from '../client.ts'
import { printTable } from '../print.ts'
import { reasonsFor } from './reasons.ts'
import { idOf } from './shop.ts'
import { heading } from './steps.ts'
import type { OpenCounter, Profile, Viewing } from './visitor.ts'

/** As in the README. */
export const USER = 'u1'
const PROPERTIES = { membershipType: 'Member|Frequent shopper', numberOfVideosWatched: 45 } as const
export const EVENTS: readonly Viewing[] = [
  { eventType: 'view', title: 'Ultralight tent' },
  { eventType: 'view', title: 'Two-person tent' },
  { eventType: 'cart', title: 'LED head torch' },
]
/** Of whom nothing is known. */
const STRANGER = 'stranger'
const ROWS = 10

/** Puts the user, shows what it is recommended by its properties alone, beside what a stranger is, and why. */
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

/** Puts events of the user, and shows what the very next request gives, what has changed, and why. */
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

/** Shows what goes with an item. */
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
