import { setTimeout } from 'node:timers/promises'
import { StoreError } from '../store.ts'

/**
 * How long a statement is tried again where the database is not there: a restart takes some seconds. As long one waits,
 * in turn, for a connection that others use.
 */
export const PATIENCE_MS = 10_000
/** PostgreSQL's code for a table that is not there. */
export const UNDEFINED_TABLE = '42P01'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 500

/**
 * Tries again while the database is not there, or where another transaction was in the way.
 * @throws StoreError `unavailable` where that lasts
 */
export async function persistently<Result>(run: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS
  for (let attempt = 1, pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await run()
    } catch (error) {
      if (isConflict(error)) continue
      // One that had to wait for its answer has its second attempt too.
      if (!isLoss(error) || (attempt++ > 1 && performance.now() + pause > deadline)) throw explained(error)
      await setTimeout(pause)
    }
  }
}

/**
 * An error while the connection holds: ours, or PostgreSQL's, which answers with a class and a code of five characters.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof StoreError || (!isLoss(error) && /^[\dA-Z]{5}$/.test(codeOf(error)))
}

/**
 * Deadlock, or a transaction that could not be put in order with another. Of one between nodes of Citus a node may say
 * no more than that its statement was canceled. A shard that moves to another node just then leaves the rows behind
 * that are to be inserted into it (CIINF).
 */
function isConflict(error: unknown): boolean {
  const isCanceled = codeOf(error) === '57014' && /due to user request/.test(`${error}`)
  return isCanceled || ['40P01', '40001', 'CIINF'].includes(codeOf(error))
}

/** The connection was lost, or could not be made: the database is restarting, has failed over, or the net is cut. */
function isLoss(error: unknown): boolean {
  if (error instanceof StoreError) return false // it was waited for
  return (
    /^(08...|57P0[1235]|25P03|25006|53300|E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)|ENOTFOUND|EAI_AGAIN)$/.test(
      codeOf(error),
    ) ||
    /Connection terminated|not queryable|timeout expired|Query read timeout/.test(`${error}`) ||
    // So Citus says, with the code of any fault, that a node was lost.
    /server closed the connection|connection marked as essential|lost connection|connection not open|failed to (complete COPY|COPY to shard)/.test(
      `${error}`,
    )
  )
}

/** All connections of the pool were others' for too long. To wait again would be at the end of the queue. */
function isBusy(error: unknown): boolean {
  return /timeout exceeded when trying to connect/.test(`${error}`)
}

/** The faults that keep the database from answering or writing, by PostgreSQL's codes. */
const HINDRANCES: Readonly<Record<string, string>> = {
  '25006': 'the database only reads: it is a standby, or its default_transaction_read_only is on',
  '53100': 'the disk of the database is full',
  '53200': 'the database is out of memory',
  '55P03': 'another server is at work for too long',
  '58030': 'the disk of the database fails',
  XX001: 'the database is damaged: restore a backup',
  XX002: 'an index of the database is damaged: rebuild it (REINDEX), or restore a backup',
}

/** An error that may be another one the next time, as `unavailable`. */
export function explained(error: unknown): unknown {
  const hindrance = HINDRANCES[codeOf(error)]
  if (hindrance) return new StoreError('unavailable', hindrance)
  if (isBusy(error)) return new StoreError('unavailable', 'the database has more to do than it can')
  if (!isLoss(error)) return error
  return new StoreError('unavailable', `the database cannot be reached (${codeOf(error) || (error as Error).message})`)
}

const codeOf = (error: unknown) => String((error as { code?: unknown } | undefined)?.code ?? '')
