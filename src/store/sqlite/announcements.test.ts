import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Change } from '../store.ts'
import { hearAnnouncements, newCounter } from './announcements.ts'

describe('announcements of the writer', () => {
  const start = (counter: Int32Array) => {
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(new URL('./announcements.worker.ts', import.meta.url), { workerData: { counter, flag } })
    const heard: Change[] = []
    const catchUp = hearAnnouncements(worker, counter, change => heard.push(change))
    // No message comes in while this thread waits here: all are on their way when it goes on.
    const untilAnnounced = () => assert.notEqual(Atomics.wait(flag, 0, 0), 'timed-out')
    return { worker, heard, catchUp, untilAnnounced }
  }
  const three: Change[] = [1, 2, 3].map(dataset => ({ kind: 'all', dataset }))

  it('have all come when the watcher has caught up', async () => {
    const { worker, heard, catchUp, untilAnnounced } = start(newCounter())
    untilAnnounced()
    assert.deepEqual(heard, [])
    await catchUp()
    assert.deepEqual(heard, three)
    await catchUp()
    await worker.terminate()
  })

  it('are waited for by no more than the writer lives', async () => {
    const counter = newCounter()
    const { worker, heard, catchUp, untilAnnounced } = start(counter)
    untilAnnounced()
    Atomics.add(counter, 0, 1) // one that never comes
    await Promise.all([catchUp(), once(worker, 'exit')])
    assert.deepEqual(heard, three)
  })
})
