import { write } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Config, STANDARD_OUTPUT } from '../config/config.ts'
import type { Log } from '../log.ts'
import type { Handled } from '../wire/aws/api.ts'
import { openOrigins } from '../wire/aws/origin.ts'
import { type Lines, openLines } from './lines.ts'
import { isDataEvent } from './record.ts'
import { openRecordLines } from './record-lines.ts'
import { checkAppendable, openRotatingFile } from './rotating-file.ts'

/** The counts of an audit trail, for `/metrics`. */
interface AuditCounts {
  readonly recorded: number
  /** Tries to append that failed. */
  readonly failures: number
  /** Records that are nowhere: the file could not be written for too long. */
  readonly lost: number
  /** Requests without a right signature beyond those that are recorded. */
  readonly passedOver: number
}

/** One call: the caller, the operation, the resource, the time, the place, and whether it was allowed. */
interface Audit {
  handled(request: Handled): void
  counts(): AuditCounts
  close(): Promise<void>
}

/**
 * The most requests a minute that are recorded though nobody proved who asked. Anyone can send such requests, and more
 * would rotate the records of others away.
 */
const UNPROVEN_A_MINUTE = 100

/**
 * Opens the audit trail that is configured; undefined where none is. Records are appended some 100 ms after the reply.
 * While they cannot be, they wait in memory, 16 MiB at most, and the log says so.
 * @throws Error where its file cannot be written
 */
export async function openAudit(config: Config, log: Pick<Log, 'error' | 'info'>): Promise<Audit | undefined> {
  const { auditLog, auditDataEvents } = config
  if (auditLog === undefined) return undefined
  const counts = { recorded: 0, failures: 0, lost: 0, passedOver: 0 }
  const lines = await openTarget(auditLog, config, log, counts)
  const originOf = openOrigins(config.trustedProxies)
  const isWelcome = openLimit()
  const lineOf = openRecordLines(config)
  return {
    handled(request) {
      if (auditDataEvents === 'off' && isDataEvent(request)) return
      if (!request.isProven && !isWelcome()) return void counts.passedOver++
      counts.recorded++
      lines.write(lineOf(request, originOf(request.head), Date.now()))
    },
    counts: () => counts,
    close: () => lines.close(),
  }
}

async function openTarget(
  path: string,
  config: Pick<Config, 'auditLogSize' | 'auditLogFiles'>,
  log: Pick<Log, 'error' | 'info'>,
  counts: { failures: number; lost: number },
): Promise<Lines> {
  let isFailing = false
  const append = path === STANDARD_OUTPUT ? toStandardOutput : await openFile(path, config)
  return openLines({
    async append(text) {
      await append(text)
      if (isFailing) log.info({ path }, 'the audit log is written again')
      isFailing = false
    },
    failed({ code }) {
      counts.failures++
      if (!isFailing) log.error({ path, code }, 'the audit log cannot be written: records wait in memory')
      isFailing = true
    },
    lost(count) {
      if (counts.lost === 0 && count > 0) log.error({ path }, 'records of the audit log are lost')
      counts.lost += count
    },
  })
}

async function openFile(path: string, { auditLogSize, auditLogFiles }: Pick<Config, 'auditLogSize' | 'auditLogFiles'>) {
  await checkAppendable(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`the audit log ${path} of --audit-log cannot be written: ${error.code ?? error.message}`)
  })
  return openRotatingFile(path, { maxBytes: auditLogSize * 1024 * 1024, kept: auditLogFiles })
}

const writeTo = promisify(write)
const AGAIN_MS = 20

/** Writes in a thread of its own, since a reader that is slow would hold the request thread up. */
async function toStandardOutput(text: string): Promise<void> {
  let rest: Buffer = Buffer.from(text)
  while (rest.length > 0) {
    try {
      const { bytesWritten } = await writeTo(1, rest)
      rest = rest.subarray(bytesWritten)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await setTimeout(AGAIN_MS)
    }
  }
}

/** Returns a function that says whether another request of this minute is recorded. */
function openLimit(): () => boolean {
  let [minute, count] = [0, 0]
  return () => {
    const now = Math.floor(performance.now() / 60_000)
    if (now !== minute) [minute, count] = [now, 0]
    return ++count <= UNPROVEN_A_MINUTE
  }
}
