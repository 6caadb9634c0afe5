/** Imported before a server, it ends the thread that writes by a fault once the process is sent SIGUSR2. */
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads'

const channel = new BroadcastChannel('mortal writer')
channel.unref()
if (isMainThread) process.on('SIGUSR2', () => channel.postMessage('end'))
// Of the threads of the store the writer alone counts what it announces.
else if (workerData?.counter)
  channel.onmessage = () => {
    throw new Error('a fault')
  }
