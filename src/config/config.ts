import type { LogLevel } from '../log.ts'
import { isLoopback } from './loopback.ts'

/** Everything that can be set; `main.ts` reads it from flags, `PERSONALITE_...` variables and a file. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** The URL of the PostgreSQL database that servers share; undefined for the embedded store in `dataDir`. */
  readonly store: string | undefined
  /** Where models are kept: a folder, or `s3://BUCKET/PREFIX`; undefined for `models` in `dataDir`. */
  readonly models: string | undefined
  /** How many jobs this process runs at once. */
  readonly workers: number
  readonly accountId: string
  readonly region: string
  readonly credentials: readonly AccessKey[]
  readonly corsOrigins: readonly string[]
  readonly quotas: 'none' | 'aws'
  /** Whether the service's minimums of data to train on hold. */
  readonly minimums: 'on' | 'off'
  /** Whether a bulk import refuses a cell that a Put call would refuse, rather than take it as a missing value. */
  readonly strictImports: 'on' | 'off'
  /**
   * The fate of keys of `properties` that are no field of the schema: left out and counted, or the call refused.
   */
  readonly unknownProperties: 'ignore' | 'refuse'
  /** Where `s3://` leads: the S3 that the AWS variables name, or a folder in the data directory. */
  readonly s3: 'endpoint' | 'folder'
  readonly logLevel: LogLevel
  /** How many requests are answered at a time; more are told to slow down. */
  readonly maxRequests: number
  /** How many seconds a server that is told to stop goes on answering, while `/readyz` says that it is stopping. */
  readonly drain: number
  /** The token that a request for `/metrics` must bear; undefined where only requests to loopback may read them. */
  readonly metricsToken: string | undefined
}

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Where set, requests must carry it, as with temporary credentials. */
  readonly sessionToken?: string | undefined
}

/** The key that a server on loopback accepts if no credentials are configured. Documented, so no secret. */
export const LOCAL_KEY: AccessKey = { accessKeyId: 'local', secretAccessKey: 'local' }

/** Whether everybody knows its secret, with any id and any way of configuring it. */
export function isPublic({ secretAccessKey }: AccessKey): boolean {
  return secretAccessKey === LOCAL_KEY.secretAccessKey
}

/**
 * The access keys to accept.
 * @throws Error where the server would be reachable from elsewhere with a secret that everybody knows
 */
export function acceptedKeys({ host, credentials }: Pick<Config, 'host' | 'credentials'>): readonly AccessKey[] {
  const keys = credentials.length > 0 ? credentials : [LOCAL_KEY]
  if (isLoopback(host) || !keys.some(isPublic)) return keys
  throw new Error(
    credentials.length > 0
      ? `refusing to listen on ${host} with the secret key "${LOCAL_KEY.secretAccessKey}", which everybody knows: set PERSONALITE_SECRET_ACCESS_KEY to one of your own`
      : `refusing to listen on ${host} without credentials of your own: set --access-key-id and PERSONALITE_SECRET_ACCESS_KEY`,
  )
}
