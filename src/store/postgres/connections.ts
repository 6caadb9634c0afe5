import { setTimeout } from 'node:timers/promises'
import { type Client, type ClientBase, type ClientConfig, Pool, type PoolClient, type PoolConfig, types } from 'pg'
import type { Claim } from '../claim-store.ts'
import { StoreError } from '../store.ts'
import type { Admission } from './admission.ts'
import { endBackends } from './backends.ts'
import { clientOf } from './hosts.ts'
import { isRefusal, PATIENCE_MS, persistently } from './retries.ts'

/**
 * PostgreSQL closes a connection after this long without a word from its client. So a write held up in a cut network is
 * never carried out: it would arrive after newer ones.
 */
const SILENCE_MS = 8_000

/** A statement that takes longer has lost its connection; the silence is over by then. */
const STATEMENT_MS = 15_000
/** The same of a job's, which moves rows by the thousand, and which nobody waits for. */
export const JOB_STATEMENT_MS = 60_000

/** A connection in the pool that nobody uses is closed before PostgreSQL does it. */
const IDLE_MS = 5_000
const CONNECT_MS = 5_000

/** How long one waits for another that has the lock. */
const LOCK_MS = 20_000

export interface ConnectionOptions {
  /** How many at most. */
  readonly connections: number
  /** Whether a commit waits for the disk. */
  readonly durable?: boolean
  /** Writes here are by this worker for this job; they are refused once it has lost the job. */
  readonly claim?: Claim | undefined
  /** Asked about each new connection. Left out, all may be used: the database may have no tables yet. */
  readonly admission?: Pick<Admission, 'admit'> | undefined
  /** Whether tables are spread over nodes, by Citus. */
  readonly spread?: boolean
  /**
   * Whether statements find their rows by keys, few at a time. PostgreSQL then keeps one plan of each. That is made
   * once and by indexes, since a plan that was made while a table was small stays while it grows.
   */
  readonly byKeys?: boolean
  /** The name of the connections, if it is not that of servers. */
  readonly name?: string
}

/** How the names of all connections of this program begin. */
export const NAME = 'personalite'

/**
 * The name of the connections of a job's worker, so that the next worker can end them; PostgreSQL keeps 63 characters.
 */
export const connectionsFor = (job: number, worker = '') => `${NAME} job ${job} ${worker}`

/** A pool of connections that callers share. */
export function openPool(url: string, options: ConnectionOptions): Pool {
  const config = configOf(url, options, [`idle_session_timeout=${SILENCE_MS}`])
  // The types know no hook that is awaited; pg has one.
  const onConnect = options.admission?.admit as PoolConfig['onConnect']
  const Unpooled = clientOf(url)
  // pg-pool has one time for connecting and for waiting until another caller is done, which may take longer.
  class Pooled extends Unpooled {
    constructor(settings?: ClientConfig) {
      super({ ...settings, connectionTimeoutMillis: CONNECT_MS })
    }
  }
  const times = { connectionTimeoutMillis: PATIENCE_MS, idleTimeoutMillis: IDLE_MS }
  // Nor do they know of a class of connections; pg-pool has one.
  const more = { Client: Pooled } as PoolConfig
  const pool = new Pool({ ...config, ...more, ...times, max: options.connections, onConnect })
  return pool.on('error', ignore) // an idle connection was lost; the next statement makes another
}

/** A connection outside a pool, which may be silent. The caller passes it to `end`. */
export async function connectAlone(url: string, options: ConnectionOptions): Promise<Client> {
  const client = new (clientOf(url))(configOf(url, options, [`lock_timeout=${LOCK_MS}`]))
  client.on('error', ignore)
  await client.connect()
  try {
    await options.admission?.admit(client)
  } catch (error) {
    await end(client)
    throw error
  }
  return client
}

/**
 * The same, holding this lock.
 * @param then is run by the connection that has it; both are tried again where that is lost
 * @throws StoreError `unavailable` where another has it for too long
 */
export function lockAlone(
  url: string,
  options: ConnectionOptions,
  number: number,
  then: (client: Client) => Promise<unknown> = async () => {},
): Promise<Client> {
  return persistently(async () => {
    const client = await connectAlone(url, options)
    try {
      await client.query(timed(`SELECT pg_advisory_lock(${number})`, LOCK_MS + CONNECT_MS))
      await then(client)
      return client
    } catch (error) {
      await end(client)
      throw error
    }
  })
}

/** How long a statement on these connections may take. */
export const statementMs = ({ claim, durable = true }: ConnectionOptions) =>
  claim || !durable ? JOB_STATEMENT_MS : STATEMENT_MS

/** A statement with the time that it may take. */
export const timed = (text: string, ms = STATEMENT_MS) => ({ text, query_timeout: ms })

/** Ends a connection, also one whose other end is not there any more. */
export async function end(client: Client): Promise<void> {
  await Promise.race([client.end().catch(ignore), setTimeout(1000, undefined, { ref: false })])
}

