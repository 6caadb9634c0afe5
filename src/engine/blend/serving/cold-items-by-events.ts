import { meanOf } from '../../math/mean.ts'
import { firstWhere } from '../../math/places.ts'
import type { BlendQuery } from '../models/model.ts'

/** The blend's answer to a question. */
export interface AnsweredByAll {
  readonly scoresOf: (items: Int32Array) => Float64Array
  /** The events of each item at training, by their weights. */
  readonly counts: Float64Array
  /** The items, those with the most events first. */
  readonly order: Int32Array
  /** ε of the blend. */
  readonly floor: number
}

/** An item has about as many events as another if neither has more than this many times as many. */
const ABOUT = 1.25
/** By how many such items it is judged what one of them is worth, at least and at most. */
const [ALIKE_MIN, ALIKE_MAX] = [10, 100]

/**
 * Returns a function that scores an item which came after the training by its events, given the sum of their weights.
 * The score is the mean of the items that had about as many at training, without those that the user has had.
 */
export function scoreByEvents(query: BlendQuery, answered: AnsweredByAll): (events: number) => number {
  const { scoresOf, counts, order, floor } = answered
  const had = new Set(query.history)
  const placeBelow = (events: number) => firstWhere(order.length, place => counts[order[place]!]! < events)
  const met = firstWhere(order.length, place => counts[order[place]!] === 0)
  const means = new Map<string, number | undefined>()
  const meanOfPlaces = (from: number, to: number) => {
    const step = Math.max(1, Math.ceil((to - from) / ALIKE_MAX))
    const some = Int32Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => order[from + at * step]!)
    const others = some.filter(item => !had.has(item))
    return others.length > 0 ? meanOf(scoresOf(others)) : undefined
  }
  return events => {
    const [first, end] = [placeBelow(events * ABOUT), Math.min(met, placeBelow(events / ABOUT))]
    for (let least = ALIKE_MIN; ; least *= 4) {
      const size = Math.min(met, Math.max(least, end - first))
      const from = Math.max(0, Math.min(met - size, Math.round((first + end - size) / 2)))
      const mean = means.getOrInsertComputed(`${from} ${size}`, () => meanOfPlaces(from, from + size))
      if (mean !== undefined) return mean
      // Of a user who has had all, every model is silent, which is log ε.
      if (size === met) return Math.log(floor)
    }
  }
}
