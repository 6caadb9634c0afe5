import { type Reason, reasonInWords } from '../../../src/contract/reasons.ts'

/** An item of its answer. */
export interface Explained {
  readonly itemId?: string
  readonly actionId?: string
  readonly rank: number | null
  readonly isExplored: boolean
  readonly reasons: readonly Reason[]
}

/** Returns a reason in words, such as `view tent-3` or `MEMBERSHIP_TYPE: Member`. */
export function wordsFor(reason: Reason): string {
  return reason.kind === 'others' ? `${reasonInWords(reason)} reasons` : reasonInWords(reason)
}

/** A reason with its part of all that speaks for the item, or against it, from −1 to 1. */
export interface Share extends Reason {
  readonly share: number
}

/**
 * Returns the reasons of an item that weigh anything, as parts of the whole: the absolute values of the parts sum up to
 * 1. The floor of a score says nothing of this item, and is left out.
 */
export function sharesOf(reasons: readonly Reason[]): readonly Share[] {
  const telling = reasons.filter(({ kind, contribution }) => kind !== 'floor' && contribution !== 0)
  const whole = telling.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0)
  return telling.map(reason => ({ ...reason, share: reason.contribution / whole }))
}
