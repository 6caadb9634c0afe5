import { isNullWord } from './cell-hints.ts'
import { placeOf, type RowSource } from './row-place.ts'
import type { Field } from './schema.ts'
import { quote } from './values.ts'

/**
 * Cells of a column that a bulk import took as missing values, though the column has no null type or they have a text.
 */
export interface MissingValues {
  readonly column: string
  /** How many cells the column has. */
  readonly rows: number
  /** How many cells are empty, where the column has no null type. */
  readonly empty: number
  /** Where the first of them are. */
  readonly emptyAt?: readonly string[]
  /** How many cells have a text that is not of the column's type. */
  readonly unreadable: number
  /** The places of the first of them, with their fault. */
  readonly unreadableAt?: readonly string[]
  /** The share of the cells whose text is not of the column's type, of those with a value: from 0 to 1. */
  readonly unreadableShare: number
}

/** This many rows are named of each column. */
const FIRST = 3

/** How many names of columns a note has. */
const COLUMNS_SHOWN = 10

/** Counts the cells that an import takes as missing values, over all of its files, and knows the columns left out. */
export class MissingCells {
  /** Rows read so far, kept or not. */
  rows = 0
  /** The file that is read: the numbers of rows are its own. */
  source: RowSource = { uri: '', unit: 'line' }
  readonly #columns = new Map<string, MissingInColumn>()
  readonly #leftOut = new Set<string>()

  /** The counter of the cells of a field's column: the same for every file. */
  column(field: Field): MissingInColumn {
    return this.#columns.getOrInsertComputed(field.name, () => new MissingInColumn(field, this))
  }

  /** Notes a column that is no field of the schema. */
  leaveOut(column: string): void {
    this.#leftOut.add(column)
  }

