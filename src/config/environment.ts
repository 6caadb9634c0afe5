import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AccessKey } from './config.ts'

/**
 * Environment variables that have no flag. Those of settings are read by commander, secrets by `settings.ts`; no file
 * outside of this folder reads the environment.
 */
const { env } = process

/** The names of all variables. */
export function variableNames(): readonly string[] {
  return Object.keys(env)
}

/**
 * The variable with the folder of an embedding model for aws-semantic-similarity. Without it, texts are compared by
 * words.
 */
export const EMBEDDING_MODEL = 'PERSONALITE_EMBEDDING_MODEL'

/** The value of `EMBEDDING_MODEL`. */
export function embeddingModelFolder(): string | undefined {
  return env[EMBEDDING_MODEL] || undefined
}

/**
 * The milliseconds after which a silent worker loses its jobs: `PERSONALITE_JOB_LAPSE_MS`, for tests; undefined for the
 * default. All processes on one store need the same.
 */
export function jobLapseMs(): number | undefined {
  return env.PERSONALITE_JOB_LAPSE_MS === undefined ? undefined : Number(env.PERSONALITE_JOB_LAPSE_MS)
}

/**
 * The moment at which this project's tests stop the clock of recommendations, in milliseconds since 1970:
 * `PERSONALITE_TEST_NOW`, a time such as 2026-11-23T12:00:00Z. It is read at each call, since a test may change it.
 * @throws RangeError if the variable is no time
 */
export function stoppedAt(): number | undefined {
  const { PERSONALITE_TEST_NOW: text } = env
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new RangeError(`PERSONALITE_TEST_NOW must be a time such as 2026-11-23T12:00:00Z, got ${text}`)
  return time
}

/** The folder in which templates of seeds are kept: `personalite/seeds` in this user's folder of caches. */
export function seedCacheFolder(): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'personalite', 'seeds')
}

/**
 * Keeps compiled code for the next start, which then takes half as long. It is in this program's own folder: to one in
 * /tmp others could write. Where it cannot be written, nothing is kept.
 */
export function keepCompiledCode(): void {
  const folder = join(import.meta.dirname, '../../node_modules/.cache/personalite')
  // Threads learn of it from the environment.
  if (enableCompileCache(folder).directory) env.NODE_COMPILE_CACHE ??= folder
}

/**
 * The variable that names the server of a client: as in AWS's SDKs, the one of the service goes before that of all.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointVariable(): 'AWS_ENDPOINT_URL_PERSONALIZE' | 'AWS_ENDPOINT_URL' {
  return env.AWS_ENDPOINT_URL_PERSONALIZE ? 'AWS_ENDPOINT_URL_PERSONALIZE' : 'AWS_ENDPOINT_URL'
}

/** Whether the AWS variables name another S3 than AWS's, such as MinIO, Ceph or moto. */
export function hasS3Endpoint(): boolean {
  return env.AWS_ENDPOINT_URL_S3 !== undefined && env.AWS_ENDPOINT_URL_S3 !== ''
}

/** Returns a hint for where S3 fails: `AWS_ENDPOINT_URL` is for all services, and may name this server. */
export function s3EndpointHint(): string {
  return env.AWS_ENDPOINT_URL && !hasS3Endpoint() ? '; AWS_ENDPOINT_URL may be no S3: set AWS_ENDPOINT_URL_S3' : ''
}

/** Whether npm or npx started this process. */
export function isStartedByNpm(): boolean {
  return env.npm_lifecycle_event !== undefined
}

/** The region of AWS's own variables. */
export function awsRegion(): string {
  return env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
}

/** The access key of AWS's own variables; undefined if they name none. */
export function awsKey(): AccessKey | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

/** The file of certificates to believe, as the AWS CLI and SDKs have it; undefined for those that Node believes. */
export function caBundle(): string | undefined {
  return env.AWS_CA_BUNDLE || undefined
}
