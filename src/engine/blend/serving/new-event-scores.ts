import type { BlendOfClass } from '../blend.ts'
import { type Fading, fadedTo } from '../models/half-life.ts'
import { type BlendModelName, placeOf } from '../models.ts'

/** An event after this many half-lives counts as one then: after a pause of years it would outweigh all others. */
const HALF_LIVES_MAX = 4

/** How much an event of this time counts beside those of the training: less or more than 1 where popularity fades. */
export function countedAt(timestampMs: number, fading: Fading | undefined): number {
  return fading ? fadedTo(Math.min(timestampMs, fading.now + HALF_LIVES_MAX * fading.halfLife), fading) : 1
}

/** An item that has had more events since the training. */
interface ItemWithNewEvents {
  /** Without them. */
  readonly score: number
  /** How many events it had at training. */
  readonly count: number
  /** How many it has had since. */
  readonly more: number
}

/** With this many events of an item, half of its share is its own, and half as for everybody. */
const EVENTS_TO_TELL = 5

/** Scores an item by the events that it has had since the training. */
export type ScoreByNewEvents = (item: ItemWithNewEvents) => number

/**
 * Scores items that have had more events since the training, for a user without any. Models of popularity, with W of
 * the blend's weight, score for such a user; the others say nothing. So the score is taken as one model's, whose share
 * grows by the new events. New events are shared out to this user as those of the training were. In the training the
 * item had c events, and the most popular item m.
 *
 *     share = exp((score − (1 − W) log ε) / W) − ε
 *     share' = share + (more / m) (m share + 5) / (c + 5)
 *
 * @param most m
 */
export function openNewEventScores(
  parts: readonly { readonly name: BlendModelName }[],
  most: number,
): (blend: Pick<BlendOfClass, 'weights' | 'floor'>) => ScoreByNewEvents {
  const places = [placeOf('prior', parts), placeOf('cold-users', parts)]
  return ({ weights, floor }) => {
    const telling = places.reduce((sum, place) => sum + (weights[place] ?? 0), 0)
    const silent = (1 - telling) * Math.log(floor)
    return ({ score, count, more }) => {
      if (telling <= 0 || most <= 0) return Math.max(score, Math.log(floor))
      const share = Math.max(0, Math.exp((score - silent) / telling) - floor)
      const suits = (most * share + EVENTS_TO_TELL) / (count + EVENTS_TO_TELL)
      return telling * Math.log(share + (more / most) * suits + floor) + silent
    }
  }
}
