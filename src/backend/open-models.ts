import type { Config } from '../config/config.ts'
import { InternalFailure } from '../contract/errors.ts'
import { faultOf, type Log } from '../log.ts'
import { PlaceError } from '../recommender/model-files/artifacts.ts'
import type { Pool } from '../recommender/serving/pools.ts'
import { openServing, type Serving } from '../recommender/serving/serving.ts'
import type { Store } from '../store/store.ts'

/** Models of older trainings are deleted. A recommender leaves such a model every week. */
export const SWEEP_EVERY_MS = 3_600_000

/**
 * Opens the models in memory and in their place, which belongs to the store from now on.
 * @throws ForeignPlace if the place belongs to another store; then the store is closed
 */
export async function openModels({ dataDir, models }: Config, store: Store, log: Log, pool?: Pool): Promise<Serving> {
  const serving = openServing(store, dataDir, {
    models,
    pool,
    failed: error => warn(log, error),
    deleting: ({ path, reason }) => log.info({ model: path, reason }, 'a model is deleted'),
  })
  try {
    await serving.claimModels()
    return serving
  } catch (error) {
    serving[Symbol.dispose]()
    await store.close()
    throw error instanceof PlaceError ? new Error(`${error.where}: ${error.message}`) : error
  }
}

/** Logs a fault of models: the message if it quotes no data, otherwise the place in the code. */
function warn(log: Log, error: unknown): void {
  if (error instanceof PlaceError)
    log.warn({ reason: error.message, place: error.where }, 'a model cannot be loaded or swept')
  else if (error instanceof InternalFailure)
    log.warn({ reason: error.message, hint: error.hint }, 'a model cannot be loaded, and an older one answers')
  else log.error(faultOf(error), 'a model cannot be loaded or swept')
}
