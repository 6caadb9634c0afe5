import type { DatasetType } from '../datasets/dataset-type.ts'
import type { ColumnReport } from './column.ts'
import type { MissingCells } from './imports.ts'
import type { Bucket, Quantiles } from './quantiles.ts'
import type { TimesReport } from './times.ts'
import type { Distinct } from './values.ts'

/** A summary of the datasets of a group. */
export interface Facts {
  readonly datasetGroupArn: string
  /** When the reading began, `2030-01-31T18:00:00.000Z`. Later records may be missing. */
  readonly readAt: string
  /** How long it took, in milliseconds. */
  readonly ms: number
  readonly datasets: readonly DatasetReport[]
}

/** A summary with the insights into it. */
export interface InsightsReport extends Facts {
  readonly insights: readonly Insight[]
}

/** `error`: training fails, or data are lost; `warning`: recommendations get worse; `note`: may be intended. */
export type Level = 'error' | 'warning' | 'note'

export interface Insight {
  readonly name: string
  readonly level: Level
  readonly datasetType: DatasetType
  /** The fault that was found. */
  readonly finding: string
  /** The remedy. */
  readonly action: string
}

export interface DatasetReport {
  readonly datasetArn: string
  readonly datasetType: DatasetType
  readonly rows: number
  /** The number of rows that lack a value, of any column but those that only some rows have by their nature. */
  readonly incomplete: number
  /** All columns but the ids and the time of an interaction. */
  readonly columns: readonly ColumnReport[]
  /** Cells of the imports in effect that were taken as missing values. */
  readonly missingCells: readonly MissingCells[]
  /**
   * Keys of `properties` that are no fields, and were left out since this server started. The server adds them to the
   * analysis.
   */
  readonly unknownProperties?: readonly UnknownPropertyCount[]
  /** The number of ids that begin or end with a blank. */
  readonly idsWithBlanks: Distinct
  /** Users, items or actions without interactions; undefined if the group has no dataset of their interactions. */
  readonly withoutInteractions?: Unmatched | undefined
  /** Of interactions. */
  readonly histories?: Histories | undefined
}

export interface UnknownPropertyCount {
  readonly name: string
  readonly count: number
  /** The field that is probably meant. */
  readonly perhaps?: string | undefined
}

export interface Histories {
  /** The users with an id, and the distribution of their interactions. */
  readonly users: Spread
  /** The items or actions, and the distribution of their interactions. */
  readonly items: Spread & { readonly top: readonly { readonly id: string; readonly count: number }[] }
  /** The sessions without a userId, and their rows. */
  readonly anonymous: { readonly sessions: number; readonly rows: number }
  /** Interactions, users (with sessions), and those with two or more interactions, as training counts them. */
  readonly trainable: { readonly rows: number; readonly users: number; readonly withTwo: number }
  readonly times: TimesReport | undefined
  /** Rows that repeat an event id. */
  readonly repeated: number
  /** Exact duplicates, which were left out when they were put. */
  readonly duplicates: number
  /** Rows with the user, time, item and event type of another row, which differ in another field. */
  readonly alike: number
  /** Ids without a record in the other datasets of the group; undefined if the group has no such dataset. */
  readonly strangers: { readonly users?: Unmatched | undefined; readonly items?: Unmatched | undefined }
}

export interface Spread {
  readonly distinct: Distinct
  readonly interactions: Quantiles | undefined
  readonly histogram: readonly Bucket[]
}

/** Ids of one dataset that another does not have. */
export interface Unmatched extends Distinct {
  /** The number of all ids. */
  readonly of: number
  /** The number of interactions with these ids. */
  readonly rows?: number | undefined
  readonly examples: readonly string[]
  /**
   * Those (of the first 1000) that differ from an id of the other dataset by case, blanks, `.0` or leading zeros only.
   */
  readonly alike?: AlikeIds | undefined
}

export interface AlikeIds {
  readonly count: number
  readonly of: number
  readonly examples: readonly { readonly id: string; readonly other: string }[]
}
