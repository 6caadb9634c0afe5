import type { Unmatched } from '../../../../src/insights/report.ts'
import { distinctText } from './texts.ts'

/** Ids of one dataset that the other does not have, among all. */
export function unmatchedText(unmatched: Unmatched): string {
  return unmatched.count === 0 ? 'none' : `${distinctText(unmatched)} of ${unmatched.of.toLocaleString('en')}`
}
