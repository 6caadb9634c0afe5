import type { DatasetType } from '../datasets/dataset-type.ts'
import type { ColumnReport } from './column.ts'
import type { MissingCells } from './imports.ts'
import type { Bucket, Quantiles } from './quantiles.ts'
import type { TimesReport } from './times.ts'
import type { Distinct } from './values.ts'

/** What the datasets of a group hold. */
export interface Facts {
  readonly datasetGroupArn: string
  /** When the reading began, `2030-01-31T18:00:00.000Z`; what was put later may be missing. */
  readonly readAt: string
  /** How long it took, in milliseconds. */
  readonly ms: number
  readonly datasets: readonly DatasetReport[]
}

/** And what to do about it. */
export interface InsightsReport extends Facts {
  readonly insights: readonly Insight[]
}

/**
 * `error`: training fails, or what was meant is lost; `warning`: recommendations get worse; `note`: may be as meant.
 */
export type Level = 'error' | 'warning' | 'note'

export interface Insight {
  readonly name: string
  readonly level: Level
  readonly datasetType: DatasetType
  /** What was found. */
  readonly finding: string
  /** What to do about it. */
  readonly action: string
}

export interface DatasetReport {
  readonly datasetArn: string
  readonly datasetType: DatasetType
  readonly rows: number
  /** How many rows lack a value of a column that is not missing by its nature. */
  readonly incomplete: number
  /** Without the ids and the time of an interaction. */
  readonly columns: readonly ColumnReport[]
  /** Cells of the imports in effect that were taken as missing values. */
  readonly missingCells: readonly MissingCells[]
  /**
   * Keys of `properties` that are no fields, and were left out since this server started; the analysis does not know.
   */
  readonly unknownProperties?: readonly UnknownPropertyCount[]
  /** How many ids have blanks before or after them. */
  readonly idsWithBlanks: Distinct
  /** Of users, items and actions: those without interactions; undefined where the group has no such interactions. */
  readonly withoutInteractions?: Unmatched | undefined
  /** Of interactions. */
  readonly histories?: Histories | undefined
}

export interface UnknownPropertyCount {
  readonly name: string
  readonly count: number
  /** The field that it is probably meant to be. */
  readonly perhaps?: string | undefined
}

export interface Histories {
  /** Those who are known, and how many interactions each has. */
  readonly users: Spread
  /** Items, or actions, and how many interactions each has. */
  readonly items: Spread & { readonly top: readonly { readonly id: string; readonly count: number }[] }
  /** Of users who are not known yet. */
  readonly anonymous: { readonly sessions: number; readonly rows: number }
  /** Users and sessions, and those with two or more, as training counts them. */
  readonly trainable: { readonly rows: number; readonly users: number; readonly withTwo: number }
  readonly times: TimesReport | undefined
  /** Rows whose event id had come before. */
  readonly repeated: number
  /** Exact duplicates, which were left out when they were put. */
  readonly duplicates: number
  /** Rows that have the user, the time, the item and the event type of another, and differ in something else. */
  readonly alike: number
  /** Ids that the other datasets of the group do not have; undefined where the group has no such dataset. */
  readonly strangers: { readonly users?: Unmatched | undefined; readonly items?: Unmatched | undefined }
}

export interface Spread {
  readonly distinct: Distinct
  readonly interactions: Quantiles | undefined
  readonly histogram: readonly Bucket[]
}

/** Ids of one dataset that another does not have. */
export interface Unmatched extends Distinct {
  /** Of how many. */
  readonly of: number
  /** How many interactions have them. */
  readonly rows?: number | undefined
  readonly examples: readonly string[]
  /**
   * Of up to 1000 of them, those that differ from an id of the other dataset by case, blanks, `.0` or leading zeros.
   */
  readonly alike?: AlikeIds | undefined
}

export interface AlikeIds {
  readonly count: number
  readonly of: number
  readonly examples: readonly { readonly id: string; readonly other: string }[]
}
