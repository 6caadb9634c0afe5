import type { Offers, OpenCounter, Profile, Viewing } from './visitor.ts'

/** Why an item is where it is. */
export interface Reason {
  /** What is known of the user, such as `MEMBERSHIP_TYPE: Member` or `viewed Two-person tent`. */
  readonly because: string
  /** The item's rank for a user of whom all is known but this. */
  readonly rankWithout?: number
}

/** One thing that is known of a user, and all else. */
interface Fact {
  readonly name: string
  readonly without: Profile
}

/**
 * Finds out why a user is recommended what it is, by asking: for each fact that is known of the user, a shadow is put
 * of whom all but this is known. The reason of an item is the fact without which it falls deepest; where none makes a
 * difference of rank, the one without which its score falls most; and none where a stranger has it as high. Gives what
 * tells the reason of an item.
 */
export async function reasonsFor(counter: OpenCounter, userId: string, profile: Profile, stranger: Offers) {
  const now = await counter.offersTo(userId)
  const shadows = await Promise.all(
    factsOf(profile).map(async ({ name, without }) => {
      const shadow = `${userId} without ${name}`
      await counter.putUser(shadow, without)
      await counter.putEvents(shadow, without)
      return { because: name, offers: await counter.offersTo(shadow) }
    }),
  )
  const all = shadows.map(({ because, offers }) => ({ because, offers, ranks: ranksAmong(now, offers) }))
  const strangers = ranksAmong(now, stranger)
  return (itemId: string): Reason => {
    const { rank, score } = now.get(itemId)!
    if (strangers.get(itemId)! <= rank) return { because: 'popular with everybody' }
    const falls = all.map(({ because, offers, ranks }) => {
      return { because, rankWithout: ranks.get(itemId)!, score: offers.get(itemId)!.score }
    })
    const [deepest] = falls.sort((a, b) => b.rankWithout - a.rankWithout || a.score - b.score)
    return deepest!.rankWithout > rank || deepest!.score < score ? deepest! : { because: 'all that is known together' }
  }
}

/** The ranks among the items of the first list alone: what a user has looked at is left out for that user only. */
function ranksAmong(first: Offers, offers: Offers): ReadonlyMap<string, number> {
  return new Map([...offers.keys()].filter(id => first.has(id)).map((id, i) => [id, i + 1]))
}

function factsOf({ properties, events }: Profile): readonly Fact[] {
  const ofProperties = Object.entries(properties).flatMap(([key, value]) =>
    String(value)
      .split('|')
      .map((category, _, all): Fact => {
        const { [key]: _gone, ...others } = properties
        const left = all.filter(other => other !== category).join('|')
        const without = left === '' ? others : { ...others, [key]: left }
        return { name: `${columnOf(key)}: ${category}`, without: { properties: without, events } }
      }),
  )
  const ofEvents = events.map((event, at): Fact => {
    return { name: describe(event), without: { properties, events: events.toSpliced(at, 1) } }
  })
  return [...ofProperties, ...ofEvents]
}

const describe = ({ eventType, title }: Viewing) => `${eventType === 'view' ? 'viewed' : 'put in cart'} ${title}`

/** The column that a property goes into: `membershipType` into `MEMBERSHIP_TYPE`. */
function columnOf(key: string): string {
  return key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
}
