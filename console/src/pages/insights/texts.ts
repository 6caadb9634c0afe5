import type { Distinct } from '../../../../src/insights/report.ts'

/** A count with its share, such as `3 (12 %)`. */
export function shareText(count: number, of: number): string {
  if (count === 0) return '–'
  return `${count.toLocaleString('en')} (${of === 0 ? 0 : percent(count / of)} %)`
}

/** Whole percents. A share above 0 is at least 1, and one below all is 99 at most. */
function percent(share: number): number {
  return share > 0 && share < 1 ? Math.min(99, Math.max(1, Math.round(100 * share))) : Math.round(100 * share)
}

/** A number as people write it, with three digits behind the point at most. */
export function numberText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 })
}

/** A count of different values. */
export function distinctText({ count, isEstimate }: Distinct): string {
  return `${isEstimate ? 'about ' : ''}${count.toLocaleString('en')}`
}
