import type { DatasetType, Domain } from '../../../../src/datasets/dataset-type.ts'
import { foldName } from '../../../../src/datasets/names.ts'
import { requirementsOf } from '../../../../src/datasets/requirements.ts'

/** How programs call what the service has a name for, as `foldName` writes it; the first that a file has is taken. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  USER_ID: ['user', 'uid', 'customerid', 'customer', 'visitorid', 'visitor', 'memberid', 'clientid', 'accountid', 'id'],
  ITEM_ID: [
    ...['item', 'itemid', 'productid', 'product', 'sku', 'asin', 'movieid', 'movie', 'videoid', 'contentid', 'trackid'],
    ...['articleid', 'article', 'bookid', 'songid', 'parentasin', 'id'],
  ],
  ACTION_ID: ['action', 'id'],
  TIMESTAMP: ['time', 'ts', 'eventtime', 'eventtimestamp', 'unixtime', 'datetime', 'date', 'createdat'],
  EVENT_TYPE: ['event', 'eventname', 'behavior', 'behaviour', 'behaviortype', 'action', 'type'],
  EVENT_VALUE: ['rating', 'stars', 'score', 'value'],
  PRICE: ['cost', 'amount', 'unitprice'],
  CATEGORY_L1: ['category', 'maincategory', 'categories', 'department'],
  GENRES: ['genre'],
  CREATION_TIMESTAMP: ['createdat', 'created', 'releasedate', 'publishedat'],
  PRODUCT_DESCRIPTION: ['description', 'plot', 'overview', 'summary'],
}

/** Returns the names that the service knows for a type of dataset: the id and other required fields, then reserved ones. */
function knownNames(
  type: DatasetType,
  domain: Domain | undefined,
): Readonly<Record<'required' | 'reserved', string[]>> {
  const { required, reserved } = requirementsOf(type, domain) ?? { required: {}, reserved: {} }
  return {
    required: Object.keys(required).flatMap(names => names.split(' / ')),
    reserved: Object.keys(reserved),
  }
}

/**
 * Returns the name of the service for each column of a header that has one: by the same letters and digits, or else as
 * programs call it. Only required fields and those of a domain are found so.
 */
export function matchNames(
  header: readonly string[],
  type: DatasetType,
  domain: Domain | undefined,
): ReadonlyMap<number, string> {
  const { required, reserved } = knownNames(type, domain)
  const folded = header.map(foldName)
  const found = new Map<number, string>()
  const take = (name: string, spellings: readonly string[]) => {
    if ([...found.values()].includes(name)) return
    const at = spellings.map(spelling => folded.indexOf(spelling)).find(place => place >= 0 && !found.has(place))
    if (at !== undefined) found.set(at, name)
  }
  const names = [...required, ...reserved]
  for (const name of names) take(name, [foldName(name)])
  // VIDEO_ON_DEMAND has GENRES under either of two names: one is enough.
  const isOneOfTwo = (name: string) => name === 'GENRES_L1' && [...found.values()].includes('GENRES')
  for (const name of names.filter(one => !isOneOfTwo(one))) take(name, CALLED[name] ?? [])
  return found
}

/** Returns a name for a field from a column's: `releaseYear` is RELEASE_YEAR; '' where no letter or digit is left. */
export function fieldName(column: string): string {
  const plain = column.normalize('NFD').replace(/\p{M}/gu, '')
  const words = plain.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/[^A-Za-z\d]+/g, '_')
  const name = words.replace(/^_+|_+$/g, '').toUpperCase()
  return /^\d/.test(name) ? `N_${name}` : name
}

/** Returns the type of dataset that a file with this header is of. */
export function guessType(header: readonly string[]): DatasetType {
  const folded = new Set(header.map(foldName))
  const has = (name: string) =>
    folded.has(foldName(name)) || CALLED[name]!.some(spelling => spelling !== 'id' && folded.has(spelling))
  if (folded.has('actionid')) return has('USER_ID') ? 'ACTION_INTERACTIONS' : 'ACTIONS'
  if (has('USER_ID') && has('ITEM_ID')) return 'INTERACTIONS'
  return has('USER_ID') ? 'USERS' : 'ITEMS'
}
