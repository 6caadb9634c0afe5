import { readFileSync } from 'node:fs'
import { type Inspection, openInspection } from './cli/client.ts'
import type { Trust } from './cli/exchange.ts'
import { startSeeded } from './cli/start.ts'
import type { AccessKey, Config } from './config/config.ts'
import { readOptions } from './config/read-configuration.ts'
import type { OperationName } from './contract/shapes.ts'
import type { FaultName } from './operations/faults.ts'
import { memberOf } from './operations/recommendations/pins.ts'
import type { RunningServer } from './server.ts'

export type { AccessKey }

/** The settings of `personalite serve`, by the names of the members of its `--config` file. */
export type ServerOptions = Partial<Omit<Config, 'now' | 'tlsCert' | 'tlsKey'>> & {
  /** The paths of a certificate and its private key in PEM; with them the server speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** The moment at which its clock stands, such as 2026-01-01T00:00:00Z. */
  readonly now?: string | Date | undefined
}

/** A server in this process. */
export interface PersonaliteServer extends RunningServer {
  /**
   * Pins the answer of a campaign or recommender to a user, for an item, or to all others.
   * @throws Error if there is no such campaign, recommender, item or action
   */
  pin(arn: string, answer: PinnedAnswer): Promise<void>
  /** Removes the pins of a campaign or recommender, of one user or item there, or all. */
  unpin(arn?: string, place?: PinPlace): Promise<void>
  readonly clock: ServerClock
  readonly faults: ServerFaults
}

/** Throttling, failures and delays, so that a client has something to retry. The option `faults` must be `on`. */
export interface ServerFaults {
  /** Orders these faults, in place of all before. @throws Error that names the member that is wrong */
  set(faults: readonly OrderedFault[]): Promise<void>
  /** Those that are ordered, with the number of requests that have met each. */
  list(): Promise<readonly (OrderedFault & { readonly met: number })[]>
  clear(): Promise<void>
}

/** A fault with an error, a delay, or both. */
export interface OrderedFault {
  /** Left out: of all operations. */
  readonly operation?: OperationName | undefined
  readonly error?: FaultName | undefined
  readonly latencyMs?: number | undefined
  /** Which part of the requests meets it, evenly spread: of 0.25 it is every fourth. Left out: all. */
  readonly rate?: number | undefined
  /** How many requests meet it. Left out: all. */
  readonly count?: number | undefined
}

/** The time that the server goes by. It is the machine's until it is stopped. */
export interface ServerClock {
  time(): Promise<Date>
  /** Stops it at a time, such as 2026-01-01T00:00:00Z, and trains what is due by then. */
  set(time: string | Date): Promise<void>
  /** Stops it this many seconds after its present time, and trains what is due by then. */
  advance(seconds: number): Promise<void>
  /** Lets it go with the machine again. */
  release(): Promise<void>
}

/** The requests that get the pinned answer: a user's, those for an item, or all others where both are left out. */
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
  const { now, tls, ...rest } = options
  const server = await startSeeded(readOptions({ ...rest, now: textOf(now), tlsCert: tls?.cert, tlsKey: tls?.key }))
  const inspect = openInspection(server.url, server.credentials, () => tls && itself(tls.cert))
  return {
    ...server,
    clock: clockOf(inspect),
    faults: faultsOf(inspect),
    async pin(arn, answer) {
      await inspect('PUT', '/inspect/pins', { body: { [memberOf(arn)]: arn, ...answer } })
    },
    async unpin(arn, place) {
      await inspect('DELETE', '/inspect/pins', {
        query: { ...(arn !== undefined && { [memberOf(arn)]: arn }), ...place },
      })
    },
  }
}

/**
 * Believes a server's own certificate, as it is now, under whatever name the server is reached in its own process. Its
 * issuer need not be known.
 */
const itself = (path: string): Trust => ({
  ca: readFileSync(path),
  allowPartialTrustChain: true,
  checkServerIdentity: () => undefined,
})

function clockOf(inspect: Inspection): ServerClock {
  const send = (method: string, body?: object) => inspect<{ time: string }>(method, '/inspect/clock', { body })
  return {
    time: async () => new Date((await send('GET')).time),
    set: async time => void (await send('POST', { time: textOf(time) })),
    advance: async advanceSeconds => void (await send('POST', { advanceSeconds })),
    release: async () => void (await send('DELETE')),
  }
}

function faultsOf(inspect: Inspection): ServerFaults {
  const send = (method: string, body?: object) =>
    inspect<{ faults: Awaited<ReturnType<ServerFaults['list']>> }>(method, '/inspect/faults', { body })
  return {
    set: async faults => void (await send('PUT', { faults })),
    list: async () => (await send('GET')).faults,
    clear: async () => void (await send('DELETE')),
  }
}

const textOf = (time: string | Date | undefined) => (time instanceof Date ? time.toISOString() : time)
