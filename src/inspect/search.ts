import { InvalidInputException } from '../contract/errors.ts'
import { trimmed } from '../datasets/blanks.ts'
import { decodeValues } from '../datasets/encoding.ts'
import type { Dataset } from '../datasets/of-group.ts'
import { fieldNamed, valueFields } from '../datasets/schema.ts'
import type { FoundRecord } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import type { QueryParameters } from './parameters.ts'
import { recordsDataset, showRecord } from './records.ts'
import type { Route } from './route.ts'

/** The most rows that one request looks through for a text: some 50 ms. */
const LOOKED_THROUGH_MAX = 20_000
const PAGE = 1000

/**
 * Shows the records of a dataset in the order of ids: those whose id begins with `prefix`, and that have a text in a
 * value. `nextToken` leads to more. A request looks through 20,000 rows, so that a page may have fewer than `limit`
 * where the text is rare.
 */
export const search: Route = async ({ store, datasets }, parameters) => {
  parameters.assertNoneBut(['datasetArn', 'prefix', 'text', 'field', 'nextToken', 'limit'])
  const limit = parameters.limit()
  const dataset = await recordsDataset(datasets, parameters)
  const prefix = trimmed(parameters.optional('prefix') ?? '')
  const isWanted = filterIn(parameters, dataset)
  const after = parameters.optional('nextToken')
  const { records, next } = await find(store, dataset, { prefix, after, limit }, isWanted)
  return { records: records.map(record => showRecord(dataset, record)), nextToken: next }
}

type Filter = (record: FoundRecord) => boolean

interface Wanted {
  readonly prefix: string
  readonly after: string | undefined
  readonly limit: number
}

async function find(store: Store, dataset: Dataset, { prefix, after, limit }: Wanted, isWanted: Filter | undefined) {
  const records: FoundRecord[] = []
  const size = isWanted ? PAGE : limit + 1
  for (let seen = 0, last = after; ; ) {
    const page = await store.records.page(dataset.id, { prefix, after: last, limit: size })
    for (const record of page) {
      if (isWanted && !isWanted(record)) continue
      if (records.length === limit) return { records, next: records.at(-1)!.id }
      records.push(record)
    }
    if (page.length < size) return { records, next: undefined }
    last = page.at(-1)!.id
    seen += page.length
    if (seen >= LOOKED_THROUGH_MAX) return { records, next: last }
  }
}

/**
 * Returns whether a record has the text in one of its values, in any letter case; undefined where none is asked for.
 */
function filterIn(parameters: QueryParameters, { schema }: Dataset): Filter | undefined {
  const [text, name] = [parameters.optional('text')?.toLowerCase(), parameters.optional('field')]
  const fields = valueFields(schema)
  const at = name === undefined ? undefined : fields.indexOf(fieldNamed(fields, name)!)
  if (at === -1)
    throw new InvalidInputException(
      `field must be one of ${fields.map(field => field.name).join(', ')}, got ${name!.slice(0, 40)}`,
    )
  if (text === undefined) {
    if (name !== undefined) throw new InvalidInputException('text must be given with a field: what to find in it')
    return undefined
  }
  const has = (value: unknown) => value !== null && String(value).toLowerCase().includes(text)
  return ({ fields: stored }) => {
    const values = decodeValues(schema, stored)
    return at === undefined ? values.some(has) : has(values[at])
  }
}
