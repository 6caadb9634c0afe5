import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import {
  type NewResource,
  type Resource,
  type ResourceChange,
  type ResourceQuery,
  StoreError,
  type Tally,
} from '../store.ts'
import { LIMIT } from './database.ts'

const COLUMNS = 'id, arn, kind, parent, reference, status, created_at, updated_at, document, tags'

/** What is removed with what it lives in: jobs, and solution versions with the jobs in them. */
const GOES_ALONG = "(kind LIKE '%-job' OR kind = 'solution-version')"
const VERSIONS = "SELECT arn FROM resources WHERE parent = ?1 AND kind = 'solution-version'"

/** As the index `resources_unfinished` has it, so that it is used. */
const UNFINISHED =
  "(status LIKE '%PENDING' OR status LIKE '%IN_PROGRESS' OR status LIKE '%IN PROGRESS' OR status LIKE '%STOPPING')"

export function resourceReads(db: DatabaseSync) {
  const byArn = db.prepare(`SELECT ${COLUMNS} FROM resources WHERE arn = ?`)
  const list = db.prepare(`
    SELECT ${COLUMNS} FROM resources
    WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR parent = ?2) AND (?3 IS NULL OR reference = ?3) AND id > ?4
    ORDER BY id ${LIMIT} ?5`)
  const unfinished = db.prepare(`SELECT ${COLUMNS} FROM resources WHERE ${UNFINISHED} ORDER BY id`)
  const tally = db.prepare('SELECT kind, status, count(*) AS count FROM resources GROUP BY kind, status')
  return {
    get(arn: string): Resource | undefined {
      const row = byArn.get(arn)
      return row && toResource(row)
    },
    list({ kind, parent, reference, after, limit }: ResourceQuery): readonly Resource[] {
      return list.all(kind ?? null, parent ?? null, reference ?? null, after ?? 0, limit ?? -1).map(toResource)
    },
    tally: () => tally.all() as unknown as readonly Tally[],
    unfinished: (): readonly Resource[] => unfinished.all().map(toResource),
  }
}

export function resourceWrites(db: DatabaseSync) {
  const reads = resourceReads(db)
  const insert = db.prepare(`
    INSERT INTO resources (arn, kind, parent, reference, status, created_at, updated_at, document, tags)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)`)
  const update = db.prepare(
    'UPDATE resources SET status = ?, reference = ?, document = ?, tags = ?, updated_at = ? WHERE arn = ?',
  )
  const working = db.prepare(`
    SELECT arn FROM resources
    WHERE (parent = ?1 AND ${GOES_ALONG} OR parent IN (${VERSIONS})) AND ${UNFINISHED} LIMIT 1`)
  const deleteInVersions = db.prepare(`DELETE FROM resources WHERE parent IN (${VERSIONS}) AND ${GOES_ALONG}`)
  const deleteInside = db.prepare(`DELETE FROM resources WHERE parent = ?1 AND ${GOES_ALONG}`)
  const deleteByArn = db.prepare('DELETE FROM resources WHERE arn = ?')
  const purge = db.prepare('INSERT INTO purges (dataset, source) VALUES (?, NULL)')

  return {
    createResource({ arn, kind, parent, reference, status, document, tags }: NewResource): Resource {
      try {
        insert.run(
          arn,
          kind,
          parent ?? null,
          reference ?? null,
          status,
          Date.now(),
          JSON.stringify(document),
          JSON.stringify(tags ?? []),
        )
      } catch (error) {
        throw fromConstraint(error, `${arn} exists`, `${parent} or ${reference} does not exist`)
      }
      return reads.get(arn)!
    },

    updateResource({ arn, change }: { arn: string; change: ResourceChange }): Resource {
      const old = reads.get(arn)
      if (!old) throw new StoreError('missing', arn)
      if (change.ifStatus && !change.ifStatus.includes(old.status)) throw new StoreError('changed', old.status)
      try {
        update.run(
          change.status ?? old.status,
          change.reference ?? old.reference ?? null,
          JSON.stringify({ ...old.document, ...change.document }),
          JSON.stringify(change.tags ?? old.tags),
          Date.now(),
          arn,
        )
      } catch (error) {
        throw fromConstraint(error, arn, `${change.reference} does not exist`)
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
        throw fromConstraint(error, arn, arn, 'referenced')
      }
    },
  }
}

/** SQLite's extended result codes for a broken constraint. */
const UNIQUE = 2067
const FOREIGN_KEY = 787
const RESTRICT = 1811

function fromConstraint(
  error: unknown,
  exists: string,
  missing: string,
  onForeignKey: 'missing' | 'referenced' = 'missing',
) {
  const code = (error as { errcode?: number }).errcode
  if (code === UNIQUE) return new StoreError('exists', exists)
  if (code === FOREIGN_KEY || code === RESTRICT) return new StoreError(onForeignKey, missing)
  return error
}

function toResource(row: Record<string, SQLOutputValue>): Resource {
  return {
    id: row.id as number,
    arn: row.arn as string,
    kind: row.kind as string,
    parent: (row.parent ?? undefined) as Resource['parent'],
    reference: (row.reference ?? undefined) as Resource['reference'],
    status: row.status as string,
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
    document: JSON.parse(row.document as string),
    tags: JSON.parse(row.tags as string),
  }
}
