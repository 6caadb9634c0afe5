import { Marks } from '../math/marks.ts'
import { createRandom } from '../math/random.ts'
import { bestFirst, Cursor, Listing, type Ranked } from '../ranked.ts'

interface ExplorationSettings {
  /** The recipe's exploration_weight: which share of the places explore, from 0 to 1. */
  readonly weight: number
  /** The same seed explores the same. */
  readonly seed: number
  /** Whether the first place is the best item's unless the weight is 1. */
  readonly keepsFirst?: boolean
  /** This many places at most; all, unless given. */
  readonly count?: number
}

/**
 * The items that exploration chooses from, such as new ones, and the outcome of showing them. `at` is the place of an
 * item among these.
 */
export interface Untried {
  readonly items: Int32Array
  /** How often an item was shown. */
  readonly impressions: (item: number) => number
  /** How often that led to an event. */
  readonly clicks: (item: number) => number
  /** How well each suits the user, from 0 to 1; 1 unless given. */
  readonly relevance?: Float64Array | undefined
  /** The probability, from 0 to 1, that an item may have a place in the user's list; 1 unless given. */
  readonly suits?: ((at: number) => number) | undefined
  /** The score of an explored item; unless given, that of the one that it comes before, so scores keep falling. */
  readonly scoreOf?: ((at: number) => number) | undefined
}

/**
 * The most promising are taken from this many items, drawn at random: a request costs the same with any number of them.
 */
const DRAWN_MAX = 500

/**
 * Puts items with few events among the recommended ones. Each place explores with the probability `weight`, and
 * Thompson sampling chooses the item. Thompson, Biometrika 1933; Chapelle and Li, "An empirical evaluation of Thompson
 * sampling", NIPS 2011. An item shown often without success is tried ever less.
 *
 *     promise_i = relevance_i θ_i        θ_i ~ Beta(1 + clicks_i, 1 + impressions_i − clicks_i)
 *
 * No item comes twice.
 */
export function thompsonSampling(
  ranked: Ranked,
  untried: Untried,
  { weight, seed, keepsFirst = false, count }: ExplorationSettings,
): Ranked {
  const random = createRandom(seed)
  const { items, suits, scoreOf } = untried
  const promising = new Cursor(weight > 0 ? byPromise(untried, random) : [])
  const explores = drawPlaces(weight, keepsFirst, random)
  const listing = new Listing({ count })
  let best = 0
  const explore = (at: number) => {
    given.add(items[at]!)
    listing.offer(items[at]!, scoreOf ? scoreOf(at) : (ranked.scores[best] ?? 0), true)
  }
  given.clear()
  for (let next = 0; listing.room > 0; next = best) {
    while (next < ranked.items.length && given.has(ranked.items[next]!)) next++
    if (next === ranked.items.length) break
    best = next
    const isPromised = explores() && nextPromising(promising, items)
    if (isPromised && (weight === 1 || !suits || random() < suits(promising.item))) explore(promising.item)
    else {
      given.add(ranked.items[best]!)
      listing.offer(ranked.items[best]!, ranked.scores[best]!)
    }
  }
  while (listing.room > 0 && nextPromising(promising, items)) explore(promising.item)
  return listing.ranked()
}

/** The items that have a place in the list: the thread's, for one list at a time. */
const given = new Marks()

/** Goes on to the next place of an item that has no place in the list yet. Returns whether there is one. */
function nextPromising(promising: Cursor, items: Int32Array): boolean {
  while (promising.next()) if (!given.has(items[promising.item]!)) return true
  return false
}

/**
 * Draws for one place after another whether it explores, each with the probability `weight`. If the first is kept from
 * it, the later places make up for that as soon as they can. A list of `n` places has `n weight` explored items in the
 * mean, as long as that leaves one place.
 */
function drawPlaces(weight: number, keepsFirst: boolean, random: () => number): () => boolean {
  let isKept = keepsFirst && weight < 1
  let owed = 0
  return () => {
    owed += weight
    const chance = isKept ? 0 : Math.min(1, owed)
    isKept = false
    owed -= chance
    return random() < chance
  }
}

/**
 * Whether an item is to be explored, https://docs.aws.amazon.com/personalize/latest/dg/use-case-recipe-features.html:
 * at most `ageCutOffDays` old at the newest event, and with few events. `created` and `newest` are milliseconds.
 */
export function isUntried(
  { created, events }: { readonly created: number; readonly events: number },
  { newest, ageCutOffDays }: { readonly newest: number; readonly ageCutOffDays: number },
): boolean {
  return events < EVENTS_FEW && newest - created <= ageCutOffDays * DAY_MS
}

const DAY_MS = 86_400_000
/** An item with this many events is no longer explored: its mean is known to some 7 %. */
const EVENTS_FEW = 200

/** The places of the items, the most promising first; of equal ones the lower item first. */
function byPromise({ items, impressions, clicks, relevance }: Untried, random: () => number): Iterable<Ranked> {
  const places = drawPlacesOf(items.length, random)
  const promises = new Float64Array(places.length)
  for (let i = 0; i < promises.length; i++) {
    const at = places[i]!
    const clicked = clicks(items[at]!)
    const theta = drawBeta(1 + clicked, 1 + Math.max(0, impressions(items[at]!) - clicked), random)
    promises[i] = relevance ? theta * relevance[at]! : theta
  }
  return bestFirst(places, promises, items)
}

/** All places below `count`, or where they are many some that are drawn; none twice. */
function drawPlacesOf(count: number, random: () => number): Int32Array {
  const drawn = new Int32Array(Math.min(count, DRAWN_MAX))
  for (let at = 0; at < drawn.length; at++) drawn[at] = count > DRAWN_MAX ? Math.floor(random() * count) : at
  return count > DRAWN_MAX ? Int32Array.from(new Set(drawn)) : drawn
}

/** A number of the beta distribution, by two of the gamma distribution; neither parameter below 1. */
export function drawBeta(a: number, b: number, random: () => number): number {
  // Of an item that was never shown: the distribution is uniform.
  if (a === 1 && b === 1) return random()
  const x = drawGamma(a, random)
  return x / (x + drawGamma(b, random))
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 2000; a shape of 1 or more. */
function drawGamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < x * x * 0.5 + d * (1 - v + Math.log(v))) return d * v
  }
}
