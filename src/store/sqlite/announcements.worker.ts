/** The writer in `announcements.test.ts`: announces three changes, then sets a flag. */
import { workerData } from 'node:worker_threads'
import { announce } from './announcements.ts'

const { counter, flag } = workerData as { counter: Int32Array; flag: Int32Array }
for (let dataset = 1; dataset <= 3; dataset++) announce(counter, { kind: 'all', dataset })
Atomics.store(flag, 0, 1)
Atomics.notify(flag, 0)
