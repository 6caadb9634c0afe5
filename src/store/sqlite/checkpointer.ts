import { statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { sqlite } from './builtin.ts'

/**
 * Copies the write-ahead log into the database file, beside the writer and without stopping it. A checkpoint of the
 * pages of many users takes a good part of a second, which calls would else wait for. The writer makes one itself only
 * where the log has outgrown this one (`wal_autocheckpoint`).
 */
const { path } = workerData as { path: string }
const LOG_BYTES = 16 * 1024 * 1024
const EVERY_MS = 250

const db = new sqlite.DatabaseSync(path, { timeout: 10_000 })
const timer = setInterval(() => {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (!log || log.size < LOG_BYTES) return
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)')
  } catch {} // the disk is full, say: the next turn tries again
}, EVERY_MS)

parentPort!.once('message', () => {
  clearInterval(timer)
  db.close()
})
