import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { REMOVED_WITH_PARENT_SQL } from '../../kinds.ts'
import { selectionOf } from '../../queries.ts'
import {
  COLUMNS,
  type Constraint,
  changedColumns,
  fromConstraint,
  HEAD,
  newColumns,
  toHead,
  toResource,
} from '../../resource-rows.ts'
import type { NewResource, Resource, ResourceChange, ResourceHead, ResourceQuery, Tally } from '../../resource-store.ts'
import { UNFINISHED_SQL } from '../../statuses.ts'
import { StoreError } from '../../store.ts'
import { LIMIT } from '../database.ts'

/** Versions that are removed with their parent, and the jobs in them. */
const VERSIONS = "SELECT arn FROM resources WHERE parent = ?1 AND kind = 'solution-version'"

/** The reads of resources. */
export function resourceReads(db: DatabaseSync) {
  const byArn = db.prepare(`SELECT ${COLUMNS} FROM resources WHERE arn = ?`)
  const lists = selections(db, from => `SELECT ${COLUMNS} ${from} ${LIMIT} ?`)
  const counts = selections(db, from => `SELECT count(*) AS n FROM (SELECT 1 ${from} ${LIMIT} ?)`)
  const unfinished = db.prepare(`SELECT ${HEAD} FROM resources WHERE ${UNFINISHED_SQL} ORDER BY id`)
  const tally = db.prepare('SELECT kind, status, count FROM resource_counts WHERE count > 0')
  return {
    get(arn: string): Resource | undefined {
      const row = byArn.get(arn)
      return row && toResource(row)
    },
    list(query: ResourceQuery): readonly Resource[] {
      const { statement, values } = lists(query)
      return statement.all(...values, query.limit ?? -1).map(toResource)
    },
    count(query: ResourceQuery, atMost: number): number {
      const { statement, values } = counts(query)
      return statement.get(...values, atMost)!.n as number
    },
    tally: () => tally.all() as unknown as readonly Tally[],
    unfinished: (): readonly ResourceHead[] => unfinished.all().map(toHead),
  }
}

/** Returns the statement of a query, which is prepared once, and the values that it takes before the limit. */
function selections(db: DatabaseSync, textOf: (from: string) => string) {
  const prepared = new Map<string, StatementSync>()
  return (query: ResourceQuery) => {
    const { name, text, values } = selectionOf(query, () => '?')
    const prepare = () => db.prepare(textOf(`FROM resources ${indexFor(query)} ${text}`))
    return { statement: prepared.getOrInsertComputed(name, prepare), values }
  }
}

/**
 * The index of few where there is one: SQLite does not know that it is smaller than another, which has all of a kind.
 */
function indexFor({ unfinished, isJob, datasetGroup }: ResourceQuery): string {
  if (unfinished) return 'INDEXED BY resources_unfinished'
  if (!isJob) return ''
  return datasetGroup === undefined ? 'INDEXED BY jobs' : 'INDEXED BY jobs_of_group'
}

/** The time of a write, in milliseconds since 1970; left out, that of the machine. */
type At = { readonly at?: number | undefined }

/** The writes of resources, each to be called in a transaction. */
export function resourceWrites(db: DatabaseSync) {
  const reads = resourceReads(db)
  const insert = db.prepare(`
    INSERT INTO resources (arn, kind, parent, reference, status, created_at, updated_at, document, tags, dataset_group)
    VALUES (?1, ?2, ?3, ?4, ?5, ?8, ?8, ?6, ?7, (
      SELECT CASE WHEN kind = 'dataset-group' THEN arn ELSE dataset_group END FROM resources WHERE arn = ?3))`)
  const update = db.prepare(
    'UPDATE resources SET status = ?, reference = ?, document = ?, tags = ?, updated_at = max(updated_at, ?) WHERE arn = ?',
  )
  const working = db.prepare(`
    SELECT arn FROM resources
    WHERE (parent = ?1 AND ${REMOVED_WITH_PARENT_SQL} OR parent IN (${VERSIONS})) AND ${UNFINISHED_SQL} LIMIT 1`)
  const deleteInVersions = db.prepare(
    `DELETE FROM resources WHERE parent IN (${VERSIONS}) AND ${REMOVED_WITH_PARENT_SQL}`,
  )
  const deleteInside = db.prepare(`DELETE FROM resources WHERE parent = ?1 AND ${REMOVED_WITH_PARENT_SQL}`)
  const deleteByArn = db.prepare('DELETE FROM resources WHERE arn = ?')
  const purge = db.prepare('INSERT INTO purges (dataset, source) VALUES (?, NULL)')

  return {
    createResource({ at = Date.now(), ...resource }: NewResource & At): Resource {
      const { arn, parent, reference } = resource
      try {
        insert.run(...newColumns(resource), at)
      } catch (error) {
        throw fromConstraint(error, brokenBy(error), {
          unique: ['exists', `${arn} exists`],
          'foreign key': ['missing', `${parent} or ${reference} does not exist`],
        })
      }
      return reads.get(arn)!
    },

    updateResource({ arn, change, at = Date.now() }: { arn: string; change: ResourceChange } & At): Resource {
      const old = reads.get(arn)
      if (!old) throw new StoreError('missing', arn)
      const columns = changedColumns(old, change)
      try {
        update.run(...columns, at, arn)
      } catch (error) {
        throw fromConstraint(error, brokenBy(error), {
          'foreign key': ['missing', `${change.reference} does not exist`],
        })
      }
      return reads.get(arn)!
    },

    removeResource({ arn }: { arn: string }): void {
      const resource = reads.get(arn)
      if (!resource) throw new StoreError('missing', arn)
      const job = working.get(arn)
      if (job) throw new StoreError('referenced', `${job.arn} is in progress`)
      if (resource.kind === 'dataset') purge.run(resource.id)
      try {
        deleteInVersions.run(arn)
        deleteInside.run(arn)
        deleteByArn.run(arn)
      } catch (error) {
        throw fromConstraint(error, brokenBy(error), { 'foreign key': ['referenced', arn] })
      }
    },
  }
}

/** SQLite's extended result codes for a broken constraint. */
const CONSTRAINTS: Readonly<Record<number, Constraint>> = { 2067: 'unique', 787: 'foreign key', 1811: 'foreign key' }

const brokenBy = (error: unknown) => CONSTRAINTS[(error as { errcode?: number }).errcode ?? 0]
