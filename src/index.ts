import type { Config } from './config/config.ts'
import { readOptions } from './config/settings.ts'
import { type RunningServer, startServer as start } from './server.ts'

export type { AccessKey } from './config/config.ts'

/** The settings of `personalite serve`, by the names of the members of its `--config` file. */
export type ServerOptions = Partial<Config>

/** A server in this process. */
export type PersonaliteServer = RunningServer

/**
 * Starts a server in this process. Without options it has its data in memory and listens on a free port of loopback.
 *
 * ```ts
 * await using server = await startServer({ dataDir: ':memory:', port: 0 })
 * const { url: endpoint, region, credentials } = server
 * const runtime = new PersonalizeRuntimeClient({ endpoint, region, credentials })
 * ```
 * @throws Error that names an option that is wrong, or says why the server cannot listen or open its data
 */
export async function startServer(options: ServerOptions = {}): Promise<PersonaliteServer> {
  return start(readOptions(options))
}
