import type { Operations } from '../../contract/generated/types.ts'
import type { OperationName } from '../../contract/shapes.ts'
import type { Schema } from '../../datasets/schema.ts'

/** In the order of their import: records before the events that name them. */
export const DATASETS = ['Users', 'Items', 'Actions', 'Interactions', 'Action_Interactions'] as const
export type DatasetName = (typeof DATASETS)[number]

/** The input of an operation, without the ARNs that the server chooses. */
type Input<Name extends OperationName> = Omit<Operations[Name]['input'], 'datasetGroupArn' | 'solutionVersionArn'>

/** A part of a seed. */
interface Part {
  /** Its place in the file, for errors: `shop.yaml line 3: solutions.for-you`. */
  readonly place: string
}

/** A resource as the operation that creates it takes it. */
interface Resource<Name extends OperationName> extends Part {
  readonly input: Input<Name>
}

/** A dataset group as a file declares it, with the contents of the files that it names. */
export interface Seed {
  readonly path: string
  readonly group: Resource<'CreateDatasetGroup'>
  readonly datasets: readonly SeedDataset[]
  readonly solutions: readonly SeedSolution[]
  readonly recommenders: readonly Resource<'CreateRecommender'>[]
  readonly filters: readonly Resource<'CreateFilter'>[]
  readonly pins: readonly SeedPin[]
  /** Of all that is stored and trained, so not of the pins. */
  readonly hash: string
}

/** A dataset with its schema and its rows. */
export interface SeedDataset extends Resource<'CreateSchema'> {
  readonly type: DatasetName
  readonly schema: Schema
  /** Undefined for a dataset that stays empty. */
  readonly csv: { readonly name: string; readonly content: Buffer } | undefined
}

/** A solution, and the campaign of the same name. */
export interface SeedSolution extends Resource<'CreateSolution'> {
  readonly campaign: Input<'CreateCampaign'>
}

/** A pinned answer of a campaign or recommender of the seed. */
export interface SeedPin extends Part {
  readonly of: { readonly kind: 'campaign' | 'recommender'; readonly name: string }
  readonly answer: {
    readonly userId?: string
    readonly itemId?: string
    readonly items?: readonly string[]
    readonly actions?: readonly string[]
  }
}
