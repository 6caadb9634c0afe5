import { InvalidInputException } from '../../contract/errors.ts'
import { canUpdateSchema, schemaIn } from '../../datasets/schema.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource } from '../shared/resources.ts'
import { leaveOutNewColumns } from './new-columns.ts'

/**
 * Replaces the schema of a dataset by one with more fields. Records stored before have no values in the new fields, and
 * existing solutions and recommenders train without them.
 * https://docs.aws.amazon.com/personalize/latest/dg/updating-dataset-schema.html
 */
export const updateDataset = exclusiveOperation(
  'UpdateDataset',
  async ({ store, datasets }, { datasetArn, schemaArn }) => {
    const dataset = await datasets.get(datasetArn)
    const { document } = await findResource(store, 'schema', schemaArn)
    const schema = schemaIn(document)
    if (schema.datasetType !== dataset.type || schema.domain !== dataset.schema.domain) {
      throw new InvalidInputException(
        `The schema ${schemaArn} is not for a dataset of type ${dataset.type} in this group`,
      )
    }
    canUpdateSchema(dataset.schema, schema)
    const columns = dataset.schema.fields.map(field => field.name)
    const added = schema.fields.map(field => field.name).filter(name => !columns.includes(name))
    // Last comes what the client sees. A call that was cut off before can be sent again, and does all of it.
    await leaveOutNewColumns(store, dataset, added)
    const now = store.clock.now() / 1000
    const latestDatasetUpdate = { schemaArn, status: 'ACTIVE', creationDateTime: now, lastUpdatedDateTime: now }
    await store.resources.update(datasetArn, {
      reference: schemaArn,
      document: { schemaArn, columns: [...columns, ...added], latestDatasetUpdate },
    })
    datasets.forget(datasetArn)
    return { datasetArn }
  },
)
