import { Client, type ClientConfig } from 'pg'
import { databaseUrls } from '../../database-urls.ts'

/** The host that this thread connects to, of each URL with several: its place among them. */
const current = new Map<string, number>()

/** Returns the URL of a database at the host that connections go to now, of those that a URL names. */
export function currentUrl(url: string): string {
  return databaseUrls(url)[current.get(url) ?? 0]!
}

const STANDBY = { text: 'SELECT pg_is_in_recovery() AS standby', query_timeout: 5000 }

/** Is told of a connection, or why there is none. */
type Connected = ((error: Error) => void) | ((error: null, client: Client) => void)

/** PostgreSQL's code for a statement that a server refuses which only reads. */
const READ_ONLY = '25006'

/**
 * Returns the class of connections to a database at several hosts, or at one. They go to the same host until it cannot
 * be reached, or is a standby that only reads; then they go to the next one. The driver knows no such lists.
 */
export function clientOf(url: string): typeof Client {
  const { length } = databaseUrls(url)
  if (length === 1) return Client
  return class extends Client {
    readonly #place = current.get(url) ?? 0

    constructor(config?: ClientConfig) {
      super({ ...config, connectionString: currentUrl(url) })
    }

    override connect(): Promise<Client>
    override connect(callback: Connected): void
    override connect(callback?: Connected): Promise<Client> | undefined {
      const connected = this.#connect()
      if (!callback) return connected
      const told = callback as (error: Error | null, client?: Client) => void
      connected.then(client => told(null, client), told)
      return undefined
    }

    async #connect(): Promise<Client> {
      try {
        await super.connect()
        const { rows } = await this.query<{ standby: boolean }>(STANDBY)
        if (rows[0]!.standby) throw Object.assign(new Error('the host is a standby'), { code: READ_ONLY })
        return this
      } catch (error) {
        // Of many connections to a host that is lost, one goes on to the next.
        if ((current.get(url) ?? 0) === this.#place) current.set(url, (this.#place + 1) % length)
        void this.end().catch(() => {})
        throw error
      }
    }
  }
}
