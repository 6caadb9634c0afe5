import { InvalidInputException, ResourceInUseException, ResourceNotFoundException } from '../../contract/errors.ts'
import type { DatasetType } from '../../datasets/dataset-type.ts'
import { compileInteractionRules, type InteractionRules } from '../../datasets/interaction.ts'
import { type Dataset, withSchema } from '../../datasets/of-group.ts'
import { compileRecordRules, type RecordRules } from '../../datasets/properties.ts'
import type { Store } from '../../store/store.ts'
import { isStoreError } from '../../store/store.ts'
import { findResource } from './resources.ts'
import { openTrackingIds, type TrackingIds } from './tracking-ids.ts'
import type { UnknownProperties } from './unknown-properties.ts'

/** Finds datasets and caches them: their schemas are parsed and their rules compiled once. */
export interface Datasets extends TrackingIds {
  /** @throws ResourceNotFoundException */
  get(arn: string): Promise<Dataset>
  /** The dataset of this type in the group. @throws InvalidInputException where the group has none */
  inGroup(datasetGroupArn: string, type: DatasetType): Promise<Dataset>
  /** The properties that Put calls left out, since they are not fields. */
  readonly unknown: UnknownProperties
  recordRules(dataset: Dataset): RecordRules
  interactionRules(dataset: Dataset): InteractionRules
  /** Call it when a dataset changed or was deleted. */
  forget(arn: string): void
}

/** Reads a dataset type in any letter case. @throws InvalidInputException where it is none of the five */
export function readDatasetType(text: string): DatasetType {
  const type = DATASET_TYPES[text.toLowerCase().replaceAll('_', '')]
  if (type) return type
  throw new InvalidInputException(
    `datasetType must be one of Interactions, Users, Items, Actions, Action_Interactions, not ${text.slice(0, 40)}`,
  )
}

const DATASET_TYPES: Readonly<Record<string, DatasetType>> = {
  __proto__: null as never,
  interactions: 'INTERACTIONS',
  users: 'USERS',
  items: 'ITEMS',
  actions: 'ACTIONS',
  actioninteractions: 'ACTION_INTERACTIONS',
}

/** Opens the datasets of a store, with their rules. They are cached until the store reports a change. */
export function openDatasets(store: Store, unknown: UnknownProperties): Datasets {
  const known = new Map<string, Promise<Dataset>>()
  const recordRules = new WeakMap<Dataset, RecordRules>()
  const interactionRules = new WeakMap<Dataset, InteractionRules>()
  const compileRecords = ({ schema }: Dataset) => compileRecordRules(schema, unknown.policy)
  const compileInteractions = ({ schema }: Dataset) => compileInteractionRules(schema, unknown.policy)

  const read = async (arn: string): Promise<Dataset> => {
    try {
      const resource = await findResource(store, 'dataset', arn)
      const dataset = await withSchema(store, resource)
      if (dataset) return dataset
      throw new ResourceNotFoundException(`The schema of the dataset does not exist: ${resource.reference}`)
    } catch (error) {
      known.delete(arn)
      throw error
    }
  }
  // A dataset is cached from the start of its reading. A change in the meantime removes it, so that the next caller
  // reads it again.
  const get = (arn: string): Promise<Dataset> => known.getOrInsertComputed(arn, read)
  const inGroup: Datasets['inGroup'] = async (datasetGroupArn, type) => {
    const arn = `${datasetGroupArn.replace(':dataset-group/', ':dataset/')}/${type}`
    try {
      return await get(arn)
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error
      throw new InvalidInputException(
        `The dataset group ${datasetGroupArn} has no dataset of type ${type}: create it first`,
      )
    }
  }
  const { forgetDatasets, ...trackingIds } = openTrackingIds(store, { get, inGroup })
  const forget = (arn: string) => {
    known.delete(arn)
    forgetDatasets()
    unknown.forget(arn)
  }

  // This is for the changes of other servers. This server calls `forget` for its own at once.
  store.watch(change => {
    if (change.kind === 'resource') {
      forget(change.arn)
      if (change.arn.includes(':event-tracker/')) trackingIds.forgetTrackers()
    } else if (change.kind === 'unknown') {
      known.clear()
      trackingIds.forgetTrackers()
    }
  })
  return {
    ...trackingIds,
    get,
    inGroup,
    unknown,
    recordRules: dataset => recordRules.getOrInsertComputed(dataset, compileRecords),
    interactionRules: dataset => interactionRules.getOrInsertComputed(dataset, compileInteractions),
    forget,
  }
}

/** Returns the dataset. @throws InvalidInputException where it is of another type */
export function ofType(type: DatasetType, dataset: Dataset): Dataset {
  if (dataset.type === type) return dataset
  throw new InvalidInputException(
    `datasetArn must be that of a dataset of type ${type}; ${dataset.arn} is ${dataset.type}`,
  )
}

/**
 * Waits for a write to a dataset. The store itself checks that the dataset is still there and ACTIVE.
 * @throws ResourceNotFoundException, ResourceInUseException
 */
export function writeTo<Result>(dataset: Dataset, datasets: Datasets, write: Promise<Result>): Promise<Result> {
  return write.catch(error => {
    if (isStoreError(error, 'missing')) {
      datasets.forget(dataset.arn)
      throw new ResourceNotFoundException(`The given dataset does not exist: ${dataset.arn}`)
    }
    if (isStoreError(error, 'inactive')) {
      throw new ResourceInUseException(`The dataset ${dataset.arn} is ${error.message}, not ACTIVE: try again later`)
    }
    throw error
  })
}
