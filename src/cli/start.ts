import type { Config } from '../config/config.ts'
import { type RunningServer, startServer } from '../server.ts'

/**
 * Starts a server. With `seed` a new data directory begins with its data, trained, and its answers are pinned.
 * @throws Error that says what is wrong with the seed; the errors of `startServer`
 */
export async function startSeeded(config: Config): Promise<RunningServer> {
  const { seed } = config
  if (seed === undefined) return startServer(config)
  const { readSeeding } = await import('./seed/seeding.ts')
  return startServer(config, await readSeeding({ ...config, seed }))
}
