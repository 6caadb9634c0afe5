import { type Field, type Schema, valueFields } from '../../datasets/schema.ts'
import { wordsOf } from '../../engine/text/words.ts'
import type { FieldValue } from '../../filters/dataset-record.ts'
import { classNameOf, classOf, edgesOf } from './number-classes.ts'

/**
 * The features of a dataset's records: each value that a user or an item may have is a feature with a number. Learned
 * from the records that are there at training, and kept with the model, so that records put later are read the same
 * way. A value that is not among them, such as a new category, says nothing yet.
 */
export interface FeatureSpace {
  readonly [member: string]: readonly FeatureColumn[] | number
  readonly columns: readonly FeatureColumn[]
  /** How many features there are. */
  readonly size: number
}

type FeatureColumn = {
  readonly name: string
  /** The number of its first feature. */
  readonly first: number
} & (
  | { readonly kind: 'values' | 'categories'; readonly values: readonly string[] }
  /** The words of unstructured text, the most frequent first. */
  | { readonly kind: 'words'; readonly values: readonly string[] }
  /** Class k is from edges[k − 1] up to, without it, edges[k]. */
  | { readonly kind: 'classes'; readonly edges: readonly number[] }
)

/** As many values of a field are features, those that most records have. */
const VALUES_MAX = 500
/** A text that is not categorical is a feature only if it has few values: it may be a name. */
export const PLAIN_VALUES_MAX = 50
/** Into how many classes, each of as many records, numbers are put; so few different ones are a class each. */
const CLASSES = 10
/** With as many edges there are wide classes beside them. */
const WIDE_FROM = 5
/** A number that a smaller share of the records has is no class of its own. */
const COMMON_NUMBER = 0.02

/** As many words of a field are features, those that most records have. */
const WORDS_MAX = 1000
/** As many words of a text are read, and as many of them, its rarest, are features of the record. */
const READ_MAX = 500
const WORDS_OF_RECORD = 20
/** A word in a greater share of the texts is a stop word or boilerplate. */
const COMMON_SHARE = 2 / 3
/** The time that an item came says how old it is, and nothing of its kind. */
const AGE = 'CREATION_TIMESTAMP'

/** Learns the features of records. `excluded` are names of fields that are not used. */
export function learnFeatures(
  schema: Schema,
  records: readonly (readonly FieldValue[])[],
  excluded: readonly string[] = [],
): FeatureSpace {
  let size = 0
  const columns = valueFields(schema).flatMap((field, place) => {
    if (excluded.includes(field.name)) return []
    if (schema.datasetType === 'ITEMS' && field.name === AGE) return []
    const columns = field.textual ? learnWords(field, place, records) : learnColumns(field, place, records)
    return columns.map(column => {
      const numbered = { ...column, first: size } as FeatureColumn
      size += sizeOf(numbered)
      return numbered
    })
  })
  return { columns, size }
}

type Column = Omit<FeatureColumn, 'first'>

function learnColumns(field: Field, place: number, records: readonly (readonly FieldValue[])[]): readonly Column[] {
  const counts = new Map<string, number>()
  const numbers: number[] = []
  let several = false
  for (const record of records) {
    const value = record[place]
    if (value == null) continue
    // A number that is marked as categorical is a code, whose neighbours say nothing of it.
    if (!field.categorical && (typeof value === 'number' || typeof value === 'bigint')) {
      numbers.push(Number(value))
      continue
    }
    const texts = textsOf(value)
    several ||= texts.length > 1
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  if (numbers.length > 0) return classesOf(field.name, edgesOf(commonOf(numbers), CLASSES))
  if (counts.size === 0) return []
  if (field.type === 'string' && !field.categorical && counts.size > PLAIN_VALUES_MAX) return []
  const frequent = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, VALUES_MAX)
  const values = frequent.map(([text]) => text).sort()
  return [{ name: field.name, kind: several ? 'categories' : 'values', values } as Column]
}

/** Narrow classes, and wide ones of two of them each: so a number is like its neighbours, too. */
function classesOf(name: string, edges: readonly number[]): readonly Column[] {
  const narrow = { name, kind: 'classes', edges } as Column
  const wide = { name, kind: 'classes', edges: edges.filter((_, at) => at % 2 === 1) } as Column
  return edges.length < WIDE_FROM ? [narrow] : [narrow, wide]
}

