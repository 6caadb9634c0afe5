import { randomUUID } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type Change, StoreError } from '../store.ts'
import { announce } from './announcements.ts'
import { openForWriting } from './database.ts'
import { eventParts } from './events/parts.ts'
import { eventWrites } from './events/writes.ts'
import { putWrites } from './puts/log.ts'
import { roomForImports } from './room.ts'
import { emptyingWrites } from './tables/emptying.ts'
import { expiredPackWrites } from './tables/expired-packs.ts'
import { importWrites } from './tables/imports.ts'
import { packWrites } from './tables/packs.ts'
import { recordWrites } from './tables/records.ts'
import { resourceWrites } from './tables/resources.ts'
import { openSequence } from './tables/sequence.ts'
import { hindranceOf, isLasting, TAKEN, watchFiles } from './trouble.ts'

/**
 * The one thread that writes. It takes writes in batches and commits each batch in one transaction with one fsync
 * (group commit). Writes that come while a commit is under way make the next batch. A write that fails is rolled back
 * alone; if the commit fails, all of the batch fail.
 */
const { path, counter } = workerData as { path: string; counter: Int32Array }
const db = openForWriting(path, progress => parentPort!.postMessage(progress))
const sequence = openSequence(db)
const events = eventParts(db)
const writes = {
  ...resourceWrites(db),
  ...putWrites(db, sequence),
  ...recordWrites(db),
  ...eventWrites(db, sequence, events),
  ...packWrites(db),
  ...expiredPackWrites(db),
  ...importWrites(db, sequence),
  ...emptyingWrites(db),
}

export type Writes = typeof writes
export type WriteName = keyof Writes
/** A write's name and its argument. */
export type Write = readonly [name: WriteName, argument: unknown]
export type WriteResult =
  | { readonly value: unknown }
  | { readonly error: { readonly code: StoreError['code'] | 'fault'; readonly message: string } }

/** A message by a client's port: writes, or a port for the client of another thread. */
export type ToWriter = readonly Write[] | { readonly connect: MessagePort }

/** How long writes may go on into files that were deleted. A look takes some microseconds. */
const LOOK_EVERY_MS = 20

/** How often the filters are filled some more, where there is something to fill: the half of the time. */
const FILL_EVERY_MS = 5

/**
 * Writes that are simply done again if the power fails. Staged rows belong to a job that then starts over. Applied or
 * merged rows are still where they came from, and rows that are too old are found again. A batch of nothing else is
 * committed without an fsync; the next batch with one makes it durable too, for the log is one file.
 */
const REPEATABLE: ReadonlySet<WriteName> = new Set([
  'applyPuts',
  'beginEvents',
  'applyEvents',
  'endEvents',
  'applyEventsOf',
  'stageRecords',
  'stageInteractions',
  'mergeSome',
  'purgeSome',
  'expireEvents',
  'expirePutPacks',
  'expirePacks',
])

/** Writes that change rows by the thousand, whose readers are told only which dataset it was. */
const SWEEPING: ReadonlySet<WriteName> = new Set([
  'publishImport',
  'mergeSome',
  'deleteRecords',
  'deleteUsersInteractions',
])

/** Writes that must not fill the disk. */
const STAGING: ReadonlySet<WriteName> = new Set(['stageRecords', 'stageInteractions'])

const OF_RESOURCES: ReadonlySet<WriteName> = new Set(['createResource', 'updateResource', 'removeResource'])

const statements = {
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  savepoint: db.prepare('SAVEPOINT one'),
  release: db.prepare('RELEASE one'),
  undo: db.prepare('ROLLBACK TO one'),
  server: db.prepare('SELECT server FROM sequence'),
}
const SERVER = randomUUID()
let isNamed = false

/** Writes this server's name into the database, or sees that no other has written its own since. */
function assertOurs(): void {
  if (!isNamed) db.prepare('UPDATE sequence SET server = ?').run(SERVER)
  // Another has begun although this one goes on: possible if lock.sqlite was deleted by hand.
  else if (statements.server.get()!.server !== SERVER) throw new StoreError('unavailable', TAKEN)
}

const look = watchFiles(path)
let lookedAt = Number.NEGATIVE_INFINITY

/** Why writes would be lost; looked at every now and then. */
function filesNow(): string | undefined {
  if (performance.now() < lookedAt + LOOK_EVERY_MS) return undefined
  const gone = look()
  if (!gone) lookedAt = performance.now()
  return gone
}

