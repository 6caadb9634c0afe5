import { compileCells } from '../datasets/cells.ts'
import { idFields, type Schema } from '../datasets/schema.ts'
import type { FoundInteraction } from '../store/rows.ts'
import { hasBlanks } from './column.ts'
import { Columns } from './columns.ts'
import type { Follower } from './follower.ts'
import { IdCounter } from './ids.ts'
import { NamelessRows } from './nameless.ts'
import { type Counts, doublingBuckets, quantilesOf } from './quantiles.ts'
import type { DatasetReport, Distinct, Histories, Spread } from './report.ts'
import { TimeSummary } from './times.ts'

/** The most ids without a record that are compared with the ids of records. */
export const STRANGERS_MAX = 1000

const TOP = 5

type HistoriesReport = Pick<DatasetReport, 'rows' | 'incomplete' | 'columns' | 'idsWithBlanks' | 'idsForNothing'> & {
  readonly histories: Histories
}

/** Summarizes interactions, which come user by user in the order of time, as stores return them. */
export class HistorySummary {
  readonly items = new IdCounter()
  /** Users without a record; undefined if the group has no dataset of users. */
  readonly strangers: { count: number; rows: number; readonly ids: string[] } | undefined
  readonly #columns: Columns
  readonly #cellsOf: ReturnType<typeof compileCells>
  readonly #times: TimeSummary
  readonly #users: Follower | undefined
  readonly #lengths = new Map<number, number>()
  readonly #nameless = new NamelessRows()
  #before: FoundInteraction | undefined
  #length = 0
  #isStranger = false
  readonly #counts = {
    rows: 0,
    users: 0,
    sessions: 0,
    anonymous: 0,
    withTwo: 0,
    repeated: 0,
    alike: 0,
    usersWithBlanks: 0,
  }

  /**
   * @param users the records of the users, if the group has any
   * @param now in milliseconds since 1970
   */
  constructor({ datasetType, fields }: Schema, users: Follower | undefined, now: number) {
    const told = ['USER_ID', 'TIMESTAMP', idFields[datasetType]]
    const others = fields.filter(({ name }) => !told.includes(name))
    this.#columns = new Columns(others, now)
    this.#cellsOf = compileCells({ datasetType, fields: others })
    this.#times = new TimeSummary(now)
    this.#users = users
    this.strangers = users && { count: 0, rows: 0, ids: [] }
  }

  /** Await the promise, if there is one, before the next row. Most rows return none. */
  add(row: FoundInteraction): Promise<void> | undefined {
    if (row.userId !== this.#before?.userId) return this.#begin(row).then(() => this.#count(row))
    if (areAlike(row, this.#before)) this.#counts.alike++
    this.#count(row)
    return undefined
  }

  /** Must be called after the last interaction. */
  async finish(): Promise<void> {
    this.#end()
    this.#before = undefined
    await this.#users?.finish()
  }

  /**
   * The summary, without the ids that have no record.
   * @param duplicates the number of rows that were left out when they were put
   */
  report(duplicates: number): HistoriesReport {
    const { rows, users, sessions, anonymous, withTwo, repeated, alike } = this.#counts
    return {
      rows,
      ...this.#columns.report(),
      idsWithBlanks: this.#idsWithBlanks(),
      idsForNothing: this.#nameless.report(),
      histories: {
        users: spreadOf({ count: users, isEstimate: false }, this.#lengths),
        items: {
          ...spreadOf(this.items.distinct, this.items.counts()),
          top: this.items.first(TOP),
        },
        anonymous: { sessions, rows: anonymous },
        trainable: { rows: rows - repeated, users: users + sessions, withTwo },
        times: this.#times.report(),
        repeated,
        duplicates,
        alike,
        strangers: {},
      },
    }
  }

  #count(row: FoundInteraction): void {
    const counts = this.#counts
    this.#before = row
    counts.rows++
    if (row.anonymous) counts.anonymous++
    if (this.#isStranger) this.strangers!.rows++
    this.#columns.add(this.#cellsOf(row))
    this.#nameless.add(row.userId)
    this.#nameless.add(row.itemId)
    if (row.repeated) {
      counts.repeated++
      return
    }
    this.#length++
    this.items.add(row.itemId)
    this.#times.add(row.timestampMs / 1000)
  }

  /** Begins with the first interaction of a user, or of an anonymous session. */
  async #begin({ userId, anonymous }: FoundInteraction): Promise<void> {
    this.#end()
    const counts = this.#counts
    this.#isStranger = false
    if (anonymous) {
      counts.sessions++
      return
    }
    counts.users++
    if (hasBlanks(userId)) counts.usersWithBlanks++
    if (!this.#users || (await this.#users.has(userId))) return
    this.#isStranger = true
    this.strangers!.count++
    if (this.strangers!.ids.length < STRANGERS_MAX) this.strangers!.ids.push(userId)
  }

  #end(): void {
    if (this.#length >= 2) this.#counts.withTwo++
    if (this.#length > 0 && !this.#before!.anonymous)
      this.#lengths.set(this.#length, (this.#lengths.get(this.#length) ?? 0) + 1)
    this.#length = 0
  }

  #idsWithBlanks(): Distinct {
    const items = this.items.count(hasBlanks)
    return { ...items, count: items.count + this.#counts.usersWithBlanks }
  }
}

function areAlike(a: FoundInteraction, b: FoundInteraction): boolean {
  return a.timestampMs === b.timestampMs && a.itemId === b.itemId && a.eventType === b.eventType
}

function spreadOf(distinct: Distinct, counts: Counts): Spread {
  return { distinct, interactions: quantilesOf(counts), histogram: doublingBuckets(counts) }
}
