import { historyOf, type Interactions } from '../../interactions.ts'
import { meanOf, standardError } from '../../math/mean.ts'
import type { ItemFeatures } from './content.ts'

/** This many users tell how much users come back to the features of a column. */
const USERS_MAX = 5000
/** Of each user, this many of the newest events. */
const EVENTS_MAX = 200

/**
 * How much each feature of items weighs: by its rarity (Spärck Jones, 1972), and by how much users come back to the
 * features of its column beyond chance. A property that says nothing of taste, such as a colour at random, weighs next
 * to nothing, however rare its values are. The columns are measured against the one that weighs most, so a single
 * column is weighed by rarity alone.
 *
 *     weight_f = idf_f  Σ_{g ∈ c} n_g log(1 + r_c N / n_g) / Σ_{g ∈ c} n_g log(1 + N / n_g)        c: the column of f
 *
 * n_f is the number of items that have f, of N. r_c is the share of a user's items that are like another one of the
 * user beyond chance.
 */
export function weighFeatures(
  { offsets, features: list, columns = Int32Array.of(0) }: ItemFeatures,
  features: number,
  interactions?: Interactions,
): Float64Array {
  const items = offsets.length - 1
  const counts = new Float64Array(features)
  for (const feature of list) counts[feature]!++
  const idf = counts.map(count => Math.log(1 + items / Math.max(count, 1)))
  if (columns.length < 2 || !interactions) return idf
  const columnOf = Int32Array.from(idf, (_, feature) => columns.findLastIndex(from => from <= feature))
  const rates = returnsOf(usersOf(interactions), { offsets, features: list }, idf, columnOf, columns.length)
  const [told, rare] = [new Float64Array(columns.length), new Float64Array(columns.length)]
  for (const [feature, c] of columnOf.entries()) {
    told[c]! += counts[feature]! * Math.log1p((rates[c]! * items) / Math.max(counts[feature]!, 1))
    rare[c]! += counts[feature]! * idf[feature]!
  }
  const shares = told.map((sum, c) => (rare[c]! > 0 ? sum / rare[c]! : 0))
  const most = Math.max(...shares)
  return most > 0 ? idf.map((value, feature) => (value * shares[columnOf[feature]!]!) / most) : idf
}

/** The items of each user, each once; of many users some. */
function usersOf(interactions: Interactions): Int32Array[] {
  const apart = Math.ceil(interactions.users / USERS_MAX)
  const users = Array.from({ length: Math.ceil(interactions.users / apart) }, (_, at) => at * apart)
  return users.map(user => Int32Array.from(new Set(historyOf(interactions, user).subarray(-EVENTS_MAX))))
}

/**
 * For each column, how much more alike two items of one user are in it than items of different users. It is the mean of
 * users less a standard error: 1 where all of a user's items are the same, 0 where they are alike by chance (Cohen, "A
 * coefficient of agreement for nominal scales", 1960). Likeness is the cosine of the features in the column. Items
 * without any there do not count, nor does an item beside itself.
 */
function returnsOf(
  users: readonly Int32Array[],
  described: ItemFeatures,
  idf: Float64Array,
  columnOf: Int32Array,
  columns: number,
): Float64Array {
  const { offsets, features } = described
  const values = valuesIn(described, idf, columnOf, columns)
  const [mean, own] = [new Float64Array(idf.length), new Float64Array(idf.length)]
  /** Of each item in each column, Σ over its users of its share of theirs, at the place of its first feature there. */
  const shares = new Float64Array(features.length)
  const likeness: number[][] = Array.from({ length: columns }, () => [])
  const [ownPairs, selves] = [new Float64Array(columns), new Float64Array(columns)]
  const forFeatures = (items: Int32Array, each: (feature: number, at: number, c: number, isFirst: boolean) => void) => {
    for (const item of items)
      for (let at = offsets[item]!, last = -1; at < offsets[item + 1]!; at++) {
        const c = columnOf[features[at]!]!
        each(features[at]!, at, c, c !== last)
        last = c
      }
  }
  for (const items of users) {
    const [counts, squares] = [new Int32Array(columns), new Float64Array(columns)]
    forFeatures(items, (_feature, _at, c, isFirst) => {
      if (isFirst) counts[c]!++
    })
    forFeatures(items, (feature, at, c, isFirst) => {
      if (counts[c]! < 2) return
      own[feature]! += values[at]! / counts[c]!
      if (!isFirst) return
      shares[at]! += 1 / counts[c]!
      selves[c]! -= 1 / counts[c]! ** 2
    })
    forFeatures(items, feature => {
      const value = own[feature]!
      squares[columnOf[feature]!]! += value * value
      mean[feature]! += value
      own[feature] = 0
    })
    for (const [c, n] of counts.entries()) {
      if (n < 2) continue
      ownPairs[c]! += squares[c]!
      likeness[c]!.push((squares[c]! * n - 1) / (n - 1))
    }
  }
  for (const [at, share] of shares.entries()) selves[columnOf[features[at]!]!]! += share * share
  const all = new Float64Array(columns)
  for (const [feature, value] of mean.entries()) all[columnOf[feature]!]! += value * value
  return Float64Array.from(likeness, (some, c) => {
    const pairs = some.length * (some.length - 1) - selves[c]!
    const byChance = (all[c]! - ownPairs[c]! - selves[c]!) / pairs
    const beyond = meanOf(some) - standardError(Float64Array.from(some)) - byChance
    return some.length > 1 && pairs > 0 && byChance < 1 ? Math.max(0, beyond / (1 - byChance)) : 0
  })
}

/** The features of each item by their rarity, in each column of length 1. */
function valuesIn({ offsets, features }: ItemFeatures, idf: Float64Array, columnOf: Int32Array, columns: number) {
  const values = new Float64Array(features.length)
  const squares = new Float64Array(columns)
  for (let item = 0; item + 1 < offsets.length; item++) {
    const own = features.subarray(offsets[item], offsets[item + 1])
    squares.fill(0)
    for (const feature of own) squares[columnOf[feature]!]! += idf[feature]! ** 2
    for (const [at, feature] of own.entries())
      values[offsets[item]! + at] = idf[feature]! / Math.sqrt(squares[columnOf[feature]!]!)
  }
  return values
}
