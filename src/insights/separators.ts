import type { OtherSeparator, ValueCount } from './report.ts'

/** Characters that programs put between categories in place of `|`. */
const SEPARATORS = [',', ';', '/'] as const

/**
 * Finds the character that stands between the categories of a column in place of `|`: `Action, Comedy` is one category
 * then. Many of the parts must come in several values, since `Home, Garden & Tools` may be the name of one category.
 * @param counts of a column in which no value has several categories
 */
export function otherSeparator(counts: readonly ValueCount[]): OtherSeparator | undefined {
  for (const separator of SEPARATORS) {
    const lists = counts.filter(({ value }) => String(value).includes(separator))
    const values = new Map<string, number>()
    for (const { value } of counts)
      for (const part of new Set(partsOf(value, separator))) values.set(part, (values.get(part) ?? 0) + 1)
    const parts = new Set(lists.flatMap(({ value }) => partsOf(value, separator)))
    const shared = [...parts].filter(part => values.get(part)! > 1).length
    if (lists.length > 1 && 2 * shared > parts.size)
      return { separator, rows: lists.reduce((sum, { count }) => sum + count, 0), example: lists[0]!.value }
  }
  return undefined
}

function partsOf(value: ValueCount['value'], separator: string): readonly string[] {
  return String(value)
    .split(separator)
    .map(part => part.trim())
    .filter(part => part !== '')
}
