import type { NewResource, Resource, ResourceChange, ResourceHead } from './resource-store.ts'
import { StoreError } from './store.ts'

/** Columns of the table `resources`, which both drivers have alike. */
export const HEAD = 'id, arn, kind, parent, reference, status, created_at, updated_at'
export const COLUMNS = `${HEAD}, document, tags`

type SqlRow = Readonly<Record<string, unknown>>

/** A resource from a row of `COLUMNS`. */
export function toResource(row: SqlRow): Resource {
  return { ...toHead(row), document: JSON.parse(row.document as string), tags: JSON.parse(row.tags as string) }
}

/** The part of a resource that a row of `HEAD` has. */
export function toHead(row: SqlRow): ResourceHead {
  return {
    id: row.id as number,
    arn: row.arn as string,
    kind: row.kind as string,
    parent: (row.parent ?? undefined) as Resource['parent'],
    reference: (row.reference ?? undefined) as Resource['reference'],
    status: row.status as string,
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
  }
}

/** The values of a new row: arn, kind, parent, reference, status, document and tags. */
export function newColumns({ arn, kind, parent, reference, status, document, tags = [] }: NewResource) {
  return [arn, kind, parent ?? null, reference ?? null, status, JSON.stringify(document), JSON.stringify(tags)] as const
}

/**
 * The values after a change: status, reference, document and tags.
 * @throws StoreError `changed` where the status is none of those that the change is for
 */
export function changedColumns(old: Resource, { status, reference, document, tags, ifStatus }: ResourceChange) {
  if (ifStatus && !ifStatus.includes(old.status)) throw new StoreError('changed', old.status)
  return [
    status ?? old.status,
    reference ?? old.reference ?? null,
    JSON.stringify({ ...old.document, ...document }),
    JSON.stringify(tags ?? old.tags),
  ] as const
}

/** A constraint of the table that a write may break. */
export type Constraint = 'unique' | 'foreign key'

/** The kind of the store's error for each constraint that a write may break, and its message. */
type OnConstraint = Readonly<Partial<Record<Constraint, readonly ['exists' | 'missing' | 'referenced', string]>>>

/** Returns the error of a write that broke a constraint, in words of the store; another error as it is. */
export function fromConstraint(error: unknown, broken: Constraint | undefined, words: OnConstraint): unknown {
  const [kind, message] = (broken && words[broken]) ?? []
  return kind ? new StoreError(kind, message!) : error
}
