import { randomUUID } from 'node:crypto'
import { InvalidInputException } from '../../contract/errors.ts'
import { type Schema, schemaIn } from '../../datasets/schema.ts'
import type { Resource } from '../../store/resource-store.ts'
import { operation } from '../operation.ts'
import { nameIn } from '../shared/arns.ts'
import { readDatasetType } from '../shared/datasets.ts'
import { createResource, findResource } from '../shared/resources.ts'

/**
 * Adds an empty dataset to a dataset group, which may have one of each type. It is ACTIVE at once.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDataset.html
 */
export const createDataset = operation('CreateDataset', async ({ store, arns }, input) => {
  const { name, schemaArn, datasetGroupArn, tags } = input
  const datasetType = readDatasetType(input.datasetType)
  const group = await findResource(store, 'dataset-group', datasetGroupArn)
  const schema = schemaIn((await findResource(store, 'schema', schemaArn)).document)
  if (schema.datasetType !== datasetType) {
    throw new InvalidInputException(
      `The schema ${schemaArn} is for a dataset of type ${schema.datasetType}, not ${datasetType}`,
    )
  }
  assertSameDomain(schema, schemaArn, group)
  const arn = arns.of(`dataset/${nameIn(datasetGroupArn)}/${datasetType}`)
  const document = {
    name,
    datasetGroupArn,
    datasetType,
    schemaArn,
    columns: schema.fields.map(field => field.name),
    trackingId: datasetType === 'ACTION_INTERACTIONS' ? randomUUID() : undefined,
  }
  await createResource(store, {
    kind: 'dataset',
    arn,
    parent: datasetGroupArn,
    reference: schemaArn,
    status: 'ACTIVE',
    document,
    tags,
  })
  return { datasetArn: arn }
})

function assertSameDomain(schema: Schema, schemaArn: string, { document }: Resource): void {
  if (schema.domain === (document.domain ?? undefined)) return
  const of = (domain: unknown) => (domain ? `the domain ${domain}` : 'no domain')
  throw new InvalidInputException(
    `The schema ${schemaArn} was created for ${of(schema.domain)}, the dataset group for ${of(document.domain)}`,
  )
}
