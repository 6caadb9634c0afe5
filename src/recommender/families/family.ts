import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import type { Schema } from '../../datasets/schema.ts'
import type { Pool } from '../../engine/pool/pool.ts'
import type { State } from '../../engine/state.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import type { Store } from '../../store/store.ts'
import type { ItemIndex } from '../serving/item-index.ts'
import type { KeptSnapshots } from '../snapshots/folder.ts'
import type { Bounds } from '../training/ceilings.ts'
import type { FeatureReader, FeatureSpace } from '../training/features.ts'
import type { Plan } from '../training/plan.ts'
import type { EventTable } from '../training/snapshot.ts'
import type { Ranker } from './ranker.ts'

/** How far a training is. */
export type ReportProgress = (progress: {
  readonly phase: string
  readonly done: number
  readonly total: number
}) => void

/** All that a model is trained on, as numbers. */
export interface TrainingData {
  readonly plan: Plan
  readonly events: EventTable
  /** The ids of items, or of actions: those of the events and those of the dataset. */
  readonly items: readonly string[]
  /** The ids of the items of the events, by their numbers there: of models of items the first of `items`. */
  readonly eventItems: readonly string[]
  /** The record of each item, in the same order; no fields where there is none. */
  readonly itemRecords: readonly DatasetRecord[]
  readonly itemSpace: FeatureSpace
  readonly itemReader: FeatureReader
  readonly itemSchema: Schema
  readonly userReader: FeatureReader
  /** Of each user of the events. */
  readonly userProperties: readonly (readonly (string | null)[])[]
  /** Properties that at least one user has. */
  readonly hasProperties: boolean
  readonly seed: number
  readonly report: ReportProgress
  readonly store: Store
  readonly sources: DatasetsOfGroup
  /** Of the Items dataset alone, for families that read texts. */
  readonly records: readonly DatasetRecord[]
  /** The most that may be held of another dataset of events. */
  readonly bounds: Bounds
  readonly snapshots?: KeptSnapshots | undefined
}

export interface Trained {
  readonly state: State
  /** Measured on data that the model did not see, under the service's names. */
  readonly metrics: Readonly<Record<string, number>>
  /** Other facts about it; left out where the family says nothing. */
  readonly facts?: ModelFacts
}

/** The facts of a model that `/inspect/model` shows beside its metrics. */
export interface ModelFacts {
  /** The metrics of popularity alone, of the same users. */
  readonly popularity?: Readonly<Record<string, number>> | undefined
  /** Which models answer which users. */
  readonly blend?: readonly BlendOfUsers[]
}

/** How much each model of a blend counts for some users. */
export interface BlendOfUsers {
  /** Users with `eventsFrom` to `eventsTo` events; without the latter there is no most. */
  readonly eventsFrom: number
  readonly eventsTo?: number | undefined
  /** Whether a property of theirs is known; left out where that makes no difference. */
  readonly hasProperties?: boolean
  /** The weights of the models by their names, the greatest first; their sum is 1. */
  readonly weights: Readonly<Record<string, number>>
  /** How much the context of a request counts beside them. */
  readonly contextWeight: number
}

/** The data with which a ranker is opened, besides its state. */
export interface Opening {
  readonly itemIndex: ItemIndex
  readonly itemReader: FeatureReader
  readonly itemSchema: Schema
  /** The time of the newest event at training, in milliseconds since 1970. */
  readonly newest: number
  /** Threads that may answer, where there are any. */
  readonly pool?: Pool | undefined
  /**
   * Whether it answers a batch, which asks about a user once: it remembers no scores.
   */
  readonly isBatch?: boolean | undefined
}

/** A kind of model, which several recipes share. */
export interface Family {
  /** The dataset of the items; `ITEMS` unless told otherwise. */
  readonly of?: 'ACTIONS'
  /** The hyperparameters that make a difference, which a search may choose. */
  readonly tunes?: readonly string[]
  train(data: TrainingData): Promise<Trained> | Trained
  open(state: State, opening: Opening): Ranker | Promise<Ranker>
}
