import { workerData } from 'node:worker_threads'
import { endless } from '#test/team-jobs.ts'
import { runOnAllCores, useThreads } from './team.ts'

/** A thread that works for ever, and two helpers with it, each on a chunk of its own. */
useThreads(3)
runOnAllCores(endless, { counts: workerData as Int32Array }, [3], 1e9)
