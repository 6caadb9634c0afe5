/**
 * Measures the writer's own work for PutEvents, in one thread and without HTTP: µs of processor time a call, into the
 * log and later into packs. It does so for each number of events that were put before, in turn in the same run.
 *
 *     npm run bench:event-writer [-- --events 1000000,30000000 --of 1,10 --calls 4000 --rounds 4]
 *
 * A million events before take 3 s of processor time to fill in, 140 MB of disk, and 120 MB of memory.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { arnsOf } from '../src/operations/shared/arns.ts'
import type { StoredInteraction } from '../src/store/rows.ts'
import { openForWriting } from '../src/store/sqlite/database.ts'
import { keysOfCall } from '../src/store/sqlite/events/call-keys.ts'
import { writeEvents } from '../src/store/sqlite/events/log.ts'
import { eventParts } from '../src/store/sqlite/events/parts.ts'
import { eventWrites } from '../src/store/sqlite/events/writes.ts'
import { openSequence } from '../src/store/sqlite/tables/sequence.ts'
import { median } from './support/median.ts'
import { readOptions } from './support/options.ts'
import { fillPutEvents, usersOf } from './support/put-events-fill.ts'
import { goods, openShop, shopper } from './support/shop.ts'

const { values } = readOptions({
  options: {
    events: { type: 'string', default: '1000000' },
    of: { type: 'string', default: '1,10' },
    calls: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '4' },
  },
})
const sizes = values.events.split(',').map(Number)
const [calls, rounds] = [Number(values.calls), Number(values.rounds)]
const SHOP = { items: 10_000, users: 50_000, eventsEach: 20 }
const ARN = arnsOf('000000000000', 'us-east-1').of('dataset/bench/INTERACTIONS')
/** As many calls share a transaction where 64 connections put. */
const IN_TRANSACTION = 32

const dataDirs: string[] = []
const writers: Writer[] = []
for (const size of sizes) writers.push(await prepare(size))
console.log('\nevents before   events a call   into the log µs a call   later µs a call')
for (const of of values.of.split(',').map(Number)) compare(of)
console.log(`load of the machine at the end: ${loadavg()[0]!.toFixed(1)}`)
for (const { close } of writers) close()
for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true })

/** Prints the medians of the rounds; the first is not counted. */
function compare(of: number): void {
  const results = writers.map((): [number, number][] => [])
  for (let round = 0; round <= rounds; round++)
    for (const [i, writer] of writers.entries()) {
      const result = writer.measure(of)
      if (round > 0) results[i]!.push(result)
    }
  for (const [i, result] of results.entries()) {
    const [log, later] = [0, 1].map(place => median(result.map(times => times[place]!)).toFixed(1))
    console.log(
      sizes[i]!.toLocaleString('en').padStart(13),
      String(of).padStart(15),
      log!.padStart(24),
      later!.padStart(17),
    )
  }
}

interface Writer {
  /** Puts calls of this many events each, then applies them. Returns µs a call for both. */
  measure(of: number): [log: number, later: number]
  close(): void
}

/** Opens the writes of a shop into which this many events were put before. */
async function prepare(size: number): Promise<Writer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'personalite-bench-'))
  dataDirs.push(dataDir)
  await openShop(dataDir, SHOP)
  if (size > 0) fillPutEvents(dataDir, size)
  const db = openForWriting(join(dataDir, 'personalite.sqlite'))
  const sequence = openSequence(db)
  const parts = eventParts(db)
  const writes = eventWrites(db, sequence, parts)
  const dataset = db.prepare('SELECT id FROM resources WHERE arn = ?').get(ARN)!.id as number
  const transaction = <Result>(body: () => Result): Result => {
    db.exec('BEGIN IMMEDIATE')
    const result = body()
    sequence.save()
    db.exec('COMMIT')
    return result
  }
  for (const filter of [parts.eventFilter, parts.idFilter]) {
    const from = process.cpuUsage()
    while (filter.isDue()) filter.fillSome()
    console.log(`${size.toLocaleString('en')} before: a filter was filled in ${(since(from) / 1e6).toFixed(1)} s`)
  }
  return {
    measure(of) {
      const puts = Array.from({ length: calls }, () => {
        const events = someEvents(usersOf(size), of)
        return { dataset, rows: writeEvents(events), call: keysOfCall(events) }
      })
      let from = process.cpuUsage()
      for (let at = 0; at < calls; at += IN_TRANSACTION)
        transaction(() => puts.slice(at, at + IN_TRANSACTION).map(writes.putInteractions))
      const log = since(from) / calls
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      from = process.cpuUsage()
      const upTo = transaction(() => writes.beginEvents({}))
      while (transaction(() => writes.applyEvents({ upTo })));
      transaction(() => writes.endEvents({ upTo }))
      const later = since(from) / calls
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return [log, later]
    },
    close: () => db.close(),
  }
}

/** Microseconds of processor time since then. */
function since(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from)
  return user + system
}

/** This many events of a user's session in the last hour. */
function someEvents(users: number, count: number): StoredInteraction[] {
  const some = (of: number) => Math.floor(Math.random() * of)
  const user = some(users)
  return Array.from({ length: count }, () => ({
    userId: shopper(user),
    anonymous: false,
    sessionId: `session-${user}`,
    itemId: goods(some(SHOP.items)),
    timestampMs: Date.now() - 1000 * some(3600),
    eventType: 'click',
    eventId: randomUUID(),
    eventValue: null,
    details: '',
  }))
}
