import { countUsers } from '../../count-users.ts'
import { historyOf, type Interactions, occurrencesOf } from '../../interactions.ts'
import { buildRows } from '../../math/build-rows.ts'
import { meanOf, standardError } from '../../math/mean.ts'
import { entryOf, type SparseRows } from '../../math/sparse.ts'
import { packTexts, type Texts, unpackTexts } from '../../state.ts'
import type { BlendOfClass } from '../blend.ts'
import type { BlendModelName } from '../models.ts'
import { forRecent, type Memory, type Model, type Properties } from './model.ts'

interface ConditionalPopularitySettings {
  /** κ: as many items of users who have i are worth as much as popularity. */
  readonly smoothing: number
  /** How much likelier another item of a user must be by those who have i than by popularity: a logarithm, in nats. */
  readonly gainMin: number
  /**
   * Of items that more users have nothing is said: there are enough questions of these for weights of other models.
   * Of a property this many users are looked at.
   */
  readonly usersMax: number
  /** Of a user, this many of the newest different items. */
  readonly itemsMax: number
  /** How many items a row keeps. */
  readonly keep: number
  readonly memory: Memory
}

const CONDITIONAL_POPULARITY: ConditionalPopularitySettings = {
  smoothing: 20,
  gainMin: 0.8,
  usersMax: 100,
  itemsMax: 50,
  keep: 200,
  memory: { decay: 0.9, length: 20 },
}

export type ConditionalPopularityState = {
  /** P(j | i) of the items i, then of the values of properties, that are conclusive; the other rows are empty. */
  readonly P: SparseRows
  /** The texts of each property, in the order of their rows. */
  readonly values: readonly Texts[]
  readonly memory: Memory
}

/** Of what a row may be: of an item of the history, and of the properties of each user. */
interface Conditions {
  readonly ofItems?: boolean
  readonly properties?: readonly Properties[] | undefined
}

/**
 * How popular an item is among the users who have one of the history, or a property of the user's, where that is
 * conclusive: where the other items of each user who has i are much likelier by the others who have i. Likelihoods are
 * smoothed with popularity (Zhai and Lafferty, "A study of smoothing methods for language models", TOIS 2004). They
 * leave out each user who is foretold.
 *
 *     P(j | i) = (|{u : i, j ∈ u}| + κ P(j)) / (Σ_j |{u : i, j ∈ u}| + κ)
 *     score_j = Σ_{i ∈ history} decay^{l−1} P(j | i) + Σ_{properties i} P(j | i) / 2
 *
 * It scores nothing where most of the history is not conclusive. There a property is as good as an event.
 *
 * So it has something to say of few users, such as six of five hundred who have items that nobody else has. Questions
 * of so few choose no weight.
 */
export function trainConditionalPopularity(
  interactions: Interactions,
  { ofItems = true, properties = [] }: Conditions = {},
  settings: ConditionalPopularitySettings = CONDITIONAL_POPULARITY,
): ConditionalPopularityState {
  const { smoothing, usersMax, itemsMax, keep, memory } = settings
  const { items } = interactions
  const { offsets, users } = occurrencesOf(interactions)
  const usersOf = (item: number) => [...new Set(users.subarray(offsets[item], offsets[item + 1]))]
  const all = countUsers(interactions)
  const total = all.reduce((sum, count) => sum + count, 0)
  // Plain arrays: to filter a typed one takes ten times as long.
  const newest = new Map<number, readonly number[]>()
  const newestOf = (user: number) =>
    newest.getOrInsertComputed(user, () => [...new Set(historyOf(interactions, user).toReversed())].slice(0, itemsMax))
  const ofValues = usersByValue(properties)
  const ofProperties = ofValues.flatMap(column => [...column.values()])
  const havers = (row: number) => (row < items ? usersOf(row) : some(ofProperties[row - items]!, usersMax))
  const logSmoothing = Math.log(smoothing)
  /** By item j, how many users have i and j; all 0 between two rows. */
  const counts = new Int32Array(items)
  const P = buildRows(
    items + ofProperties.length,
    items,
    (i, sums) => {
      if (i < items && (!ofItems || all[i]! > usersMax)) return
      const others = havers(i)
        .map(user => newestOf(user).filter(item => item !== i))
        .filter(({ length }) => length > 0)
      for (const own of others) for (const j of own) counts[j]!++
      const met = others.reduce((sum, { length }) => sum + length, 0)
      const gains = others.map(own => {
        let sum = 0
        for (const j of own) {
          const others = counts[j]! - 1
          // Mostly there are none, and a logarithm of each would be most of the time.
          sum += others === 0 ? logSmoothing : Math.log((others * total) / all[j]! + smoothing)
        }
        return sum / own.length - Math.log(met - own.length + smoothing)
      })
      const isConclusive = gains.length > 1 && meanOf(gains) - standardError(gains) >= settings.gainMin
      for (const own of others) {
        for (const j of own) {
          if (isConclusive && counts[j]! > 0) sums.add(j, counts[j]! / (met + smoothing))
          counts[j] = 0
        }
      }
    },
    { keep },
  )
  return { P, values: ofValues.map(column => packTexts([...column.keys()])), memory }
}

