import { isNullWord } from './cell-hints.ts'
import { placeOf, type RowSource } from './row-place.ts'
import type { Field } from './schema.ts'

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

/** Counts the cells that an import takes as missing values, over all of its files. */
export class MissingCells {
  /** Rows read so far, kept or not. */
  rows = 0
  /** The file that is read: the numbers of rows are its own. */
  source: RowSource = { uri: '', unit: 'line' }
  readonly #columns = new Map<string, MissingInColumn>()

  /** The counter of the cells of a field's column: the same for every file. */
  column(field: Field): MissingInColumn {
    return this.#columns.getOrInsertComputed(field.name, () => new MissingInColumn(field, this))
  }

  /** The counts as a message to another thread. */
  counts(): MissingCounts {
    return { rows: this.rows, columns: [...this.#columns.values()].map(column => column.counts()) }
  }

  /** Adds the counts of files that come after those that were counted so far. */
  add({ rows, columns }: MissingCounts): void {
    this.rows += rows
    for (const counts of columns) this.column(counts.field).add(counts)
  }

  /** The columns that have such cells. */
  report(): readonly MissingValues[] {
    return [...this.#columns.values()].map(column => column.report()).filter(isMissingAny)
  }

  /** A sentence for each column whose cells have words for no value, which are kept as texts. */
  notes(): readonly string[] {
    return [...this.#columns.values()].flatMap(column => column.note() ?? [])
  }
}

/** The cells that were counted in some files. */
export interface MissingCounts {
  readonly rows: number
  readonly columns: readonly MissingInColumnCounts[]
}

interface MissingInColumnCounts {
  readonly field: Field
  readonly nulls: number
  readonly unreadable: number
  readonly nullWords: number
  readonly words: number
  readonly emptyAt: readonly string[]
  readonly unreadableAt: readonly string[]
  readonly wordsAt: readonly string[]
}

/** Counts the cells of a column. */
export class MissingInColumn {
  readonly #field: Field
  readonly #file: MissingCells
  #nulls = 0
  #unreadable = 0
  /** How many of these have a word for no value, which says nothing of the column's type. */
  #nullWords = 0
  #words = 0
  readonly #emptyAt: string[] = []
  readonly #unreadableAt: string[] = []
  readonly #wordsAt: string[] = []

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

  /** Counts a cell with a word for no value, which is kept as any other text: the service knows none. */
  word(number: number, text: string): void {
    this.#words++
    if (this.#wordsAt.length < FIRST) this.#wordsAt.push(`"${text}" at ${placeOf(this.#file.source, number)}`)
  }

  counts(): MissingInColumnCounts {
    const { rule: _function, ...field } = this.#field
    return {
      field,
      nulls: this.#nulls,
      unreadable: this.#unreadable,
      nullWords: this.#nullWords,
      words: this.#words,
      emptyAt: this.#emptyAt,
      unreadableAt: this.#unreadableAt,
      wordsAt: this.#wordsAt,
    }
  }

  add({ nulls, unreadable, nullWords, words, emptyAt, unreadableAt, wordsAt }: MissingInColumnCounts): void {
    this.#nulls += nulls
    this.#unreadable += unreadable
    this.#nullWords += nullWords
    this.#words += words
    addFirst(this.#emptyAt, emptyAt)
    addFirst(this.#unreadableAt, unreadableAt)
    addFirst(this.#wordsAt, wordsAt)
  }

  note(): string | undefined {
    if (this.#words === 0) return undefined
    const { name } = this.#field
    const kept = this.#words === 1 ? 'a cell has a word for no value' : `${this.#words} cells have a word for no value`
    return `${name}: ${kept}, kept as a text (${this.#wordsAt.join(', ')}); leave a cell empty for a missing value`
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
