import type { Evidence } from '../../evidence.ts'
import { historyOf, type Interactions, weightsOf } from '../../interactions.ts'
import { numbersIn, square } from '../../math/dense.ts'
import { greatest } from '../../math/greatest.ts'
import { openMatrix } from '../../math/matrix.ts'
import { type PackedMatrix, packMatrix } from '../../math/packed-rows.ts'
import { solve } from '../../math/solve.ts'
import { newsWeights } from '../../news.ts'
import { packTexts, type Texts, unpackTexts } from '../../state.ts'
import { type Fading, fadedTo } from './half-life.ts'
import type { BlendQuery, Model, Properties } from './model.ts'
import { mostPopular, numbersOf } from './most-popular.ts'

interface ColdUserSettings {
  /** λ of every property, as many times as much of every pair, λ of every event, and of the bias. */
  readonly regularization: number
  readonly pairFactor: number
  readonly eventRegularization: number
  readonly biasRegularization: number
  /** With fewer rows than this λ is less, as the rows are. */
  readonly rowsEnough: number
  /** As many times as much of it, but for the bias: less where properties tell tastes apart. */
  readonly shrinkage: number
  /** How many properties and pairs of them are used, those of the most users. */
  readonly featuresMax: number
  /** How many items count as first events, and how many are scored: the most popular ones. */
  readonly eventsMax: number
  readonly itemsMax: number
  /** How many of a user's newest events are looked at. */
  readonly length: number
}

export const COLD_USER: ColdUserSettings = {
  regularization: 6000,
  pairFactor: 1,
  eventRegularization: 750,
  biasRegularization: 1e-3,
  rowsEnough: 25_000,
  shrinkage: 1,
  featuresMax: 600,
  eventsMax: 1000,
  itemsMax: 10_000,
  length: 8,
}

type ColdUserState = {
  /** The names of the properties and pairs that W has rows for, after those of the biases. */
  readonly names: Texts
  /** The items that W has further rows for. */
  readonly events: Int32Array
  readonly items: number
  /** The items that W has columns for. */
  readonly popular: Int32Array
  readonly W: PackedMatrix
  /** How many of a user's newest events are looked at; files of before do not say. */
  readonly length?: number
}

/** W has at most this many numbers: 20 MB. */
const SIZE_MAX = 1e7
/**
 * Training looks at users as they were after each of these numbers of events; each number has a bias, W's first rows.
 */
const CUTS = [0, 1, 2, 4, 8] as const

/**
 * The taste of users with few events: ridge regression (Hoerl and Kennard, 1970) of all their later events. The
 * features are their properties, pairs of these and their first events. The bias is hardly penalised, so a user without
 * properties or events gets the popular items. Every user is several rows, after 0, 1, 2, 4 and 8 events. Each of these
 * numbers has its own bias, since the items that users begin with are no targets of later rows.
 *
 *     W = (FᵀF + λI)⁻¹ FᵀX        score = f_u W
 *
 * Where hits change, an event of X counts as much as it has not faded.
 */
export function trainColdUser(
  interactions: Interactions,
  properties: readonly Properties[] = [],
  settings: ColdUserSettings = COLD_USER,
  fading?: Fading,
): ColdUserState {
  const { items: popular } = mostPopular(interactions, settings.itemsMax)
  const columns = numbersOf(popular, interactions.items)
  const weighted = { ...interactions, weights: newsWeights(interactions) }
  const frequent = frequentNames(properties, settings.featuresMax)
  const names = frequent.map(({ name }) => name)
  const left = Math.floor(SIZE_MAX / Math.max(1, popular.length)) - names.length - CUTS.length
  const eventsMax = Math.max(0, Math.min(settings.eventsMax, left))
  const events = firstItems(interactions, { ...settings, eventsMax })
  const features = featuresOf(names, events, interactions.items, settings.length)
  const n = CUTS.length + names.length + events.length
  const P = square(n, popular.length)
  const data = numbersIn(P)
  let rows = 0
  for (let user = 0; user < interactions.users; user++) {
    const history = historyOf(interactions, user)
    const weights = weightsOf(weighted, user)!
    for (const cut of CUTS) {
      if (cut >= history.length) break
      const f_u = features({ history: history.subarray(0, cut), properties: properties[user] })
      rows++
      for (const i of f_u) for (const j of f_u) if (i >= j) data[i * P.stride + j]! += 1
      for (let at = cut; at < history.length; at++) {
        const column = columns[history[at]!]!
        if (column < 0) continue
        const left = fading ? fadedTo(interactions.times![interactions.offsets[user]! + at]!, fading) : 1
        for (const i of f_u) data[P.right + i * P.rightStride + column]! += left * weights[at]!
      }
    }
  }
  const { biasRegularization, regularization, pairFactor, eventRegularization } = settings
  const ofProperty = ({ isPair }: Frequent) => (isPair ? pairFactor * regularization : regularization)
  const scale = scaleOf(rows, settings)
  for (let i = 0; i < n; i++) {
    const isEvent = i >= CUTS.length + names.length
    const λ =
      i < CUTS.length
        ? biasRegularization
        : scale * (isEvent ? eventRegularization : ofProperty(frequent[i - CUTS.length]!))
    data[i * P.stride + i]! += λ
  }
  solve(P)
  const W = new Float32Array(n * popular.length)
  for (let i = 0; i < n; i++)
    W.set(data.subarray(P.right + i * P.rightStride, P.right + i * P.rightStride + popular.length), i * popular.length)
  const { items } = interactions
  return { names: packTexts(names), events, items, popular, W: packMatrix(W, popular.length), length: settings.length }
}

