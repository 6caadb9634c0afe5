import { openInspection } from './cli/client.ts'
import type { AccessKey, Config } from './config/config.ts'
import { readOptions } from './config/settings.ts'
import { type RunningServer, startServer as start } from './server.ts'

export type { AccessKey }

/** The settings of `personalite serve`, by the names of the members of its `--config` file. */
export type ServerOptions = Partial<Config>

/** A server in this process. */
export interface PersonaliteServer extends RunningServer {
  /**
   * Pins the answer of a campaign or recommender to a user, for an item, or to all others.
   * @throws Error if there is no such campaign, recommender, item or action
   */
  pin(arn: string, answer: PinnedAnswer): Promise<void>
  /** Removes the pins of a campaign or recommender, of one user or item there, or all. */
  unpin(arn?: string, place?: PinPlace): Promise<void>
}

/** Whose answer is pinned: a user's, the one for an item, or that of all others where both are left out. */
export interface PinPlace {
  readonly userId?: string | undefined
  readonly itemId?: string | undefined
}

/** The ids in the order of the answer: of items, or of actions from a campaign that recommends these. */
export type PinnedAnswer = PinPlace & ({ readonly items: readonly string[] } | { readonly actions: readonly string[] })

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
  const server = await start(readOptions(options))
  const inspect = openInspection(server.url, server.credentials)
  return {
    ...server,
    async pin(arn, answer) {
      await inspect('PUT', '/inspect/pins', { body: { [memberOf(arn)]: arn, ...answer } })
    },
    async unpin(arn, place) {
      await inspect('DELETE', '/inspect/pins', { query: { ...(arn && { [memberOf(arn)]: arn }), ...place } })
    },
  }
}

const memberOf = (arn: string) => (arn.includes(':recommender/') ? 'recommenderArn' : 'campaignArn')
