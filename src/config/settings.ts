import { resolve } from 'node:path'
import type { LogLevel } from '../log.ts'
import { type Config, STANDARD_OUTPUT } from './config.ts'
import { FOREVER, parseKeeping } from './duration.ts'
import { hasS3Endpoint } from './environment.ts'
import {
  matching,
  oneOf,
  parseFile,
  parseMemory,
  parseModels,
  parseOrigin,
  parseProxy,
  parseStore,
  parseTime,
  wholeNumber,
} from './parsers.ts'

const LISTENING = 'Address and load:'
const SERVER = 'Server:'
const ACCESS = 'Access:'
const AUDIT = 'Audit trail:'
const TESTS = 'For tests:'

/** The settings that flags and variables can set; several access keys at once can only be in the file. */
export type Settings = Omit<Config, 'credentials' | 'metricsToken'> & { readonly accessKeyId: string | undefined }

export interface Setting<Value> {
  /** The heading in `--help`. */
  readonly group: string
  /** The flag in commander's notation. The variable is the flag's name in capitals: `PERSONALITE_DATA_DIR`. */
  readonly flags: string
  readonly help: string
  readonly default?: Value
  /** It may hold a password: errors about it do not repeat it. */
  readonly isSecret?: true
  /** @throws Error naming the right value */
  readonly parse: (text: string) => Value
}

