import { arnsOf } from '../../src/operations/shared/arns.ts'
import type { Store } from '../../src/store/store.ts'

const arns = arnsOf('000000000000', 'us-east-1')

/**
 * Creates an active dataset of a dataset group, and its schema, without HTTP requests.
 * @param type `Users`, `Items` or `Interactions`
 * @returns the dataset's id in the store
 */
export async function createDataset(
  { resources }: Store,
  group: string,
  type: string,
  fields: readonly { readonly name: string }[],
): Promise<number> {
  const namespace = 'com.amazonaws.personalize.schema'
  const schema = JSON.stringify({ type: 'record', name: type, namespace, fields, version: '1.0' })
  const schemaArn = arns.of(`schema/${group}-${type}`)
  const datasetGroupArn = arns.of(`dataset-group/${group}`)
  const status = 'ACTIVE'
  await resources.create({ status, kind: 'schema', arn: schemaArn, document: { name: type, schema } })
  const datasetType = type.toUpperCase()
  const columns = fields.map(({ name }) => name)
  const { id } = await resources.create({
    status,
    kind: 'dataset',
    arn: arns.of(`dataset/${group}/${datasetType}`),
    parent: datasetGroupArn,
    reference: schemaArn,
    document: { name: type, datasetGroupArn, datasetType, schemaArn, columns },
  })
  return id
}