/** Of few different numbers those that enough records have: a price of one item is like the nearest one of many. */
function commonOf(numbers: readonly number[]): readonly number[] {
  const counts = new Map<number, number>()
  for (const number of numbers) {
    if (counts.size > CLASSES) return numbers
    counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  return numbers.filter(number => counts.get(number)! >= COMMON_NUMBER * numbers.length)
}

/** A word of one text alone makes nothing alike. */
function learnWords({ name }: Field, place: number, records: readonly (readonly FieldValue[])[]): readonly Column[] {
  const counts = new Map<string, number>()
  let texts = 0
  for (const record of records) {
    if (record[place] == null) continue
    texts++
    for (const word of distinctWords(record[place])) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const telling = [...counts].filter(([, count]) => count > 1 && count <= COMMON_SHARE * texts)
  const frequent = telling.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, WORDS_MAX)
  if (frequent.length === 0) return []
  return [{ name, kind: 'words', values: frequent.map(([word]) => word) } as Column]
}

function distinctWords(value: FieldValue): Set<string> {
  return new Set(wordsOf(textsOf(value).join(' ')).slice(0, READ_MAX))
}

function textsOf(value: FieldValue): readonly string[] {
  return Array.isArray(value) ? value : [String(value)]
}

function sizeOf(column: FeatureColumn): number {
  return column.kind === 'classes' ? column.edges.length + 1 : column.values.length
}

/** Reads records of a schema, which may have gained fields since, in a feature space. */
export function compileFeatures(space: FeatureSpace, schema: Schema) {
  const places = valueFields(schema).map(({ name }) => name)
  const readers = space.columns.flatMap(column => {
    const place = places.indexOf(column.name)
    return place < 0 ? [] : [{ column, place, read: compileColumn(column) }]
  })
  return {
    /** The features of a record, by number. */
    features(record: readonly FieldValue[]): Int32Array {
      const found: number[] = []
      for (const { place, read } of readers) {
        const value = record[place]
        if (value != null) found.push(...read(value))
      }
      return Int32Array.from(found)
    },
    /** A user's properties as the engine takes them: one text a column, or one for each category a column has. */
    properties(record: readonly FieldValue[]): (string | null)[] {
      return readers.flatMap(({ column, place, read }) => {
        const value = record[place]
        if (column.kind === 'words') return []
        const found = value == null ? [] : read(value)
        if (column.kind !== 'categories') return [found.length === 0 ? null : String(found[0])]
        return column.values.map((_, i) => (found.includes(column.first + i) ? 'yes' : null))
      })
    },
    /** Those properties in words, such as `AGE: 18 to 25`; null where nothing is known. */
    describe(properties: readonly (string | null)[]): (string | null)[] {
      const features = readers.flatMap(({ column }) => {
        if (column.kind === 'words') return []
        return column.kind === 'categories' ? column.values.map((_, i) => column.first + i) : [undefined]
      })
      return features.map((feature, at) => {
        const property = properties[at] ?? null
        return property === null ? null : featureName(space, feature ?? Number(property))
      })
    },
  }
}

export type FeatureReader = ReturnType<typeof compileFeatures>

function compileColumn(column: FeatureColumn): (value: FieldValue) => number[] {
  if (column.kind === 'classes') {
    const { edges, first } = column
    return value => [first + classOf(edges, Number(value))]
  }
  const numbers = new Map(column.values.map((text, i) => [text, column.first + i]))
  const known = (texts: Iterable<string>) => Array.from(texts).flatMap(text => numbers.get(text) ?? [])
  if (column.kind !== 'words') return value => known(textsOf(value))
  return value =>
    known(distinctWords(value))
      .sort((a, b) => b - a)
      .slice(0, WORDS_OF_RECORD)
}

/** The name of a feature, such as `GENRES: Drama`. */
export function featureName({ columns }: FeatureSpace, feature: number): string {
  const column = columns.findLast(({ first }) => first <= feature)!
  const at = feature - column.first
  return `${column.name}: ${column.kind === 'classes' ? classNameOf(column.edges, at) : column.values[at]}`
}
