import type { Offer, OpenCounter, Profile, Viewing } from './visitor.ts'

/** Why an item is where it is. */
export interface Reason {
  /** What is known of the user, such as `MEMBERSHIP_TYPE: Member` or `viewed Two-person tent`. */
  readonly because: string
  /** The item's rank for a user of whom all else is known but this. */
  readonly rankWithout: number
}

/** One thing that is known of a user, and all else. */
interface Fact {
  readonly name: string
  readonly without: Profile
}

/**
 * Finds out why a user is recommended what it is, by asking: for each fact that is known of the user, a shadow is put of
 * whom all but this is known. The reason of an item is the fact without which it falls deepest; where none makes a
 * difference of rank, the one without which its score falls most. Gives what tells the reason of an item.
 */
export async function reasonsFor(counter: OpenCounter, userId: string, profile: Profile) {
  const now = await counter.offersTo(userId)
  const shadows = await Promise.all(
    factsOf(profile).map(async ({ name, without }) => {
      const shadow = `${userId} without ${name}`
      await counter.putUser(shadow, without)
      await counter.putEvents(shadow, without)
      return { name, offers: await counter.offersTo(shadow) }
    }),
  )
  return (itemId: string): Reason => {
    const { rank, score } = now.get(itemId)!
    const falls = shadows.map(({ name, offers }) => {
      const other: Offer = offers.get(itemId) ?? { rank: offers.size + 1, title: '', score: 0 }
      return { because: name, rankWithout: other.rank, ranks: other.rank - rank, score: score - other.score }
    })
    const [deepest] = falls.sort((a, b) => b.ranks - a.ranks || b.score - a.score)
    if (deepest && (deepest.ranks > 0 || deepest.score > 0)) return deepest
    return { because: 'no single fact', rankWithout: rank }
  }
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
