import type { DatasetType } from '../../../../src/datasets/dataset-type.ts'
import type { Api } from '../../session/api.ts'

/** What `/inspect/insights` shows of a dataset group. */
export interface InsightsReport {
  /** `2030-01-31T18:00:00.000Z` */
  readonly readAt: string
  /** How long the analysis took. */
  readonly ms: number
  readonly insights: readonly Insight[]
  readonly datasets: readonly DatasetReport[]
}

/** `error`: training fails, or data are lost; `warning`: recommendations get worse; `note`: may be intended. */
export type Level = 'error' | 'warning' | 'note'

/** A fault that was found, and its remedy. */
export interface Insight {
  readonly name: string
  readonly level: Level
  readonly datasetType: DatasetType
  readonly finding: string
  readonly action: string
}

/** What a dataset holds. */
export interface DatasetReport {
  readonly datasetType: DatasetType
  readonly rows: number
  /** The number of rows that lack a value. */
  readonly incomplete: number
  readonly columns: readonly ColumnReport[]
  /** Keys of `properties` that are no fields. */
  readonly unknownProperties?: readonly { readonly name: string }[]
  readonly withoutInteractions?: Unmatched
  readonly histories?: Histories
}

/** A number of different values or ids. */
export interface Distinct {
  readonly count: number
  readonly isEstimate: boolean
}

/** Ids of one dataset that another does not have, among all. */
export interface Unmatched extends Distinct {
  readonly of: number
}

/** A column with its values. */
export interface ColumnReport {
  readonly name: string
  readonly type: string
  readonly kind: 'number' | 'time' | 'boolean' | 'categories' | 'text' | 'plain'
  readonly missing: number
  readonly distinct: Distinct
  /** The most frequent values. */
  readonly top: readonly { readonly value: string | number | bigint | boolean; readonly count: number }[]
  readonly numbers?: NumbersReport
  readonly times?: TimesReport
  /** The numbers of characters of texts. */
  readonly lengths?: NumbersReport
}

/** The distribution of numbers. */
export interface Quantiles {
  readonly min: number
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly max: number
}

/** Numbers of a column. */
export interface NumbersReport extends Quantiles {
  /** The counts in equal parts from the least to the greatest. */
  readonly histogram: readonly number[]
}

/** Times of a column, in seconds since 1970. */
export interface TimesReport {
  readonly first: number
  readonly last: number
  /** All days (UTC) from the first to the last. */
  readonly days: number
  /** The counts in equal parts of those days, the oldest first. */
  readonly histogram: readonly number[]
}

/** Who interacted with what. */
export interface Histories {
  readonly users: Spread
  readonly items: Spread & { readonly top: readonly { readonly id: string; readonly count: number }[] }
  readonly anonymous: { readonly sessions: number }
  /** Users with two or more interactions. */
  readonly trainable: { readonly withTwo: number }
  readonly times?: TimesReport
  readonly repeated: number
  readonly duplicates: number
  readonly strangers: { readonly users?: Unmatched; readonly items?: Unmatched }
}

/** How many interactions users or items have. */
export interface Spread {
  readonly distinct: Distinct
  readonly interactions?: Quantiles
  readonly histogram: readonly Bucket[]
}

/** So many have from so many to so many interactions. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** How far an analysis is. */
export interface AnalysisProgress {
  readonly rows: number
  readonly rowsTotal: number
}

type Answer = { readonly analysis: string } & (
  | ({ readonly status: 'COMPLETED' } & InsightsReport)
  | { readonly status: 'IN_PROGRESS'; readonly progress?: AnalysisProgress }
)

/** Seconds that a request waits: then the page shows how far the analysis is. */
const WAIT = 1

/** Analyzes the data of a group. @param report is told how far it is, where that takes longer than a second */
export async function analyze(
  api: Api,
  datasetGroupArn: string,
  report: (progress: AnalysisProgress | undefined) => void,
  signal: AbortSignal,
): Promise<InsightsReport> {
  let analysis: string | undefined
  for (;;) {
    const query = { datasetGroupArn, analysis, wait: WAIT }
    const answer: Answer = await api.inspect('insights', { query, signal })
    if (answer.status === 'COMPLETED') return answer
    analysis = answer.analysis
    report(answer.progress)
  }
}

/** A count with its share, such as `3 (12 %)`. */
export function shareText(count: number, of: number): string {
  if (count === 0) return '–'
  return `${count.toLocaleString('en')} (${of === 0 ? 0 : percent(count / of)} %)`
}

/** Whole percents. What is there is at least 1, and what is missing leaves 99 at most. */
function percent(share: number): number {
  return share > 0 && share < 1 ? Math.min(99, Math.max(1, Math.round(100 * share))) : Math.round(100 * share)
}

/** A number as people write it, with three digits behind the point at most. */
export function numberText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 })
}

/** A count of different values. */
export function distinctText({ count, isEstimate }: { readonly count: number; readonly isEstimate: boolean }): string {
  return `${isEstimate ? 'about ' : ''}${count.toLocaleString('en')}`
}
