import { parentPort, workerData } from 'node:worker_threads'
import { now } from '../recommender/request/clock.ts'
import { openSharedStore } from '../store/open.ts'
import type { StoreHandle } from '../store/store.ts'
import { analyze } from './analyze.ts'

/** The data of the thread: the dataset group to read, and how to open its store. */
export interface WorkerData {
  readonly handle: StoreHandle
  readonly datasetGroupArn: string
}

const { handle, datasetGroupArn } = workerData as WorkerData
await using store = await openSharedStore(handle)
const facts = await analyze(store, datasetGroupArn, now(store.clock), progress => parentPort!.postMessage({ progress }))
parentPort!.postMessage({ facts })
