import type { Config } from '../config/config.ts'
import { startWorker } from '../server.ts'
import { stopOnSignal } from './serve.ts'

/** Does jobs until a signal stops it. @throws Error in a line that an operator understands */
export async function work(config: Config): Promise<void> {
  const { store, workers } = config
  if (store === undefined) throw new Error('personalite work needs the --store of the servers whose jobs it is to do')
  if (workers === 0) throw new Error('with --workers 0 there is nothing that personalite work could do')
  stopOnSignal(await startWorker(config))
  console.log(`Personalite is at work, on ${workers === 1 ? 'one job' : `${workers} jobs`} at a time`)
}
