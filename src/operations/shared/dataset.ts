import type { DatasetType } from '../../datasets/dataset-type.ts'
import type { Schema } from '../../datasets/schema.ts'

/** A dataset as the Put operations need it. */
export interface Dataset {
  /** The key of its rows in the store. */
  readonly id: number
  readonly arn: string
  readonly datasetGroupArn: string
  readonly type: DatasetType
  /** Its fields are in the order in which records are stored. */
  readonly schema: Schema
}
