import { isNullWord } from '../../../../src/datasets/cell-hints.ts'
import type { DatasetType, Domain } from '../../../../src/datasets/dataset-type.ts'
import { foldName } from '../../../../src/datasets/names.ts'
import { requirementsOf } from '../../../../src/datasets/requirements.ts'
import type { Schema } from '../../../../src/datasets/schema.ts'
import { type Kind, kindOf } from './kinds.ts'
import { fieldName, matchNames } from './names.ts'
import type { Sample } from './sample.ts'

/** A column of a file, and the field that it becomes. */
export interface Column {
  /** Its place in the file. */
  readonly at: number
  /** As the file's header has it. */
  readonly header: string
  /** The first value that is not empty, as an example. */
  readonly example: string
  /** Whether it becomes a field; else it is left out. */
  readonly isUsed: boolean
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  /** Whether the service requires the field, knows it, or it is one of the person's own. */
  readonly role: 'required' | 'reserved' | 'own'
  /** Why this kind is proposed. */
  readonly reason: string
}

/** Proposes a field for each column of a file, from its name and its values. */
export function propose({ header, rows }: Sample, type: DatasetType, domain: Domain | undefined): readonly Column[] {
  const known = matchNames(header, type, domain)
  const rules = rulesOf(type, domain)
  const proposed = header.map((column, at): Column => {
    const values = rows.flatMap(row => (row[at] === undefined || row[at].trim() === '' ? [] : [row[at].trim()]))
    const [name, common] = [known.get(at), { at, header: column, example: values[0] ?? '' }]
    const rule = name === undefined ? undefined : rules.get(name)
    if (name !== undefined && rule) return { ...common, isUsed: true, name, ...ofRule(rule) }
    const own = fieldName(column)
    const found = kindOfValues(own, values, type)
    return { ...common, isUsed: own !== '' && values.length > 0, name: own, nullable: true, role: 'own', ...found }
  })
  return withOneText(withoutTwins(proposed))
}

/** Returns the columns of a file for a dataset that is there: each becomes the field of its name, others are left out. */
export function proposeFor({ header, rows }: Sample, schema: Schema): readonly Column[] {
  const known = matchNames(header, schema.datasetType, schema.domain)
  return header.map((column, at): Column => {
    const example = rows.find(row => row[at]?.trim())?.[at]?.trim() ?? ''
    const bySpelling = schema.fields.find(({ name }) => foldName(name) === foldName(column))
    const field = bySpelling ?? schema.fields.find(({ name }) => name === known.get(at))
    const common = { at, header: column, example, role: 'own' as const }
    if (!field) {
      return {
        ...common,
        isUsed: false,
        name: '',
        kind: 'string',
        nullable: true,
        reason: 'The dataset has no such field',
      }
    }
    const reason = 'As the schema of the dataset has it'
    return { ...common, isUsed: true, name: field.name, kind: kindOf(field), nullable: field.nullable, reason }
  })
}

interface Rule {
  readonly role: 'required' | 'reserved'
  /** In the words of `requirements.ts`. */
  readonly words: string
}

function rulesOf(type: DatasetType, domain: Domain | undefined): ReadonlyMap<string, Rule> {
  const { required, reserved } = requirementsOf(type, domain) ?? { required: {}, reserved: {} }
  const rules = (role: Rule['role'], all: Readonly<Record<string, string>>) =>
    Object.entries(all).flatMap(([names, words]) => names.split(' / ').map(name => [name, { role, words }] as const))
  return new Map([...rules('required', required), ...rules('reserved', reserved)])
}

function ofRule({ role, words }: Rule): Pick<Column, 'kind' | 'nullable' | 'role' | 'reason'> {
  const [first] = words.split(' ')
  const kind = first === 'categorical' ? 'category' : first === 'textual' ? 'text' : (first as Kind)
  const must = role === 'required' ? 'The service requires it' : 'The service knows it'
  return { kind, nullable: words.endsWith('or null'), role, reason: `${must}: it must be ${words}` }
}

/** This many different values are a category, whatever the number of rows. */
const CATEGORIES = 30
/** More than this share of different values is no category. */
const DIFFERENT_MAX = 0.5
/** Texts of items have this many characters on average. */
const TEXT_LENGTH = 40

const WHOLE = /^[+-]?\d+$/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const LEADING_ZERO = /^[+-]?0\d/
const INT_MAX = 2 ** 31

function kindOfValues(name: string, all: readonly string[], type: DatasetType): Pick<Column, 'kind' | 'reason'> {
  const values = all.filter(value => !isNullWord(value))
  if (values.length === 0) return { kind: 'string', reason: 'It has no value in the first rows' }
  return ofType(name, values) ?? ofTexts(values, type)
}

/** A number or a boolean, where all values are one. */
function ofType(name: string, values: readonly string[]): Pick<Column, 'kind' | 'reason'> | undefined {
  const isEvery = (pattern: RegExp) => values.every(value => pattern.test(value))
  const isNumber = isEvery(NUMBER) && !values.some(value => LEADING_ZERO.test(value)) && !/(^|_)ID$/.test(name)
  if (isNumber && isEvery(WHOLE)) {
    const isSmall = values.every(value => Math.abs(Number(value)) < INT_MAX)
    return isSmall
      ? { kind: 'int', reason: 'All values are whole numbers' }
      : { kind: 'long', reason: 'All values are whole numbers, some of them large' }
  }
  if (isNumber) return { kind: 'float', reason: 'All values are numbers' }
  return isEvery(/^(true|false)$/i) ? { kind: 'boolean', reason: 'All values are true or false' } : undefined
}

function ofTexts(values: readonly string[], type: DatasetType): Pick<Column, 'kind' | 'reason'> {
  const different = new Set(values).size
  if (values.some(value => /[^|]\|[^|]/.test(value))) {
    return { kind: 'category', reason: 'Its values have | between several categories' }
  }
  const length = values.reduce((sum, value) => sum + value.length, 0) / values.length
  if (type === 'ITEMS' && length >= TEXT_LENGTH && different > values.length * DIFFERENT_MAX) {
    return { kind: 'text', reason: `Its values are texts of ${Math.round(length)} characters` }
  }
  if (different <= CATEGORIES && (different <= values.length * DIFFERENT_MAX || values.length < CATEGORIES)) {
    return { kind: 'category', reason: `It has ${different} different ${different === 1 ? 'value' : 'values'}` }
  }
  if (different <= values.length * DIFFERENT_MAX) {
    return { kind: 'category', reason: `It has ${different} different values in ${values.length} rows` }
  }
  return { kind: 'string', reason: 'Nearly every row has a value of its own' }
}

/** Two columns with the same letters and digits have one name for clients: the second is left out. */
function withoutTwins(columns: readonly Column[]): readonly Column[] {
  const seen = new Set<string>()
  return columns.map(column => {
    if (!column.isUsed || !seen.has(foldName(column.name))) {
      if (column.isUsed) seen.add(foldName(column.name))
      return column
    }
    return { ...column, isUsed: false, reason: `There is a column ${column.name} already` }
  })
}

/** The service allows one text: that which it knows, or else the first. Others become strings. */
function withOneText(columns: readonly Column[]): readonly Column[] {
  const texts = columns.filter(({ isUsed, kind }) => isUsed && kind === 'text')
  const kept = texts.find(({ role }) => role === 'reserved') ?? texts[0]
  return columns.map(column => {
    if (column.kind !== 'text' || column === kept) return column
    return { ...column, kind: 'string' as const, reason: 'The service takes one text, and there is another' }
  })
}
