import type { DatasetType, Domain } from '../datasets/dataset-type.ts'
import type { MissingValues } from '../datasets/missing-values.ts'
import type { FieldType } from '../datasets/schema.ts'
import type { Value } from '../datasets/values.ts'

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
  readonly domain?: Domain | undefined
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
  /** Ids that are words for a missing value, and the rows of each. */
  readonly idsForNothing: readonly ValueCount[]
  /** Users, items or actions without interactions; undefined if the group has no dataset of their interactions. */
  readonly withoutInteractions?: Unmatched | undefined
  /** The event types that the metric attribution of the group counts; of Interactions alone. */
  readonly measuredTypes?: readonly string[] | undefined
  /** Of interactions. */
  readonly histories?: Histories | undefined
}

/** How a column is read; `plain` is a string that is neither categorical nor textual. */
export type ColumnKind = 'number' | 'time' | 'boolean' | 'categories' | 'text' | 'plain'

export interface ColumnReport {
  readonly name: string
  readonly type: FieldType
  readonly kind: ColumnKind
  /** Whether the schema allows null. */
  readonly nullable: boolean
  /** The number of rows without a value. */
  readonly missing: number
  /** The number of different values; of `A|B` each category is one. */
  readonly distinct: Distinct
  /** The most frequent values that more than one row has; empty for texts. */
  readonly top: readonly ValueCount[]
  /** The most by which those counts may be too low. */
  readonly topMissed: number
  /** The number of rows with blanks before or after the value, or one of its categories. */
  readonly blanks: number
  /** Words for a missing value that were stored as values: `NULL`, `n/a` and the like. */
  readonly wordsForNothing: readonly ValueCount[]
  /** Values that differ by case and blanks only. */
  readonly spellings: Spellings
  /** The character that stands between categories in place of `|`. */
  readonly separator?: OtherSeparator | undefined
  readonly numbers?: NumbersReport | undefined
  readonly times?: TimesReport | undefined
  /** The numbers of characters of the texts. */
  readonly lengths?: NumbersReport | undefined
}

/** Cells that an import took as missing values, although they held something else or needed a value. */
export interface MissingCells extends Pick<MissingValues, 'column' | 'rows' | 'empty' | 'unreadable'> {
  readonly jobArn: string
  /** The place of the first of them, and its fault. */
  readonly first: string
}

interface UnknownPropertyCount {
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

/** A number of different values; an estimate if there were too many to remember. */
export interface Distinct {
  readonly count: number
  readonly isEstimate: boolean
}

export interface ValueCount {
  readonly value: Exclude<Value, null>
  readonly count: number
}

/** A character that stands between the categories of a column in place of `|`. */
export interface OtherSeparator {
  readonly separator: string
  /** The number of rows whose value has it; of many values only those of the most frequent. */
  readonly rows: number
  readonly example: Exclude<Value, null>
}

/** Values that differ by case and blanks only, such as `Action`, `action` and ` Action`. */
export interface Spellings {
  /** The number of values with several spellings. */
  readonly groups: number
  /** The most frequent of them, each with its spellings. */
  readonly examples: readonly (readonly ValueCount[])[]
}

/** Quantiles of values: a quarter of them do not exceed `p25`. */
export interface Quantiles {
  readonly min: number
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

export interface Bucket {
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface NumbersReport extends Quantiles {
  readonly mean: number
  /** Whether the quantiles and the histogram are of a sample; min, mean and max are of all values. */
  readonly isSample: boolean
  /** Values below or above these are outliers; undefined if there are none. */
  readonly outliersBeyond?: { readonly low: number; readonly high: number } | undefined
  /** The counts of the values (or of the sample) in 24 equal parts from the least to the greatest. */
  readonly histogram: readonly number[]
}

/** A summary of the times of a column, in seconds since 1970. */
export interface TimesReport {
  /** In seconds since 1970. */
  readonly first: number
  readonly last: number
  readonly isOneTime: boolean
  /** The number of times in 1970: they may be counters, or have another unit. */
  readonly in1970: number
  /** The number of times more than a day after the analysis. */
  readonly inTheFuture: number
  /** The number of values of 10^11 or more, which are milliseconds: in seconds they would be after the year 5000. */
  readonly likeMilliseconds: number
  /** The number of days (UTC) with events, and of all days from the first to the last. */
  readonly daysWith: number
  readonly days: number
  /** The longest run of days without events; undefined if every day has some. */
  readonly longestGap?: Gap | undefined
  /** The counts in up to 48 equal parts of those days, the oldest first. */
  readonly histogram: readonly number[]
}

export interface Gap {
  readonly days: number
  /** The first and the last day without events, `2030-01-31`. */
  readonly from: string
  readonly to: string
}

/** How far an analysis is. */
export interface AnalysisProgress {
  readonly rows: number
  readonly rowsTotal: number
}
