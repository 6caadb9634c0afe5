import { InvalidInputException, ResourceNotFoundException } from '../contract/errors.ts'
import { spellingsOf } from '../datasets/blanks.ts'
import { decodeValues, propertiesOf } from '../datasets/encoding.ts'
import { camelCase } from '../datasets/names.ts'
import type { Dataset } from '../datasets/of-group.ts'
import { idFields } from '../datasets/schema.ts'
import type { Datasets } from '../operations/shared/datasets.ts'
import type { FoundRecord } from '../store/rows.ts'
import { hasInteractions } from './datasets.ts'
import type { QueryParameters } from './parameters.ts'
import type { Route } from './route.ts'

/** Shows the current version of one user, item or action. */
export const record: Route = async ({ store, datasets }, parameters) => {
  const id = parameters.required('id')
  const dataset = await recordsDataset(datasets, parameters)
  for (const spelling of spellingsOf(id)) {
    const found = await store.records.get(dataset.id, spelling)
    if (found) return showRecord(dataset, found)
  }
  throw new ResourceNotFoundException(`${dataset.arn} has no record whose ${idName(dataset)} is ${JSON.stringify(id)}`)
}

/** Returns the dataset that `datasetArn` names. @throws InvalidInputException where it is one of interactions */
export async function recordsDataset(datasets: Pick<Datasets, 'get'>, parameters: QueryParameters): Promise<Dataset> {
  const dataset = await datasets.get(parameters.required('datasetArn'))
  if (!hasInteractions(dataset.type)) return dataset
  throw new InvalidInputException(`datasetArn must be of users, items or actions; ${dataset.arn} is ${dataset.type}`)
}

/** Returns a record as a client would put it, with its longs as bigints, its ingestion and its sequence number. */
export function showRecord(dataset: Dataset, { id, fields, ingestion, seq }: FoundRecord) {
  const properties = propertiesOf(dataset.schema, decodeValues(dataset.schema, fields))
  return { [idName(dataset)]: id, properties, ingestion, seq }
}

const idName = ({ type }: Dataset) => camelCase(idFields[type])
