import type { DatasetType } from '../datasets/dataset-type.ts'
import { encodeValues } from '../datasets/encoding.ts'
import type { Services } from './operation.ts'
import { ofType, writeTo } from './shared/datasets.ts'

/** A user, an item or an action of a Put call. */
interface PutRecord {
  /** A JSON object as text. Its keys are the schema's field names in camel case. */
  readonly properties?: string | undefined
}

/**
 * Stores all of the records or none: the first that breaks a rule of its schema ends the call. A record whose id is
 * already there is replaced whole.
 * @throws InvalidInputException naming the record as `users.N.member`; ResourceNotFoundException;
 *   ResourceInUseException
 */
export async function putRecords<Sent extends PutRecord>(
  { store, datasets }: Services,
  type: keyof typeof PLACES,
  datasetArn: string,
  sent: readonly Sent[],
  idOf: (record: Sent) => string,
): Promise<Record<string, never>> {
  const dataset = ofType(type, await datasets.get(datasetArn))
  const { parseRecord } = datasets.recordRules(dataset)
  const leftOut: string[] = []
  const rows = sent.map((record, index) => ({
    id: idOf(record),
    fields: encodeValues(parseRecord(PLACES[type][index]!, record.properties, leftOut)),
  }))
  await writeTo(dataset, datasets, store.records.put(dataset.id, rows))
  datasets.unknown.count(dataset, leftOut)
  return {}
}

/** The paths that errors use for the properties of each of the 10 records that a call may have. */
const PLACES = {
  USERS: placesIn('users'),
  ITEMS: placesIn('items'),
  ACTIONS: placesIn('actions'),
} satisfies Partial<Record<DatasetType, readonly string[]>>

function placesIn(list: string): readonly string[] {
  return Array.from({ length: 10 }, (_, index) => `${list}.${index + 1}.member.properties: `)
}