export const ignore = () => {}

/** @param more settings of PostgreSQL for the connection */
function configOf(url: string, options: ConnectionOptions, more: readonly string[]): ClientConfig {
  const { claim, durable = true, spread = false, byKeys = false, name = NAME } = options
  const settings = [
    `idle_in_transaction_session_timeout=${SILENCE_MS}`,
    // A server that is gone, and could not say so, leaves its locks after 20 s.
    'tcp_keepalives_idle=10',
    'tcp_keepalives_interval=5',
    'tcp_keepalives_count=2',
    ...(durable ? [] : ['synchronous_commit=off']),
    // On each node shard after shard, in an order that is the same for all. A node would take its own before all
    // others, also the coordinator, which may have some. Then few writes wait for each other in a circle.
    ...(spread ? ['citus.multi_shard_modify_mode=sequential', 'citus.enable_local_execution=off'] : []),
    // Older PostgreSQL would compile a plan that no index helps, since it takes such a plan for dear.
    ...(byKeys ? ['enable_seqscan=off', 'jit=off'] : []),
    // Citus plans a statement by its values.
    ...(byKeys && !spread ? ['plan_cache_mode=force_generic_plan'] : []),
    ...more,
  ]
  return {
    connectionString: url,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: claim ? connectionsFor(claim.job, claim.worker) : name,
    types: { getTypeParser },
    options: settings.map(setting => `-c ${setting}`).join(' '),
  }
}

/** Uses a connection. */
export type WithClient = <Result>(use: (client: PoolClient) => Promise<Result>) => Promise<Result>

/**
 * Returns a function that uses a connection of the pool, and another if that is lost. A statement sent on the lost one
 * may be under way still, so that one is ended first. Else the statement could come after newer ones, and write over
 * them. Where PostgreSQL cannot end it, the function throws StoreError `unavailable` instead of trying again.
 */
export function clientsOf(pool: Pool): WithClient {
  return async use => {
    const lost: Backend[] = []
    try {
      return await persistently(() => withClient(pool, lost, use))
    } catch (error) {
      // Nor may a statement that was given up come after newer ones. Nobody waits: the database may be out of reach.
      if (lost.length > 0) void withClient(pool, lost, async () => {}).catch(ignore)
      throw error
    }
  }
}

/** The other end of a connection. */
interface Backend {
  readonly host: string
  readonly port: number
  readonly pid: number
}

/** The types of pg lack these. */
interface Insides extends Omit<Backend, 'pid'> {
  readonly processID: number
  readonly connection: { readonly stream: { destroy(): void } }
}

/** The process of PostgreSQL that answers a connection, and where it is. */
export function backendOf(client: ClientBase): Backend {
  const { host, port, processID: pid } = client as unknown as Insides
  return { host, port, pid }
}

/** Ends a connection without a word to its other end; the statement that is under way fails. */
export function cutOff(client: ClientBase): void {
  ;(client as unknown as Insides).connection.stream.destroy()
}

/** @param lost the backends of lost connections, which are ended first; that of this one is added if it is lost */
async function withClient<Result>(
  pool: Pool,
  lost: Backend[],
  use: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // Nobody else listens while a statement of ours is under way, and a lost connection must not end the process.
  client.on('error', ignore)
  try {
    if (lost.length > 0) await endLost(client, lost)
    const result = await use(client)
    client.release()
    return result
  } catch (error) {
    const isLost = !isRefusal(error)
    if (isLost) lost.push(backendOf(client))
    client.release(isLost)
    throw error
  } finally {
    client.off('error', ignore)
  }
}

/**
 * Ends those at the host of this connection. At another host that is lost nothing can be ended: it is dead, or was
 * demoted, or is a node of Citus, where a late write does no harm (`citus/records.ts`).
 * @throws StoreError `unavailable` where one of them stays
 */
async function endLost(client: PoolClient, lost: readonly Backend[]): Promise<void> {
  const { host, port } = backendOf(client)
  const pids = lost.filter(backend => backend.host === host && backend.port === port).map(({ pid }) => pid)
  if (pids.length === 0) return
  const run = async (statement: { readonly text: string }, values: unknown[]) =>
    (await client.query<{ pid: number }>({ ...statement, ...timed(statement.text), values })).rows
  const living = await endBackends(run, { named: NAME, pids })
  if (living.length > 0) throw new StoreError('unavailable', 'the database cannot end an earlier attempt')
}

/** PostgreSQL's bigint as a number: none of ours goes beyond 2^53. */
const BIGINT = 20
const BIGINTS = 1016

function getTypeParser(...[type, format]: Parameters<typeof types.getTypeParser>) {
  if (type === BIGINT) return Number
  if ((type as number) === BIGINTS)
    return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))
  return types.getTypeParser(type, format)
}
