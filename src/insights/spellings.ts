import type { Spellings, ValueCount } from './report.ts'

const EXAMPLES = 3

/** Finds such spellings among counted values, which must be sorted by frequency. */
export function spellingsOf(counts: readonly ValueCount[]): Spellings {
  const groups = [...Map.groupBy(counts, ({ value }) => fold(String(value))).values()]
  const several = groups.filter(group => group.length > 1)
  return { groups: several.length, examples: several.slice(0, EXAMPLES) }
}

/** Normalizes a text, so that texts that differ by case and blanks only become equal. */
function fold(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
}

/**
 * Normalizes an id by the usual changes of programs: case, blanks, and `7.0` or `007`, which pandas and spreadsheets
 * write for 7.
 */
export function looseId(id: string): string {
  return fold(id)
    .replace(/^0+(?=\d)/, '')
    .replace(/^(\d+)\.0+$/, '$1')
}
