import { encodeValues } from '../datasets/encoding.ts'
import type { DatasetType } from '../datasets/schema.ts'
import { writeTo } from './datasets.ts'
import type { Services } from './operation.ts'

/** A user, an item or an action as a Put call brings it. */
interface PutRecord {
  readonly id: string
  /** JSON object as text, its keys the schema's field names in camel case. */
  readonly properties: string | undefined
}

/**
 * Stores all of the records or none of them: the first that breaks a rule of its schema ends the call. A record whose id
 * is already there is replaced whole.
 * @throws InvalidInputException naming the record as `member.N.member`; ResourceNotFoundException; ResourceInUseException
 */
export async function putRecords(
  { store, datasets }: Services,
  type: DatasetType,
  datasetArn: string,
  member: string,
  records: readonly PutRecord[],
): Promise<void> {
  const dataset = await datasets.ofType(datasetArn, type)
  const { parseRecord } = datasets.recordRules(dataset)
  const rows = records.map(({ id, properties }, index) => ({
    id,
    fields: encodeValues(parseRecord(`${member}.${index + 1}.member`, id, properties)),
  }))
  await writeTo(dataset, datasets, store.records.put(dataset.id, rows))
}
