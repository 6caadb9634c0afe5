/** All that a person has chosen on the page. It is in the address, so that a colleague sees the same. */
export interface Asked {
  /** The names of campaigns and recommenders, beside each other. */
  readonly targets: readonly string[]
  readonly userId: string
  /** The id of an anonymous session, which stands in for a user; blank where the user is known. */
  readonly sessionId: string
  /** The item that related items belong to. */
  readonly itemId: string
  /** The items to rank. */
  readonly ranked: readonly string[]
  readonly numResults: number
  /** The name of a filter, and the values of its parameters. */
  readonly filter: string
  readonly values: Texts
  /** The name of the filter of promoted items. */
  readonly promotion: string
  readonly percent: number
  readonly promotionValues: Texts
  readonly context: Texts
  /** The columns of Items that are a card's title and its picture. */
  readonly title: string
  readonly image: string
}

type Texts = Readonly<Record<string, string>>

/** The number of results that are asked for at first. */
const USUAL_RESULTS = 10
/** The share of promoted items that is asked for at first, in percent. */
const USUAL_PERCENT = 20

/** Maps of texts are members of their own in the address: `value.GENRE="drama"`. */
const MAPS = { values: 'value.', promotionValues: 'promoted.', context: 'context.' } as const
const PLAIN = {
  userId: 'user',
  sessionId: 'session',
  itemId: 'item',
  filter: 'filter',
  promotion: 'promotion',
  title: 'title',
  image: 'image',
} as const

/** Reads the choices of an address. */
export function readAsked(search: URLSearchParams): Asked {
  const plain = mapValues(PLAIN, name => search.get(name) ?? '')
  const maps = mapValues(MAPS, prefix => {
    const own = [...search].filter(([name]) => name.startsWith(prefix))
    return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]))
  })
  return {
    ...plain,
    ...maps,
    targets: search.getAll('with'),
    ranked: search.getAll('rank'),
    numResults: numberIn(search.get('results'), 1, 500) ?? USUAL_RESULTS,
    percent: numberIn(search.get('percent'), 1, 100) ?? USUAL_PERCENT,
  }
}

/** Writes choices as an address has them. Those that are blank or usual are left out. */
export function writeAsked(asked: Asked): URLSearchParams {
  const search = new URLSearchParams()
  for (const name of asked.targets) search.append('with', name)
  for (const [member, name] of Object.entries(PLAIN)) {
    const value = asked[member as keyof typeof PLAIN]
    if (value !== '') search.set(name, value)
  }
  for (const id of asked.ranked) search.append('rank', id)
  if (asked.numResults !== USUAL_RESULTS) search.set('results', String(asked.numResults))
  if (asked.percent !== USUAL_PERCENT) search.set('percent', String(asked.percent))
  for (const [member, prefix] of Object.entries(MAPS))
    for (const [name, value] of Object.entries(asked[member as keyof typeof MAPS]))
      if (value !== '') search.set(prefix + name, value)
  return search
}

function mapValues<Key extends string, In, Out>(map: Readonly<Record<Key, In>>, change: (value: In) => Out) {
  return Object.fromEntries(Object.entries<In>(map).map(([key, value]) => [key, change(value)])) as Record<Key, Out>
}

function numberIn(text: string | null, least: number, most: number): number | undefined {
  const number = /^\d{1,4}$/.test(text ?? '') ? Number(text) : 0
  return number >= least && number <= most ? number : undefined
}
