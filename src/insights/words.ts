import type { DatasetType } from '../datasets/dataset-type.ts'
import type { Value } from '../datasets/values.ts'
import type { Distinct, Gap, ValueCount } from './report.ts'

/** The guide's names of the datasets. */
export const titles: Readonly<Record<DatasetType, string>> = {
  INTERACTIONS: 'Interactions',
  USERS: 'Users',
  ITEMS: 'Items',
  ACTIONS: 'Actions',
  ACTION_INTERACTIONS: 'Action interactions',
}

const LENGTH = 40

/** `12,345` */
export function number(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** A number that was imported: `12,345`, but `1994`, which may be a year; `0.0312` of small ones. */
export function figure(value: number): string {
  const isSmall = Math.abs(value) < 1 && value !== 0
  const digits = isSmall ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 }
  return value.toLocaleString('en-US', { useGrouping: 'min2', ...digits })
}

/** `about 12,000` for an estimate. */
export function many({ count, isEstimate }: Distinct): string {
  return isEstimate ? `about ${number(count)}` : number(count)
}

/** `12 %`, `0.3 %`. It is 0 % only for nothing, and 100 % only for all. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  if (part >= whole) return '100 %'
  const share = (100 * part) / whole
  if (share < 0.1) return '<0.1 %'
  if (share > 99.9) return '>99.9 %'
  return `${share < 1 || share > 99 ? share.toFixed(1) : Math.round(share)} %`
}

/** A value in quotes, shortened if it is long. Control characters are escaped, since a terminal would obey them. */
export function quoted(value: Exclude<Value, null>): string {
  const text = typeof value === 'string' ? value : String(value)
  const shown = JSON.stringify(text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text)
  return shown.replace(/\p{Cc}/gu, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** `1 day`, `12 days` */
export function daysOf(count: number): string {
  return `${number(count)} day${count === 1 ? '' : 's'}`
}

/** `1 row`, `12,345 rows` */
export function rowsOf(count: number): string {
  return `${number(count)} row${count === 1 ? '' : 's'}`
}

/** `"Action" (120), "action" (3)` */
export function counted(counts: readonly ValueCount[]): string {
  return counts.map(({ value, count }) => `${quoted(value)} (${number(count)})`).join(', ')
}

/** `A, B and 3 others` */
export function listed(texts: readonly string[], most = 6): string {
  const left = texts.length - most
  return left > 0 ? `${texts.slice(0, most).join(', ')} and ${left} others` : texts.join(', ')
}

/** `2030-01-31 18:00:00` of seconds since 1970 (UTC). */
export function time(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime()) || seconds >= 1e11) return String(seconds)
  return date.toISOString().slice(0, 19).replace('T', ' ')
}

/** `3 days, 2030-01-31 to 2030-02-02` */
export function gapText({ days, from, to }: Gap): string {
  return days === 1 ? `1 day, ${from}` : `${daysOf(days)}, ${from} to ${to}`
}
