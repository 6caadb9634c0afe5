import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { startPostgres } from '#test/postgres.ts'
import { datasetsOf } from '../../src/datasets/of-group.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { snapshotsIn } from '../../src/recommender/snapshots/folder.ts'
import { keepSnapshot } from '../../src/recommender/snapshots/keep-snapshot.ts'
import { openStore } from '../../src/store/open.ts'
import { postgresMs } from './processes.ts'
import { GROUP, itemId, userId } from './recipe-store.ts'
import { fill, HISTORY, ITEMS, timed } from './train-on-part.ts'

const PUT_AT_ONCE = 500

/**
 * Brings a file of this many generated events up to date by those of a day, and prints what that takes. The events of
 * the day are put into a store, and are of as many users.
 */
export async function bringUpToDate(events: number, day: number, isPostgres: boolean): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  await using postgres = isPostgres ? await startPostgres() : undefined
  try {
    const url = await postgres?.createDatabase('day')
    const path = await fill(dataDir, events, { url })
    await using store = await openStore(dataDir, url)
    const dataset = (await datasetsOf(store, GROUP)).INTERACTIONS!
    const random = createRandom(2)
    for (let at = 0; at < day; at += PUT_AT_ONCE) {
      const some = Array.from({ length: Math.min(PUT_AT_ONCE, day - at) }, (_, i) => ({
        userId: userId(Math.floor(((at + i) * events) / HISTORY / day)),
        itemId: itemId(Math.floor(random() * ITEMS)),
        timestampMs: 1.8e12 + at + i,
        sessionId: `session-${at + i}`,
        ...{ eventType: 'watch', eventId: null, eventValue: null, details: '', anonymous: false },
      }))
      await store.interactions.put(dataset.id, some)
    }
    console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}`)
    console.log(
      `${events.toLocaleString('en')} events in the file, ${day.toLocaleString('en')} new ones of as many users`,
    )
    const report = () => {}
    for (const [what, least] of [
      ['into the file', day],
      ['once more', 0],
    ] as const) {
      const before = postgres ? postgresMs(postgres.dataDir) : 0
      const [file, [, seconds, processor]] = await timed(what, () =>
        keepSnapshot({ path: snapshotsIn(dataDir).pathOf(dataset.id), store, dataset, readers: 1, report }),
      )
      if (file!.events !== events + day) throw new Error(`${path} has ${file!.events} events`)
      await file![Symbol.asyncDispose]()
      const database = postgres
        ? `, of PostgreSQL ${((postgresMs(postgres.dataDir) - before) / 1000).toFixed(1)} s`
        : ''
      const each = least > 0 ? `, ${((processor / day) * 1e6).toFixed(1)} µs a new event` : ''
      console.log(`${what}: ${seconds.toFixed(1)} s, of processors ${processor.toFixed(1)} s${database}${each}`)
    }
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}
