import { InvalidInputException } from '../../contract/errors.ts'
import { tidyList } from '../../datasets/blanks.ts'
import { isContext } from '../../datasets/interaction.ts'
import { foldName } from '../../datasets/names.ts'
import type { Field, FieldType, Schema } from '../../datasets/schema.ts'
import { parseValue } from '../../datasets/values.ts'
import { CONTEXT_LIFT } from '../../engine/blend/models/context-lift.ts'
import { itemCounts } from '../../engine/interactions.ts'
import { greatest } from '../../engine/math/greatest.ts'
import { Growing } from '../../engine/math/growing.ts'
import { PLAIN_VALUES_MAX } from './features.ts'
import { classNameOf, classOf, edgesOf } from './number-classes.ts'
import { Numbering } from './numbering.ts'

/**
 * A field of events that tells of the circumstances, such as the device or the hour. Learned from the events of
 * training, and kept with the model, so that a request is read the same way.
 */
export type ContextField = {
  readonly name: string
  /** Left out: a string. */
  readonly type?: FieldType | undefined
  /** Its texts, or the names of the classes of its numbers. */
  readonly values: readonly string[]
  /** Where a new class of its numbers begins; left out where it is no number. */
  readonly edges?: readonly number[] | undefined
  /** Whether a text may have several categories, with `|` between them. */
  readonly isList?: boolean | undefined
}

/** With the number of the value that each event has, −1 where it has none. */
export type ContextColumn = ContextField & { readonly classes: Int32Array }

type Details = Readonly<Record<string, string | number | boolean | null | undefined>>

interface Collector {
  /** Takes in the next event. */
  push(details: Details): void
  /** @param items of each event its item. Undefined where the values are too many to say anything. */
  column(items: Int32Array): ContextColumn | undefined
}

/** The fields of events that a training reads as contexts. @param excluded names of fields that it does not read */
export function contextFields({ fields }: Schema, excluded: readonly string[]): readonly Field[] {
  return fields.filter(field => isContext(field) && !excluded.includes(field.name))
}

/** Collects the circumstances of events, one after the other. */
export function collectContexts(schema: Schema, excluded: readonly string[]) {
  const collectors = contextFields(schema, excluded).map(field =>
    isNumber(field) ? collectNumbers(field) : collectTexts(field),
  )
  return {
    /** Whether there is any such field: else the details need not be read. */
    any: collectors.length > 0,
    push(details: string) {
      const read: Details = details === '' ? {} : JSON.parse(details)
      for (const collector of collectors) collector.push(read)
    },
    columns: (items: Int32Array): readonly ContextColumn[] =>
      collectors.flatMap(collector => collector.column(items) ?? []),
  }
}

/** A number that is marked as categorical is a code. */
function isNumber({ type, categorical }: Field): boolean {
  return type !== 'string' && type !== 'boolean' && !categorical
}

function collectTexts({ name, type, categorical }: Field): Collector {
  const values = new Numbering()
  const classes = new Growing(new Int32Array(1024))
  const isList = type === 'string' && categorical
  const valuesMax = type === 'string' && !categorical ? PLAIN_VALUES_MAX : Number.POSITIVE_INFINITY
  return {
    push(details) {
      if (values.texts.length <= valuesMax)
        classes.push(details[name] == null ? -1 : values.numberOf(String(details[name])))
    },
    column: () =>
      values.texts.length <= valuesMax
        ? { name, type, isList, values: values.texts, classes: classes.numbers }
        : undefined,
  }
}

function collectNumbers({ name, type }: Field): Collector {
  const numbers = new Growing(new Float64Array(1024))
  return {
    push: details => numbers.push(details[name] == null ? Number.NaN : Number(details[name])),
    column(items) {
      const edges = chooseEdges(numbers.numbers.subarray(0, EVENTS_JUDGED), items.subarray(0, EVENTS_JUDGED))
      const values = Array.from({ length: edges.length + 1 }, (_, at) => classNameOf(edges, at))
      const classes = Int32Array.from(numbers.numbers, number => (Number.isNaN(number) ? -1 : classOf(edges, number)))
      return { name, type, values, edges, classes }
    },
  }
}

