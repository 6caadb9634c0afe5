import { parentPort, workerData } from 'node:worker_threads'
import { now } from '../recommender/request/clock.ts'
import { openSharedStore } from '../store/open.ts'
import type { StoreHandle } from '../store/store.ts'
import { analyze } from './analyze.ts'

/** What the thread is told: which dataset group to read, and where it is. */
export interface WorkerData {
  readonly handle: StoreHandle
  readonly datasetGroupArn: string
}

const { handle, datasetGroupArn } = workerData as WorkerData
await using store = openSharedStore(handle)
const facts = await analyze(store, datasetGroupArn, now(), progress => parentPort!.postMessage({ progress }))
parentPort!.postMessage({ facts })