  /** The counts as a message to another thread. */
  counts(): MissingCounts {
    const columns = [...this.#columns.values()].map(column => column.counts())
    return { rows: this.rows, columns, leftOut: [...this.#leftOut] }
  }

  /** Adds the counts of files that come after those that were counted so far. */
  add({ rows, columns, leftOut }: MissingCounts): void {
    this.rows += rows
    for (const column of leftOut) this.leaveOut(column)
    for (const counts of columns) this.column(counts.field).add(counts)
  }

  /** The columns that have such cells. */
  report(): readonly MissingValues[] {
    return [...this.#columns.values()].map(column => column.report()).filter(isMissingAny)
  }

  /**
   * A sentence about the columns that are left out, and one for each column with odd texts, such as words for no value.
   */
  notes(): readonly string[] {
    const names = [...this.#leftOut]
    const shown = names.slice(0, COLUMNS_SHOWN).map(quote).join(', ')
    const more = names.length > COLUMNS_SHOWN ? ` and ${names.length - COLUMNS_SHOWN} more` : ''
    const leftOut = names.length === 0 ? [] : [`columns that are no field of the schema are left out: ${shown}${more}`]
    return [...leftOut, ...[...this.#columns.values()].flatMap(column => column.notes())]
  }
}

/** The cells that were counted in some files. */
export interface MissingCounts {
  readonly rows: number
  readonly columns: readonly MissingInColumnCounts[]
  readonly leftOut: readonly string[]
}

interface MissingInColumnCounts {
  readonly field: Field
  readonly nulls: number
  readonly unreadable: number
  readonly nullWords: number
  readonly emptyAt: readonly string[]
  readonly unreadableAt: readonly string[]
  readonly odd: Readonly<Record<OddText, Odd>>
}

/** A text that is kept as any other, and is hardly meant so: the service knows no other reading. */
export type OddText = keyof typeof ODD_TEXTS

/** The words for them in a note: of one cell, of several, and after the places of the first. */
const ODD_TEXTS = {
  word: {
    one: 'a cell has a word for no value, kept as a text',
    several: 'cells have a word for no value, kept as a text',
    advice: 'leave a cell empty for a missing value',
  },
  requiredWord: {
    one: 'a cell has a word for no value, kept as a text',
    several: 'cells have a word for no value, kept as a text',
    advice: 'leave out rows without a value here: all of these are taken for one',
  },
  number: {
    one: 'a cell has an id as programs write numbers',
    several: 'cells have ids as programs write numbers',
    advice: 'write ids as text: 17.0 is not the id 17, and 1.2E+11 has lost digits',
  },
  marked: {
    one: 'a cell has an id marked as a text for a spreadsheet',
    several: 'cells have ids marked as texts for a spreadsheet',
    advice: 'write the id alone: the marks are a part of it here',
  },
  list: {
    one: 'a cell has a list in brackets, kept as one value',
    several: 'cells have a list in brackets, kept as one value each',
    advice: 'join values with |',
  },
  oneItem: {
    one: 'a cell has a comma or a semicolon and no |, kept as one item',
    several: 'cells have a comma or a semicolon and no |, kept as one item each',
    advice: 'join items with |',
  },
} as const

const ODD_KINDS = Object.keys(ODD_TEXTS) as readonly OddText[]

const ODD_TEXT_SHOWN = 40

interface Odd {
  count: number
  readonly at: string[]
}

const none = (): Odd => ({ count: 0, at: [] })

/** Counts the cells of a column. */
export class MissingInColumn {
  readonly #field: Field
  readonly #file: MissingCells
  #nulls = 0
  #unreadable = 0
  /** How many of these have a word for no value, which says nothing of the column's type. */
  #nullWords = 0
  readonly #emptyAt: string[] = []
  readonly #unreadableAt: string[] = []
  readonly #odd: Readonly<Record<OddText, Odd>> = {
    word: none(),
    requiredWord: none(),
    number: none(),
    marked: none(),
    list: none(),
    oneItem: none(),
  }

  constructor(field: Field, file: MissingCells) {
    this.#field = field
    this.#file = file
  }

  empty(number: number): void {
    this.#nulls++
    if (!this.#field.nullable && this.#emptyAt.length < FIRST) this.#emptyAt.push(placeOf(this.#file.source, number))
  }

  /** @param problem the fault of the cell, beginning with the column */
  unreadable(number: number, cell: string, problem: string): void {
    this.#unreadable++
    if (isNullWord(cell)) this.#nullWords++
    if (this.#unreadableAt.length < FIRST) {
      this.#unreadableAt.push(`${placeOf(this.#file.source, number)}: ${problem}`)
    }
  }

  odd(kind: OddText, number: number, text: string): void {
    const odd = this.#odd[kind]
    odd.count++
    if (odd.at.length === FIRST) return
    const shown = text.length > ODD_TEXT_SHOWN ? `${text.slice(0, ODD_TEXT_SHOWN)}…` : text
    odd.at.push(`"${shown}" at ${placeOf(this.#file.source, number)}`)
  }

  counts(): MissingInColumnCounts {
    const { rule: _function, ...field } = this.#field
    return {
      field,
      nulls: this.#nulls,
      unreadable: this.#unreadable,
      nullWords: this.#nullWords,
      emptyAt: this.#emptyAt,
      unreadableAt: this.#unreadableAt,
      odd: this.#odd,
    }
  }

  add({ nulls, unreadable, nullWords, emptyAt, unreadableAt, odd }: MissingInColumnCounts): void {
    this.#nulls += nulls
    this.#unreadable += unreadable
    this.#nullWords += nullWords
    addFirst(this.#emptyAt, emptyAt)
    addFirst(this.#unreadableAt, unreadableAt)
    for (const kind of ODD_KINDS) {
      this.#odd[kind].count += odd[kind].count
      addFirst(this.#odd[kind].at, odd[kind].at)
    }
  }

  notes(): readonly string[] {
    return ODD_KINDS.flatMap(kind => {
      const { count, at } = this.#odd[kind]
      const { one, several, advice } = ODD_TEXTS[kind]
      const what = count === 1 ? one : `${count} ${several}`
      return count === 0 ? [] : [`${this.#field.name}: ${what} (${at.join(', ')}); ${advice}`]
    })
  }

  report(): MissingValues {
    const { rows } = this.#file
    const wrong = this.#unreadable - this.#nullWords
    return {
      column: this.#field.name,
      rows,
      empty: this.#field.nullable ? 0 : this.#nulls,
      ...(this.#emptyAt.length > 0 && { emptyAt: this.#emptyAt }),
      unreadable: this.#unreadable,
      ...(this.#unreadableAt.length > 0 && { unreadableAt: this.#unreadableAt }),
      unreadableShare: wrong === 0 ? 0 : wrong / (rows - this.#nulls - this.#nullWords),
    }
  }
}

function addFirst(places: string[], more: readonly string[]): void {
  places.push(...more.slice(0, FIRST - places.length))
}

function isMissingAny({ empty, unreadable }: MissingValues): boolean {
  return empty > 0 || unreadable > 0
}