/** The most classes of a number: as many as the hours of a day. */
const CLASSES_MAX = 24
/** The classes are chosen on as many events at most, and of these on the items with the most. */
const [EVENTS_JUDGED, ITEMS_JUDGED] = [1_000_000, 500]

/**
 * Where a new class of numbers begins. The numbers are put into 24 classes, and then classes into one with their
 * neighbours while that foretells the class of an event better. So a class is as long as items are alike in it, and few
 * events have few classes.
 */
function chooseEdges(numbers: Float64Array, items: Int32Array): readonly number[] {
  let edges = edgesOf(
    numbers.filter(number => !Number.isNaN(number)),
    CLASSES_MAX,
  )
  let classes = countClasses(edges, numbers, items)
  const ofItem = classes.reduce(
    (sums, counts) => sums.map((sum, item) => sum + counts[item]!),
    new Int32Array(ITEMS_JUDGED),
  )
  const gainOf = openGain(ofItem)
  for (;;) {
    const merged = classes.slice(1).map((counts, at) => counts.map((count, item) => count + classes[at]![item]!))
    const gains = merged.map((counts, at) => gainOf(counts) - gainOf(classes[at]!) - gainOf(classes[at + 1]!))
    const best = gains.reduce((best, gain, at) => (gain > (gains[best] ?? 0) ? at : best), -1)
    if (best < 0) return edges
    edges = edges.toSpliced(best, 1)
    classes = classes.toSpliced(best, 2, merged[best]!)
  }
}

/** Of each class, how many of its events each of the judged items has. */
function countClasses(edges: readonly number[], numbers: Float64Array, items: Int32Array): Int32Array[] {
  const size = items.reduce((most, item) => Math.max(most, item), -1) + 1
  const counts = itemCounts({ items: size, sequence: items })
  const rows = new Int32Array(size).fill(-1)
  for (const [row, item] of greatest(Int32Array.from(counts.keys()), counts, ITEMS_JUDGED).entries()) rows[item] = row
  const classes = Array.from({ length: edges.length + 1 }, () => new Int32Array(ITEMS_JUDGED))
  for (const [event, item] of items.entries())
    if (rows[item]! >= 0 && !Number.isNaN(numbers[event])) classes[classOf(edges, numbers[event]!)]![rows[item]!]!++
  return classes
}

/**
 * Returns Σ over the events of a class of log P(class | item) / P(class), as context-lift.ts estimates it, each time
 * from the other events alone.
 * @param ofItem the events of each item in all classes
 */
function openGain(ofItem: Int32Array): (counts: Int32Array) => number {
  const total = ofItem.reduce((a, b) => a + b, 0)
  const { smoothing } = CONTEXT_LIFT
  return counts => {
    const share = counts.reduce((a, b) => a + b, 0) / total
    let gain = 0
    for (const [item, count] of counts.entries()) {
      if (count === 0) continue
      gain += count * Math.log((count - 1 + smoothing * share) / ((ofItem[item]! - 1 + smoothing) * share))
    }
    return gain
  }
}

/**
 * The circumstances of a request by field of the model; null where it says nothing. A member without a field in events
 * has no effect.
 * @throws InvalidInputException for a text that is no number of the field's type
 */
export function readContext(
  fields: readonly ContextField[],
  context: Readonly<Record<string, string>> | undefined,
): readonly (string | null)[] | undefined {
  if (!context || fields.length === 0) return undefined
  const given = new Map(Object.entries(context).map(([name, text]) => [foldName(name), text]))
  if (given.size < Object.keys(context).length)
    throw new InvalidInputException('context: no two names may be the same in their letters and digits')
  return fields.map(field => readField(field, given.get(foldName(field.name)) ?? ''))
}

function readField({ name, type = 'string', values, edges }: ContextField, text: string): string | null {
  if (type === 'string') return tidyList(text) || null
  const value = parseValue({ name, type, nullable: true, categorical: false, textual: false }, text, 'context.')
  if (value === null) return null
  return edges ? values[classOf(edges, Number(value))]! : String(value)
}
