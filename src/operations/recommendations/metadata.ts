import { InvalidInputException } from '../../contract/errors.ts'
import { fieldNamed, idFields, valueFields } from '../../datasets/schema.ts'
import type { FieldValue } from '../../filters/dataset-record.ts'
import type { Serving } from '../../recommender/serving/serving.ts'
import type { Quotas } from '../shared/quotas.ts'
import type { Target } from './recommenders.ts'

type MetadataColumns = Readonly<Record<string, readonly string[]>>

const ITEMS_MAX = 500

/**
 * The most items that a request may ask for, or rank.
 * @throws InvalidInputException where a request asks for too many columns
 */
export function itemsMax(asked: MetadataColumns | undefined, { metadataItems, metadataColumns }: Quotas): number {
  if (!isAsked(asked)) return ITEMS_MAX
  for (const [type, names] of Object.entries(asked))
    if (names.length > metadataColumns)
      throw new InvalidInputException(
        `metadataColumns.${type.slice(0, 40)} can have at most ${metadataColumns} columns, got ${names.length}`,
      )
  return Math.min(ITEMS_MAX, metadataItems)
}

/** A map without entries asks for none. */
function isAsked(asked: MetadataColumns | undefined): asked is MetadataColumns {
  return asked !== undefined && Object.keys(asked).length > 0
}

/**
 * Returns a function that reads an item's metadata: the columns asked for that have a value, as strings under their
 * names in lower case. https://docs.aws.amazon.com/personalize/latest/dg/campaigns.html#create-campaign-return-metadata
 * @throws InvalidInputException where the campaign or recommender returns no metadata, or there is no such column
 */
export async function metadataReader(
  asked: MetadataColumns,
  { hasMetadata, arn, datasetGroupArn }: Pick<Target, 'hasMetadata' | 'arn' | 'datasetGroupArn'>,
  serving: Pick<Serving, 'sources' | 'catalogue'>,
) {
  if (!isAsked(asked)) return undefined
  if (!hasMetadata)
    throw new InvalidInputException(`metadataColumns: ${arn} does not have enableMetadataWithRecommendations`)
  const catalogue = await serving.catalogue(await serving.sources(datasetGroupArn))
  const { schema } = catalogue
  const fields = valueFields(schema)
  const columns = Object.entries(asked).flatMap(([type, names]) => {
    if (type.toUpperCase() !== 'ITEMS')
      throw new InvalidInputException(
        `metadataColumns: the only dataset with metadata is ITEMS, not ${type.slice(0, 40)}`,
      )
    return names.map(name => {
      const field = fieldNamed(fields, name)
      if (field) return { name: field.name.toLowerCase(), place: fields.indexOf(field) }
      const known = fields.map(field => field.name).join(', ') || `none but ${idFields.ITEMS}`
      throw new InvalidInputException(
        `metadataColumns.ITEMS: there is no column ${name.slice(0, 40)}; there are ${known}`,
      )
    })
  })
  return (id: string): Readonly<Record<string, string>> => {
    const { fields } = catalogue.get(id)
    const entries = columns.flatMap(({ name, place }) => {
      const value = fields[place]
      return value == null ? [] : [[name, write(value, schemaType(place))]]
    })
    return Object.fromEntries(entries)
  }

  function schemaType(place: number): string {
    return fields[place]!.type
  }
}

/** A whole number of a float has a fraction: `130.0`, but one with an exponent, such as `1e+21`. */
function write(value: FieldValue, type: string): string {
  const text = Array.isArray(value) ? value.join('|') : String(value)
  return (type === 'float' || type === 'double') && /^-?\d+$/.test(text) ? `${text}.0` : text
}
