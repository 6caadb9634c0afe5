import type { Config } from '../config/config.ts'
import { startWorker } from '../server.ts'
import { exitWhenEnded, stopOnSignal } from './serve.ts'

/** Runs jobs until a signal stops it. @throws Error with a message of one line for the operator */
export async function work(config: Config): Promise<void> {
  const { store, workers } = config
  if (store === undefined) throw new Error('personalite work needs the --store of the servers whose jobs it is to do')
  if (workers === 0) throw new Error('with --workers 0 there is nothing that personalite work could do')
  const worker = await startWorker(config)
  stopOnSignal(worker)
  exitWhenEnded(worker)
  console.log(`Personalite is at work, on ${workers === 1 ? 'one job' : `${workers} jobs`} at a time`)
}