function runBatch(batch: readonly Write[]): readonly WriteResult[] {
  const gone = filesNow()
  if (gone) return batch.map(() => failure(new StoreError('unavailable', gone)))
  setDurable(!batch.every(([name]) => REPEATABLE.has(name)))
  try {
    if (batch.some(([name]) => name === 'endEvents')) events.rows.pendingIds.forgetMoved()
    return inTransaction(() => batch.map(run))
  } catch {
    // One of them failed: again, with a savepoint around each, so that it fails alone. The way without is the fast one.
  }
  try {
    return inTransaction(() => batch.map(runAlone))
  } catch (error) {
    return batch.map(() => failure(error))
  }
}

let isDurable = true

function setDurable(durable: boolean): void {
  if (durable !== isDurable) db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`)
  isDurable = durable
}

/** @throws StoreError `unavailable` where another server has begun to write */
function inTransaction<Results>(body: () => Results): Results {
  const results = transaction(() => {
    assertOurs()
    return body()
  })
  isNamed = true
  return results
}

function transaction<Results>(body: () => Results): Results {
  statements.begin.run()
  try {
    const results = body()
    sequence.save()
    statements.commit.run()
    return results
  } catch (error) {
    // A full disk has ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK')
    events.sessions.latest.clear()
    throw error
  }
}

const assertRoom = roomForImports(db, path)

function run([name, argument]: Write): WriteResult {
  if (STAGING.has(name)) assertRoom()
  return { value: (writes[name] as (argument: unknown) => unknown)(argument) }
}

function runAlone(write: Write): WriteResult {
  statements.savepoint.run()
  try {
    const result = run(write)
    statements.release.run()
    return result
  } catch (error) {
    if (!db.isTransaction) throw error
    statements.undo.run()
    statements.release.run()
    events.sessions.latest.clear()
    return failure(error)
  }
}

function failure(error: unknown): WriteResult {
  const hindrance = hindranceOf(error)
  if (hindrance) return { error: { code: 'unavailable', message: hindrance } }
  return {
    error: {
      code: error instanceof StoreError ? error.code : 'fault',
      message: error instanceof Error ? error.message : String(error),
    },
  }
}

/**
 * Whether more of a merge is to come. Readers are told at its end; otherwise they would read a dataset anew for each
 * thousand rows.
 */
function isOfMany(name: WriteName, result: WriteResult): boolean {
  return name === 'mergeSome' && 'value' in result && result.value === true
}

/** The change to announce for a write, if its writer does not announce it. */
function changeBy([name, argument]: Write, isShared: boolean): Change | undefined {
  if (SWEEPING.has(name)) return { kind: 'all', dataset: (argument as { dataset: number }).dataset }
  return isShared && OF_RESOURCES.has(name) ? { kind: 'resource', arn: (argument as { arn: string }).arn } : undefined
}

/** @param isShared whether the writer is in another thread than the watchers */
function serve(port: MessagePort, isShared: boolean): void {
  port.on('message', (message: ToWriter) => {
    if ('connect' in message) return serve(message.connect, true)
    const batch = message
    const results = runBatch(batch)
    for (const [i, write] of batch.entries()) {
      const change = changeBy(write, isShared)
      if (change && !isOfMany(write[0], results[i]!)) announce(counter, change)
    }
    port.postMessage(results)
    fillLater()
  })
}

let willFill = false

const filterToFill = () => [events.eventFilter, events.idFilter].find(filter => filter.isDue())

/** Fills the filters of events and eventIds between batches, where there is something to fill. */
function fillLater(): void {
  const filter = filterToFill()
  if (willFill || !filter) return
  willFill = true
  setTimeout(() => {
    willFill = false
    // Where it cannot be read now, it is tried again after the next batch.
    try {
      filter.fillSome()
    } catch {
      return
    }
    fillLater()
  }, FILL_EVERY_MS)
}

parentPort!.on('message', (message: { connect: MessagePort } | 'close') => {
  if (message !== 'close') return serve(message.connect, false)
  db.close()
  process.exit()
})
// Rows that a crash left in the logs alone: readers then need not look there.
while (transaction(() => writes.applyPuts({ upTo: sequence.last })));
while (transaction(() => writes.applyEvents({ upTo: sequence.last })));
try {
  inTransaction(() => {})
} catch (error) {
  // It may be read while the disk is full; the first write that finds room has the name with it.
  const hindrance = hindranceOf(error)
  if (hindrance === undefined || isLasting(hindrance)) throw error
}
fillLater()
parentPort!.postMessage('ready')
