import type { PoolClient } from 'pg'
import type { Clock } from '../../../clock.ts'
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
import { timed } from '../connections.ts'
import { type Database, FOREIGN_KEY, RESTRICT, type SqlRow, statements, UNIQUE } from '../database.ts'

const NOW = '(extract(epoch FROM statement_timestamp()) * 1000)::bigint'

/** Versions that are removed with their parent, and the jobs in them. */
const VERSIONS = "SELECT arn FROM resources WHERE parent = $1 AND kind = 'solution-version'"

const sql = statements('resources', {
  byArn: `SELECT ${COLUMNS} FROM resources WHERE arn = $1`,

  unfinished: `SELECT ${HEAD} FROM resources WHERE ${UNFINISHED_SQL} ORDER BY id`,

  tally: 'SELECT kind, status, count FROM resource_counts WHERE count > 0',

  insert: `
    INSERT INTO resources (arn, kind, parent, reference, status, created_at, updated_at, document, tags)
    VALUES ($1, $2, $3, $4, $5, coalesce($8, ${NOW}), coalesce($8, ${NOW}), $6, $7) RETURNING ${COLUMNS}`,

  lock: `SELECT ${COLUMNS} FROM resources WHERE arn = $1 FOR UPDATE`,

  update: `
    UPDATE resources SET status = $2, reference = $3, document = $4, tags = $5, updated_at = greatest(updated_at, coalesce($6, ${NOW}))
    WHERE arn = $1 RETURNING ${COLUMNS}`,

  working: `
    SELECT arn FROM resources
    WHERE (parent = $1 AND ${REMOVED_WITH_PARENT_SQL} OR parent IN (${VERSIONS})) AND ${UNFINISHED_SQL} LIMIT 1`,

  deleteInVersions: `DELETE FROM resources WHERE parent IN (${VERSIONS}) AND ${REMOVED_WITH_PARENT_SQL}`,
  deleteInside: `DELETE FROM resources WHERE parent = $1 AND ${REMOVED_WITH_PARENT_SQL}`,
  deleteByArn: 'DELETE FROM resources WHERE arn = $1',
  purge: 'INSERT INTO purges (dataset) VALUES ($1)',
  tell: "INSERT INTO changes (kind, dataset, ids) VALUES ('resource', 0, ARRAY[$1, $2])",
})

/** The reads of resources. */
export function resourceReads(db: Database) {
  return {
    tally: (): Promise<readonly Tally[]> => db.query<Tally>(sql.tally),
    async get(arn: string): Promise<Resource | undefined> {
      const [row] = await db.query(sql.byArn, [arn])
      return row && toResource(row)
    },
    async list(query: ResourceQuery): Promise<readonly Resource[]> {
      const { name, text, values } = selectionOf(query, number => `$${number}`)
      const limited = `SELECT ${COLUMNS} FROM resources ${text} LIMIT $${values.length + 1}`
      const rows = await db.query({ name: `list ${name}`, text: limited }, [...values, query.limit ?? null])
      return rows.map(toResource)
    },
    async count(query: ResourceQuery, atMost: number): Promise<number> {
      const { name, text, values } = selectionOf(query, number => `$${number}`)
      const found = `SELECT FROM resources ${text} LIMIT $${values.length + 1}`
      const counted = { name: `count ${name}`, text: `SELECT count(*) AS n FROM (${found}) AS found` }
      return (await db.query<{ n: number }>(counted, [...values, atMost]))[0]!.n
    },
    async unfinished(): Promise<readonly ResourceHead[]> {
      return (await db.query(sql.unfinished)).map(toHead)
    },
  }
}

/** The writes of resources, each to be called in a transaction. */
export function resourceWrites(db: Database, clock: Pick<Clock, 'stoppedAt'>) {
  const run = async (client: PoolClient, name: keyof typeof sql, values: unknown[]) =>
    (await client.query<SqlRow>({ ...sql[name], ...timed(sql[name].text), values })).rows

  return {
    async create(resource: NewResource): Promise<Resource> {
      const { arn, parent, reference } = resource
      try {
        return await db.once(async (client, mark) => {
          const [row] = await run(client, 'insert', [...newColumns(resource), clock.stoppedAt ?? null])
          await run(client, 'tell', [arn, mark])
          return toResource(row!)
        })
      } catch (error) {
        throw fromConstraint(error, brokenBy(error), {
          unique: ['exists', `${arn} exists`],
          'foreign key': ['missing', `${parent} or ${reference} does not exist`],
        })
      }
    },

    async update(arn: string, change: ResourceChange): Promise<Resource> {
      try {
        return await db.once(async (client, mark) => {
          const [found] = await run(client, 'lock', [arn])
          if (!found) throw new StoreError('missing', arn)
          const [row] = await run(client, 'update', [
            arn,
            ...changedColumns(toResource(found), change),
            clock.stoppedAt ?? null,
          ])
          await run(client, 'tell', [arn, mark])
          return toResource(row!)
        })
      } catch (error) {
        throw fromConstraint(error, brokenBy(error), {
          'foreign key': ['missing', `${change.reference} does not exist`],
        })
      }
    },

    async remove(arn: string): Promise<void> {
      try {
        await db.once(async (client, mark) => {
          const [found] = await run(client, 'lock', [arn])
          if (!found) throw new StoreError('missing', arn)
          const [job] = await run(client, 'working', [arn])
          if (job) throw new StoreError('referenced', `${job.arn} is in progress`)
          if (found.kind === 'dataset') await run(client, 'purge', [found.id])
          for (const name of ['deleteInVersions', 'deleteInside', 'deleteByArn'] as const)
            await run(client, name, [arn])
          await run(client, 'tell', [arn, mark])
        })
      } catch (error) {
        throw fromConstraint(error, brokenBy(error), { 'foreign key': ['referenced', arn] })
      }
    },
  }
}

/** PostgreSQL's codes for a broken constraint. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  [UNIQUE]: 'unique',
  [FOREIGN_KEY]: 'foreign key',
  [RESTRICT]: 'foreign key',
}

const brokenBy = (error: unknown) => CONSTRAINTS[(error as { code?: string }).code ?? '']
