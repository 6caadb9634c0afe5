import { workerData } from 'node:worker_threads'
import { together, useThreads } from './team.ts'
import { endless } from './testing.ts'

/** A thread that works for ever, and two helpers with it, each on a chunk of its own. */
useThreads(3)
together(endless, { counts: workerData as Int32Array }, [3], 1e9)