/** The settings: flag, default and allowed values. The file has them under these names. */
export const settings: { readonly [Name in keyof Settings]-?: Setting<Settings[Name]> } = {
  port: {
    group: LISTENING,
    flags: '--port <number>',
    help: 'port to listen on; 0 for any that is free',
    default: 7377, // PERS on the keys of a telephone
    parse: wholeNumber(0, 65535),
  },
  host: {
    group: LISTENING,
    flags: '--host <address>',
    help: 'address to listen on; other than loopback only with an access key of your own',
    default: '127.0.0.1',
    parse: matching(/^[\w.:-]+$/, 'an address or a host name, such as 127.0.0.1, 0.0.0.0 or ::1'),
  },
  tlsCert: {
    group: LISTENING,
    flags: '--tls-cert <file>',
    help: 'certificate in PEM, for HTTPS; read again when it changes (with --tls-key)',
    parse: parseFile,
  },
  tlsKey: {
    group: LISTENING,
    flags: '--tls-key <file>',
    help: 'private key of the certificate in PEM, without a passphrase',
    parse: parseFile,
  },
  maxRequests: {
    group: LISTENING,
    flags: '--max-requests <number>',
    help: 'requests answered at a time; others are refused with a ThrottlingException, which SDKs retry',
    default: 1000,
    parse: wholeNumber(1, 1_000_000),
  },
  threads: {
    group: LISTENING,
    flags: '--threads <number>',
    help: 'threads that score items for recommendations; 1 leaves it to the one that reads requests (the cores)',
    parse: wholeNumber(1, 256),
  },
  drain: {
    group: LISTENING,
    flags: '--drain <seconds>',
    help: 'seconds that a stopping server still answers; /readyz returns 503, for load balancers to notice',
    default: 0,
    parse: wholeNumber(0, 3600),
  },
  dataDir: {
    group: SERVER,
    flags: '--data-dir <path>',
    help: 'directory of the data, created if it is missing; :memory: keeps nothing, for tests',
    default: './data',
    parse: matching(/./, 'the path of a directory'),
  },
  store: {
    group: SERVER,
    flags: '--store <url>',
    isSecret: true,
    help: 'postgres://user:password@host/database, which any number of servers share; without it data are in --data-dir',
    parse: parseStore,
  },
  models: {
    group: SERVER,
    flags: '--models <where>',
    help: 'trained models: a folder or s3://bucket/prefix, which all servers on one --store share (<data-dir>/models)',
    parse: parseModels,
  },
  workers: {
    group: SERVER,
    flags: '--workers <number>',
    help: 'jobs (trainings, imports and so on) that run at once; 0 leaves them to others on the same --store',
    default: 2,
    parse: text => {
      if (/^\d{1,3}$/.test(text)) return Number(text)
      throw new Error('It must be a whole number from 0 to 999.')
    },
  },
  trainingMemory: {
    group: SERVER,
    flags: '--training-memory <size>',
    help: 'memory of a training, such as 4g; of more events it takes the newest (half of the machine, divided by --workers)',
    parse: parseMemory,
  },
  trainingSnapshots: {
    group: SERVER,
    flags: '--training-snapshots [on|off]',
    help: 'whether trainings keep the events of datasets with a million or more in --data-dir, to read only new ones',
    default: 'on',
    parse: oneOf<Config['trainingSnapshots']>({ on: true, off: true }),
  },
  accountId: {
    group: SERVER,
    flags: '--account-id <id>',
    help: 'AWS account in the ARNs',
    default: '000000000000',
    parse: matching(/^\d{12}$/, '12 digits'),
  },
  region: {
    group: SERVER,
    flags: '--region <region>',
    help: 'AWS region in the ARNs; clients of any region are served',
    default: 'us-east-1',
    parse: matching(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'the name of a region, such as us-east-1'),
  },
  s3: {
    group: SERVER,
    flags: '--s3 <where>',
    help: 'place of s3://: endpoint, the S3 that the AWS variables name (default with AWS_ENDPOINT_URL_S3), or folder',
    default: hasS3Endpoint() ? 'endpoint' : 'folder',
    parse: oneOf<Config['s3']>({ endpoint: true, folder: true }),
  },
  quotas: {
    group: SERVER,
    flags: '--quotas <name>',
    help: 'limits on resources, requests per second and the input of jobs: none, or aws for those of the service',
    default: 'none',
    parse: oneOf<Config['quotas']>({ none: true, aws: true }),
  },
  minimums: {
    group: SERVER,
    flags: '--minimums <on|off>',
    help: "whether training needs the service's least data (1000 interactions, 25 users with 2): on or off",
    default: 'on',
    parse: oneOf<Config['minimums']>({ on: true, off: true }),
  },
  keepEvents: {
    group: SERVER,
    flags: '--keep-events <age>',
    help: 'age such as 400d or 36h at which interactions are deleted, where their dataset group has no setting of its own',
    default: FOREVER,
    parse: parseKeeping,
  },
  strictImports: {
    group: SERVER,
    flags: '--strict-imports [on|off]',
    help: 'whether a bulk import fails on an empty or unreadable cell that needs a value, instead of counting it',
    default: 'off',
    parse: oneOf<Config['strictImports']>({ on: true, off: true }),
  },
  unknownProperties: {
    group: SERVER,
    flags: '--unknown-properties <policy>',
    help: 'properties that are no field of the schema: ignore (left out, counted and logged), or refuse the call',
    default: 'ignore',
    parse: oneOf<Config['unknownProperties']>({ ignore: true, refuse: true }),
  },
  logLevel: {
    group: SERVER,
    flags: '--log-level <level>',
    help: 'lowest level of the log lines on standard error: debug, info, warn, error, silent',
    default: 'info',
    parse: oneOf<LogLevel>({ debug: true, info: true, warn: true, error: true, silent: true }),
  },
  seed: {
    group: TESTS,
    flags: '--seed <path>',
    help: 'YAML file with a dataset group, its data and its recipes, with which a new data directory begins, trained',
    parse: parseFile,
  },
  now: {
    group: TESTS,
    flags: '--now <time>',
    help: 'a time such as 2026-01-01T00:00:00Z, at which the clock stands: for ages, trends, schedules, expirations',
    parse: parseTime,
  },
  faults: {
    group: TESTS,
    flags: '--faults [on|off]',
    help: 'whether /inspect/faults may order throttling, failures and delays, for tests of clients',
    default: 'off',
    parse: oneOf<Config['faults']>({ on: true, off: true }),
  },
  console: {
    group: ACCESS,
    flags: '--console [on|off]',
    help: 'whether the console is at /console/; its files have no data, and each of its requests is signed',
    default: 'on',
    parse: oneOf<Config['console']>({ on: true, off: true }),
  },
  accessKeyId: {
    group: ACCESS,
    flags: '--access-key-id <id>',
    help: 'the access key to accept; its secret is taken from PERSONALITE_SECRET_ACCESS_KEY',
    parse: matching(/^[\w-]{1,128}$/, '1 to 128 letters, digits, - and _'),
  },
  keyFile: {
    group: ACCESS,
    flags: '--key-file <path>',
    help: 'file with the key under which keys in the store are encrypted; all servers on one --store need the same (in --data-dir)',
    parse: text => resolve(text),
  },
  corsOrigins: {
    group: ACCESS,
    flags: '--cors-origin <origin>',
    help: 'web origin whose pages may call the server, or * for any; may be repeated, or a list with commas',
    default: [],
    parse: text => text.split(',').map(parseOrigin),
  },
  trustedProxies: {
    group: ACCESS,
    flags: '--trusted-proxy <address>',
    help: 'proxy whose X-Forwarded-For names the client, or a range such as 10.0.0.0/8; may be repeated, or a list',
    default: [],
    parse: text => text.split(',').map(parseProxy),
  },
  auditLog: {
    group: AUDIT,
    flags: '--audit-log <file>',
    help: 'file that says who did what, as CloudTrail does, one JSON line each; - is standard output',
    parse: text => (text === STANDARD_OUTPUT ? text : parseFile(text)),
  },
  auditDataEvents: {
    group: AUDIT,
    flags: '--audit-data-events [on|off]',
    help: 'whether it has the requests that put and read data, too: PutUsers, GetRecommendations and so on',
    default: 'off',
    parse: oneOf<Config['auditDataEvents']>({ on: true, off: true }),
  },
  auditLogSize: {
    group: AUDIT,
    flags: '--audit-log-size <MiB>',
    help: 'size at which a new file is begun; one is begun each day (UTC), too',
    default: 100,
    parse: wholeNumber(1, 100_000),
  },
  auditLogFiles: {
    group: AUDIT,
    flags: '--audit-log-files <number>',
    help: 'earlier files that are kept, as FILE.<time>; the oldest are deleted',
    default: 30,
    parse: wholeNumber(0, 100_000),
  },
}
