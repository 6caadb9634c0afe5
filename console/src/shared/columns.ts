import type { Field, Schema } from '../../../src/datasets/schema.ts'
import { fieldValue, type Properties } from './properties.ts'
import { utcDayText } from './time.ts'

/** The choice of a card without a picture. */
export const NO_IMAGE = '-'
/** The choice of the id as the title. */
export const ID_TITLE = 'ITEM_ID'

const TITLES = /^(title|name|(item|product|movie|video|article)_?(title|name)|headline|label)$/i
const IMAGES = /(^|_)(image|img|picture|photo|poster|thumbnail|cover)(_|$)/i

/** How the items of a dataset are shown. */
export interface CardColumns {
  readonly title: Field | undefined
  readonly image: Field | undefined
  /** The others. */
  readonly rest: readonly Field[]
}

/** Returns the columns of a card: those that were chosen, or else those whose names say what they are. */
export function columnsOf(schema: Schema | undefined, chosen: { title: string; image: string }): CardColumns {
  const fields = (schema?.fields ?? []).filter(({ name }) => name !== ID_TITLE)
  const named = (name: string, usual: RegExp) =>
    name === ''
      ? fields.find(field => field.type === 'string' && usual.test(field.name))
      : fields.find(field => field.name === name)
  const [title, image] = [named(chosen.title, TITLES), named(chosen.image, IMAGES)]
  return { title, image, rest: fields.filter(field => field !== title && field !== image) }
}

/** A value of a field as a person reads it; undefined where there is none. */
export function shownValue(properties: Properties | undefined, field: Field): string | undefined {
  const value = fieldValue(properties, field)
  if (value === undefined) return undefined
  if (/TIMESTAMP$/.test(field.name) && typeof value === 'number' && Math.abs(value) < 8.64e12)
    return utcDayText(1000 * value)
  return field.categorical ? String(value).replaceAll('|', ', ') : String(value)
}