/** As many users at most, from all parts of the list. */
function some(users: readonly number[], most: number): readonly number[] {
  const apart = Math.ceil(users.length / most)
  return users.filter((_, at) => at % apart === 0)
}

/** The users of each text of each property. */
function usersByValue(properties: readonly Properties[]): readonly ReadonlyMap<string, number[]>[] {
  const columns = (properties[0] ?? []).map(() => new Map<string, number[]>())
  for (const [user, own] of properties.entries())
    for (const [c, text] of own.entries()) if (text !== null) columns[c]!.getOrInsertComputed(text, () => []).push(user)
  return columns
}

/** A property counts as much beside the newest event: a click that contradicts it is believed. */
const OF_PROPERTY = 0.5

/** Scores the items of users who have those of the history or the same properties, where these are conclusive. */
export function openConditionalPopularity({ P, values, memory }: ConditionalPopularityState): Model {
  let row = P.offsets.length - 1 - values.reduce((sum, texts) => sum + unpackTexts(texts).length, 0)
  const rowsOf = values.map(texts => new Map(unpackTexts(texts).map(text => [text, row++])))
  const isConclusive = (row: number) => P.offsets[row + 1]! > P.offsets[row]!
  const ownRows = (properties: Properties = []) =>
    properties.flatMap((text, c) => {
      const row = text === null ? undefined : rowsOf[c]?.get(text)
      return row !== undefined && isConclusive(row) ? [{ row, column: c }] : []
    })
  return {
    score(query, out) {
      const own = ownRows(query.properties)
      let conclusive = own.length
      let all = conclusive
      forRecent(query, memory, (item, weight) => {
        all += weight
        if (isConclusive(item)) conclusive += weight
      })
      if (conclusive === 0 || 2 * conclusive < all) return
      for (const { row } of own) out.addRow(P, row, OF_PROPERTY)
      forRecent(query, memory, (item, weight) => out.addRow(P, item, weight))
    },
    contributions(query, items, each) {
      const own = ownRows(query.properties)
      for (const j of items) {
        for (const { row, column } of own)
          each(j, OF_PROPERTY * entryOf(P, row, j), { kind: 'properties', columns: [column] })
        forRecent(query, memory, (item, weight, at) => each(j, weight * entryOf(P, item, j), { kind: 'event', at }))
      }
    },
  }
}

/** Blends in which these have a smaller share tell users apart by themselves. */
const SHARE_MIN = 0.25
/** Once for that users who differ have less of what is popular, and once to say what they have. */
const WEIGHT = 2

/**
 * How much conditional popularity counts in a blend: twice as much as popularity, and for users without events as that
 * and the model of properties, which hears the few as little.
 */
export function conditionalWeight(
  { eventsFrom, weights }: BlendOfClass,
  models: readonly { readonly name: string }[],
): number {
  const beside: readonly BlendModelName[] = eventsFrom === 0 ? ['popularity', 'cold user'] : ['popularity']
  const share = weights.reduce(
    (sum, weight, m) => (beside.includes(models[m]!.name as BlendModelName) ? sum + weight : sum),
    0,
  )
  return share < SHARE_MIN ? 0 : WEIGHT * share
}
