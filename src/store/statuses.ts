import type { Resource } from './resource-store.ts'

/** How far a resource is: the meaning of a status, in any words. */
type Phase = 'waiting' | 'running' | 'stopping' | 'stopped' | 'failed' | 'done' | 'inactive'

/**
 * The one list of statuses: the words that a status ends in, and their meaning. A status is such a word alone, or after
 * the verb: `PENDING`, `CREATE PENDING`. A store of an older version may have `IN PROGRESS` for batch jobs.
 */
const meanings = {
  PENDING: 'waiting',
  IN_PROGRESS: 'running',
  'IN PROGRESS': 'running',
  STOPPING: 'stopping',
  STOPPED: 'stopped',
  FAILED: 'failed',
  ACTIVE: 'done',
  COMPLETED: 'done',
  INACTIVE: 'inactive',
} as const satisfies Readonly<Record<string, Phase>>

const doings = ['CREATE', 'START', 'UPDATE', 'DELETE'] as const

type Word = keyof typeof meanings

/** A status of a resource. */
export type Status = Word | `${(typeof doings)[number]} ${Word}`

const words = Object.keys(meanings) as Word[]
const phases = new Map<string, Phase>(
  words.flatMap(word => ['', ...doings].map(doing => [`${doing} ${word}`.trimStart(), meanings[word]] as const)),
)

/** The meaning of a status; undefined for one that is not in the list. */
export function phaseOf(status: string): Phase | undefined {
  return phases.get(status)
}

/** The phases that end by themselves: until then a resource can be neither deleted nor begun anew. */
const UNFINISHED_PHASES: readonly (Phase | undefined)[] = ['waiting', 'running', 'stopping']

/** Whether a resource waits, runs or is being stopped. */
export function isUnfinished({ status }: Pick<Resource, 'status'>): boolean {
  return UNFINISHED_PHASES.includes(phaseOf(status))
}

/** `isUnfinished` in SQL, as the index `resources_unfinished` of both drivers has it: only so the index is used. */
export const UNFINISHED_SQL = `(${words
  .filter(word => UNFINISHED_PHASES.includes(meanings[word]))
  .map(word => `status LIKE '%${word}'`)
  .join(' OR ')})`
