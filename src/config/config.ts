import type { LogLevel } from '../log.ts'
import { isLoopback } from './loopback.ts'

/** Everything that can be set; `main.ts` reads it from flags, `PERSONALITE_...` variables and a file. */
export interface Config {
  readonly host: string
  readonly port: number
  /** The files of a certificate and its private key in PEM; both undefined for HTTP without TLS. */
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  /** The directory of the data, or `IN_MEMORY`. */
  readonly dataDir: string
  /** The URL of the PostgreSQL database that servers share; undefined for the embedded store in `dataDir`. */
  readonly store: string | undefined
  /** The place of models: a folder, or `s3://BUCKET/PREFIX`; undefined for `models` in `dataDir`. */
  readonly models: string | undefined
  /** The bytes that a training may hold; left out, chosen from the machine's memory. */
  readonly trainingMemory?: number | undefined
  /** Whether trainings keep the events of large datasets in files of the data directory. */
  readonly trainingSnapshots: 'on' | 'off'
  /** How many jobs this process runs at once. */
  readonly workers: number
  readonly accountId: string
  readonly region: string
  readonly credentials: readonly AccessKey[]
  /** The file with the key under which secrets in the store are encrypted; left out, one in the data directory. */
  readonly keyFile?: string | undefined
  readonly corsOrigins: readonly string[]
  /** Addresses of proxies, or ranges of them, whose `X-Forwarded-For` and `X-Forwarded-Proto` count. */
  readonly trustedProxies: readonly string[]
  /** The file of the audit trail, or `-` for standard output; undefined where nothing is recorded. */
  readonly auditLog: string | undefined
  /** Whether the audit trail has requests that read or write data. */
  readonly auditDataEvents: 'on' | 'off'
  /** The most that a file of the audit trail has, in MiB. */
  readonly auditLogSize: number
  /** The number of earlier files of the audit trail that are kept. */
  readonly auditLogFiles: number
  readonly quotas: 'none' | 'aws'
  /** Whether training needs the service's minimums of data. */
  readonly minimums: 'on' | 'off'
  /** For how long interactions are kept, such as `400d` or `forever`, where their dataset group does not say. */
  readonly keepEvents: string
  /** Whether a bulk import fails on a cell that a Put call would refuse, instead of taking it as a missing value. */
  readonly strictImports: 'on' | 'off'
  /** Whether keys of `properties` that are no field of the schema are left out and counted, or the call is refused. */
  readonly unknownProperties: 'ignore' | 'refuse'
  /** The place of `s3://`: the S3 that the AWS variables name, or a folder in the data directory. */
  readonly s3: 'endpoint' | 'folder'
  readonly logLevel: LogLevel
  /** The file of the seed with which a new data directory begins. */
  readonly seed?: string | undefined
  /** Whether tests may order faults by `/inspect/faults`. */
  readonly faults: 'on' | 'off'
  /** Whether the console is at `/console/`. */
  readonly console: 'on' | 'off'
  /** The moment at which the server's clock stands, in milliseconds since 1970; undefined for the machine's time. */
  readonly now: number | undefined
  /** The most threads that score items for requests, 1 for the request thread alone; left out, the cores. */
  readonly threads?: number | undefined
  /** The number of requests that are answered at a time; others are refused with a ThrottlingException. */
  readonly maxRequests: number
  /** The seconds that a stopping server still answers, while `/readyz` returns 503. */
  readonly drain: number
  /** The token that a request for `/metrics` must have; undefined if only requests to loopback may read them. */
  readonly metricsToken: string | undefined
}

/** The `auditLog` of a server whose audit trail is its standard output. */
export const STANDARD_OUTPUT = '-'

/** The data directory of a server that keeps nothing: a private one, which is deleted when the server stops. */
export const IN_MEMORY = ':memory:'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** If it is set, requests must have it, as with temporary credentials. */
  readonly sessionToken?: string | undefined
  /** The document of a policy in IAM's language, which says what the key may do; left out, everything. */
  readonly policy?: object | undefined
}

/** The key that a server on loopback accepts if no credentials are configured. Documented, so no secret. */
export const LOCAL_KEY: AccessKey = { accessKeyId: 'local', secretAccessKey: 'local' }

/** Whether its secret is the documented one, with any id and from any configuration. */
export function isPublic({ secretAccessKey }: AccessKey): boolean {
  return secretAccessKey === LOCAL_KEY.secretAccessKey
}

/**
 * The access keys to accept.
 * @throws Error if other machines could reach the server with the documented secret
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
