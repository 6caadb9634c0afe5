import { createRandom } from '../../engine/math/random.ts'
import { departments } from './catalogue.ts'

/** A user, an item or an event by the names of its columns. */
type ShopRow = Readonly<Record<string, string | number>>

export interface Shop {
  readonly users: readonly ShopRow[]
  readonly items: readonly ShopRow[]
  readonly interactions: readonly ShopRow[]
}

type Random = () => number

const USERS = 2000
const DAYS = 90
const DAY = 86_400

/** The weight of a department for users whose properties prefer no other; 1 by default. */
const POPULARITY: Readonly<Record<string, number>> = { Running: 12, Garden: 3, Camping: 2 }
/** The departments that a membership prefers, with the weights that it adds. */
const DRAWS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Guest: {},
  Member: { Cycling: 20 },
  'Frequent shopper': { Coffee: 20 },
  Student: { Music: 10, 'Home office': 10 },
  Family: { Toys: 16, Baking: 10 },
}
/** The weights of the variants of a kind, the most popular first. */
const VARIANTS = [5, 3, 2, 1.5, 1]
/** Users who watch many of the shop's videos prefer photography. */
const MANY_VIDEOS = 40
const PHOTOGRAPHY = 35

/**
 * Returns a shop of 500 products, with 2,000 users and the events of 90 days up to `now`; the same for the same seed.
 * Users visit the departments that their memberships and videos suggest, or popular ones. There one kind of product
 * leads to the next, as a tent to a sleeping bag. Some products are put in the cart, and some of those are bought.
 */
export function makeShop(now: Date, seed = 1): Shop {
  const random = createRandom(seed)
  const today = Math.floor(now.getTime() / 1000)
  const categories = Object.keys(departments)
  const items = categories.flatMap(category => departments[category]!.flatMap(titlesOf).map(toItem(category)))
  const users = Array.from({ length: USERS }, (_, n) => createUser(`customer-${n + 1}`))
  return { users, items, interactions: users.flatMap(eventsOf) }

  function toItem(CATEGORY: string) {
    return (TITLE: string): ShopRow => {
      const PRICE = `${Math.floor(10 ** (0.7 + 1.8 * random()))}.95`
      const age = DAYS + Math.floor(600 * random())
      return { ITEM_ID: idOf(TITLE), TITLE, CATEGORY, PRICE, CREATION_TIMESTAMP: today - DAY * age }
    }
  }

  function createUser(USER_ID: string): ShopRow {
    const [first, second] = [pick(Object.keys(DRAWS), random), pick(Object.keys(DRAWS), random)]
    const isBoth = first !== 'Guest' && second !== 'Guest' && first !== second && random() < 0.5
    const AGE = 18 + Math.floor(60 * random())
    const NUMBER_OF_VIDEOS_WATCHED = Math.floor(100 * random() ** 3)
    return { USER_ID, MEMBERSHIP_TYPE: isBoth ? `${first}|${second}` : first, AGE, NUMBER_OF_VIDEOS_WATCHED }
  }

  function eventsOf(user: ShopRow): readonly ShopRow[] {
    const draws = categories.map(category => drawOf(user, category))
    const visits = 1 + Math.floor(6 * random() ** 1.5)
    return Array.from({ length: visits }, () => visit(user, departments[pick(categories, random, draws)]!)).flat()
  }

  /** The events of a visit, from one kind of product to the next. */
  function visit({ USER_ID }: ShopRow, kinds: readonly string[]): readonly ShopRow[] {
    const events: ShopRow[] = []
    let time = today - Math.floor(DAY * (1 + (DAYS - 1) * random()))
    const note = (title: string, EVENT_TYPE: string) => {
      time += Math.floor(600 * random()) + 1
      events.push({ USER_ID: USER_ID!, ITEM_ID: idOf(title), EVENT_TYPE, TIMESTAMP: time })
    }
    for (let at = Math.floor(kinds.length * random() ** 2); at < kinds.length && random() < 0.85; at++) {
      const titles = titlesOf(kinds[at]!)
      const looked = Array.from({ length: 1 + Math.floor(2 * random()) }, () => pick(titles, random, VARIANTS))
      for (const title of new Set(looked)) note(title, 'view')
      if (random() < 0.5) note(looked.at(-1)!, 'cart')
      if (events.at(-1)!.EVENT_TYPE === 'cart' && random() < 0.6) note(looked.at(-1)!, 'purchase')
    }
    return events
  }
}

/** `Two-person, Winter: tent` are a `Two-person tent` and a `Winter tent`. */
function titlesOf(line: string): readonly string[] {
  const [variants, kind] = line.split(': ')
  return variants!.split(', ').map(variant => `${variant} ${kind}`)
}

/** The title of each item by its id. */
export const titles: ReadonlyMap<string, string> = new Map(
  Object.values(departments)
    .flatMap(lines => lines.flatMap(titlesOf))
    .map(title => [idOf(title), title]),
)

/** Returns the id of an item: its title, as in the URL of its page. */
export function idOf(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\d]+/gu, '-')
}

function drawOf({ MEMBERSHIP_TYPE, NUMBER_OF_VIDEOS_WATCHED }: ShopRow, category: string): number {
  const memberships = String(MEMBERSHIP_TYPE).split('|')
  const drawn = memberships.map(membership => DRAWS[membership]![category] ?? 0)
  const watched = category === 'Photography' && Number(NUMBER_OF_VIDEOS_WATCHED) >= MANY_VIDEOS ? PHOTOGRAPHY : 0
  return drawn.reduce((sum, draw) => sum + draw, (POPULARITY[category] ?? 1) + watched)
}

/** Picks one of a list at random, by weight. */
function pick<Thing>(
  things: readonly Thing[],
  random: Random,
  weights: readonly number[] = things.map(() => 1),
): Thing {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0)
  const at = weights.findIndex(weight => {
    left -= weight
    return left < 0
  })
  return things.at(at)!
}
