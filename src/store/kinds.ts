import type { Resource } from './resource-store.ts'

/** The kinds that are removed with the resource that they live in; `-job` stands for all that end in it. */
const ALONG = ['-job', 'solution-version'] as const

/** The kinds that are done in the background. */
const JOBS = [...ALONG, 'recommender'] as const

/** Whether it is removed with the resource that it lives in, as `ResourceStore.remove` does. */
export function isRemovedWithParent({ kind }: Pick<Resource, 'kind'>): boolean {
  return ALONG.some(name => (name.startsWith('-') ? kind.endsWith(name) : kind === name))
}

const among = (names: readonly string[]) =>
  `(${names.map(name => (name.startsWith('-') ? `kind LIKE '%${name}'` : `kind = '${name}'`)).join(' OR ')})`

/** `isRemovedWithParent` in SQL. */
export const REMOVED_WITH_PARENT_SQL = among(ALONG)

/** Whether it is done in the background, in SQL as the indexes `jobs` and `jobs_of_group` of both drivers have it. */
export const IS_JOB = among(JOBS)
