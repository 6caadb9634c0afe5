import { isWordForNothing } from '../datasets/cell-hints.ts'
import type { Field } from '../datasets/schema.ts'
import type { Value } from '../datasets/values.ts'
import { NumberSummary } from './numbers.ts'
import type { ColumnKind, ColumnReport, Spellings } from './report.ts'
import { otherSeparator } from './separators.ts'
import { spellingsOf } from './spellings.ts'
import { TimeSummary } from './times.ts'
import { DistinctCounter, ValueCounter } from './values.ts'

const TOP = 10
/** The guide allows 10 event types. Up to 20 are shown, so that an operator sees the surplus ones. */
const TOP_EVENT_TYPES = 20
const EVENT_TYPE = 'EVENT_TYPE'
/**
 * Fields that only some interactions have, also where the schema allows no null. They hold ids, which are not worth
 * counting.
 */
const LISTS = ['IMPRESSION', 'RECOMMENDATION_ID']

/** Summarizes a column, value by value, in memory that does not grow with the rows. */
export class ColumnSummary {
  readonly #field: Field
  readonly #kind: ColumnKind
  readonly #values = new ValueCounter()
  readonly #texts = new DistinctCounter()
  readonly #numbers = new NumberSummary()
  readonly #times: TimeSummary
  #missing = 0
  #blanks = 0
  #lists = 0

  /** @param now in milliseconds since 1970 */
  constructor(field: Field, now: number) {
    this.#field = field
    this.#kind = kindOf(field)
    this.#times = new TimeSummary(now)
  }

  /** Returns whether there is a value. */
  add(value: Value): boolean {
    if (value === null || value === '') {
      this.#missing++
      return false
    }
    this.#readers[this.#kind](value)
    return true
  }

  report(): ColumnReport {
    const { name, type, nullable } = this.#field
    const counts = this.#values.counts()
    const areWords = this.#kind === 'plain' || this.#kind === 'categories'
    const numbers = this.#numbers.report()
    return {
      name,
      type,
      kind: this.#kind,
      nullable,
      missing: this.#missing,
      distinct: this.#kind === 'text' ? this.#texts.distinct : this.#values.distinct,
      top: counts.filter(({ count }) => count > 1).slice(0, name === EVENT_TYPE ? TOP_EVENT_TYPES : TOP),
      topMissed: this.#values.missed,
      blanks: this.#blanks,
      wordsForNothing: areWords ? counts.filter(({ value }) => isWordForNothing(String(value).trim())) : [],
      separator: this.#kind === 'categories' && this.#lists === 0 ? otherSeparator(counts) : undefined,
      spellings: areWords ? spellingsOf(counts) : NO_SPELLINGS,
      numbers: this.#kind === 'number' ? numbers : undefined,
      times: this.#kind === 'time' ? this.#times.report() : undefined,
      lengths: this.#kind === 'text' ? numbers : undefined,
    }
  }

  readonly #readers: Readonly<Record<ColumnKind, (value: Exclude<Value, null>) => void>> = {
    number: value => {
      this.#values.add(value)
      this.#numbers.add(Number(value))
    },
    time: value => {
      this.#values.add(value)
      this.#times.add(Number(value))
    },
    boolean: value => this.#values.add(value),
    plain: value => {
      this.#values.add(value)
      if (hasBlanks(value as string)) this.#blanks++
    },
    text: value => {
      this.#texts.add(value as string)
      this.#numbers.add((value as string).length)
      if (hasBlanks(value as string)) this.#blanks++
    },
    categories: value => {
      const categories = String(value).split('|')
      for (const category of categories) this.#values.add(category)
      if (categories.length > 1) this.#lists++
      if (categories.some(hasBlanks)) this.#blanks++
    },
  }
}

const NO_SPELLINGS: Spellings = { groups: 0, examples: [] }

function kindOf({ name, type, categorical, textual }: Field): ColumnKind {
  if (textual || LISTS.includes(name)) return 'text'
  // A number that is declared categorical is still counted as a number.
  if (categorical && type === 'string') return 'categories'
  if (type === 'boolean') return 'boolean'
  if (type === 'string') return 'plain'
  return name.endsWith('TIMESTAMP') ? 'time' : 'number'
}

/** Whether only some rows have the field by its nature, so that a missing value is no fault. */
export function isSeldom(name: string): boolean {
  return LISTS.includes(name)
}

/** Whether the text begins or ends with white space. */
export function hasBlanks(text: string): boolean {
  return text.trim().length !== text.length
}
