import type { Config } from '../config/config.ts'
import { openJobs } from '../jobs/runner/runner.ts'
import type { Log } from '../log.ts'
import { openRetention } from '../retention/retention.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { jobsOptions } from './jobs-options.ts'
import { migrationTeller } from './migration-teller.ts'
import { openModels, SWEEP_EVERY_MS } from './open-models.ts'

/**
 * Starts a worker, which runs the jobs of the servers on the same store and takes no requests. `stop` leaves running
 * jobs to others.
 */
export async function openWorker(config: Config, log: Log): Promise<{ stop(): Promise<void> } & Pick<Store, 'ended'>> {
  const store = await openStore(config.dataDir, config.store, { migrating: migrationTeller(log) })
  const serving = await openModels(config, store, log)
  const jobs = openJobs(jobsOptions(config, store, log))
  const retention = openRetention({ store, log, keepEvents: config.keepEvents })
  await jobs.resume()
  void retention.start()
  // The timer also keeps the process alive while the database is away.
  const sweeping = setInterval(() => {
    void store.purge()
    serving.sweep().catch(() => {})
  }, SWEEP_EVERY_MS)
  return {
    ended: store.ended,
    async stop() {
      clearInterval(sweeping)
      await retention.stop()
      await jobs.close()
      serving[Symbol.dispose]()
      await store.close()
    },
  }
}
