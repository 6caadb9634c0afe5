import { parentPort, workerData } from 'node:worker_threads'
import { openSharedStore } from '../../store/open.ts'
import { eventsUntil, type RangeReading } from './range.ts'
import { writeSnapshot } from './snapshot-file.ts'

// Reads the events of a range of users into a file, and says now and then how many it has read since.
const { handle, dataset, range, until, path } = workerData as RangeReading

await using store = await openSharedStore(handle)
let told = 0
await writeSnapshot(path, `${path}.part`, async writer => {
  const tell = (read: number) => {
    parentPort!.postMessage(read - told)
    told = read
  }
  await writer.put(eventsUntil(store.interactions.scanUsers(dataset, range), until, tell))
  return { of: {}, seq: until }
})