/** Of an item in fewer rows than this share of λ, the ridge leaves less than that share: it is no feature. */
const SUPPORT_MIN = 0.05

/** The items that enough users begin with to be features, `eventsMax` at most. */
function firstItems({ sequence, offsets, users, items }: Interactions, settings: ColdUserSettings): Int32Array {
  const support = new Float64Array(items)
  let rows = 0
  for (let user = 0; user < users; user++)
    for (const cut of CUTS) {
      const first = offsets[user]!
      if (cut >= offsets[user + 1]! - first) break
      rows++
      for (let at = first; at < first + cut; at++) support[sequence[at]!]!++
    }
  const least = SUPPORT_MIN * settings.eventRegularization * scaleOf(rows, settings)
  const enough = Int32Array.from({ length: items }, (_, item) => item).filter(item => support[item]! >= least)
  return greatest(enough, support, settings.eventsMax).sort()
}

/** How much less λ is where there are few rows. */
const scaleOf = (rows: number, { rowsEnough, shrinkage }: ColdUserSettings) =>
  shrinkage * Math.min(1, Math.max(1, rows) / rowsEnough)

/** Scores by the properties and the first events of a user. */
export function openColdUser(state: ColdUserState): Model {
  const { names, events, items, popular, W, length = COLD_USER.length } = state
  const { values, scales } = packMatrix(W, popular.length)
  const known = unpackTexts(names)
  const features = featuresOf(known, events, items, length)
  const isTrained = new Set(known)
  const n = popular.length
  const sumOf = openMatrix({ values, scales }, n)
  return {
    // Mostly the first property says so: to make the names of all pairs took 20 µs.
    knows: properties =>
      properties.some((value, column) => value !== null && isTrained.has(nameOf(value, column))) ||
      namesOf(properties).some(name => isTrained.has(name)),
    score(query, out) {
      out.addPositive(popular, sumOf(features(query)))
    },
    steps: query => features(query).length * n,
    contributions(query, wanted, each) {
      const evidence = evidenceOf(query)
      const columns = [...popular.keys()].filter(column => wanted.has(popular[column]!))
      for (const row of features(query))
        for (const column of columns) each(popular[column]!, scales[row]! * values[row * n + column]!, evidence(row))
    },
  }

  /** Returns a function for what a row of W that this user has comes from. */
  function evidenceOf({ history, properties = [] }: BlendQuery): (row: number) => Evidence {
    const named = new Map(namedOf(properties))
    const firstEvent = CUTS.length + known.length
    return row => {
      if (row < CUTS.length) return { kind: 'everybody' }
      if (row < firstEvent) return { kind: 'properties', columns: named.get(known[row - CUTS.length]!)! }
      return { kind: 'event', at: history.lastIndexOf(events[row - firstEvent]!) }
    }
  }
}

/**
 * Returns a function for f_u, the rows of W that a user has: of the bias, of the properties, and of the last few
 * events.
 */
function featuresOf(
  names: readonly string[],
  events: Int32Array,
  items: number,
  length: number,
): (query: BlendQuery) => number[] {
  const numbers = new Map(names.map((name, at) => [name, CUTS.length + at]))
  const rows = numbersOf(events, items)
  return ({ history, properties = [] }) => {
    const known = namesOf(properties).flatMap(name => numbers.get(name) ?? [])
    const recent = new Set(history.subarray(-length))
    const had = [...recent].flatMap(item => (rows[item]! < 0 ? [] : CUTS.length + names.length + rows[item]!))
    return [CUTS.findLastIndex(cut => cut <= history.length), ...known, ...had]
  }
}

/** The name of a property or of a pair, and how many users have it. */
interface Frequent {
  readonly name: string
  readonly isPair: boolean
  users: number
}

function frequentNames(properties: readonly Properties[], most: number): readonly Frequent[] {
  const found = new Map<string, Frequent>()
  for (const one of properties)
    for (const [name, columns] of namedOf(one))
      found.getOrInsertComputed(name, () => ({ name, isPair: columns.length > 1, users: 0 })).users++
  const sorted = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const places = Int32Array.from(sorted.keys())
  const counts = Float64Array.from(sorted, ({ users }) => users)
  return Array.from(greatest(places, counts, most), at => sorted[at]!)
}

/** Of ['f', '25'] the names [0,"f"] and [1,"25"] and the pair of both; an unknown value (null) has none. */
function namesOf(properties: Properties): string[] {
  return namedOf(properties).map(([name]) => name)
}

const nameOf = (value: string, column: number) => JSON.stringify([column, value])

/** The names with the columns that each is of. */
function namedOf(properties: Properties): [name: string, columns: readonly number[]][] {
  const known = properties.flatMap((value, column) => (value === null ? [] : [{ name: nameOf(value, column), column }]))
  return known.flatMap(({ name, column }, i) => [
    [name, [column]],
    ...known.slice(0, i).map((other): [string, number[]] => [other.name + name, [other.column, column]]),
  ])
}
