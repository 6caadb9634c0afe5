import type { ValueCount } from './values.ts'

/** Values that differ by case and blanks only, such as `Action`, `action` and ` Action`. */
export interface Spellings {
  /** Of how many values there are several spellings. */
  readonly groups: number
  /** The most frequent of them, each with its spellings. */
  readonly examples: readonly (readonly ValueCount[])[]
}

const EXAMPLES = 3

/** Finds those among counted values, the most frequent first. */
export function spellingsOf(counts: readonly ValueCount[]): Spellings {
  const groups = [...Map.groupBy(counts, ({ value }) => fold(String(value))).values()]
  const several = groups.filter(group => group.length > 1)
  return { groups: several.length, examples: several.slice(0, EXAMPLES) }
}

/** The text without what differs by case and blanks only. */
export function fold(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
}

/**
 * An id without what programs change of ids: case, blanks, and what pandas and spreadsheets make of numbers, `7.0` and
 * `007` of 7.
 */
export function looseId(id: string): string {
  return fold(id)
    .replace(/^0+(?=\d)/, '')
    .replace(/^(\d+)\.0+$/, '$1')
}
