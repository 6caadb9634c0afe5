import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { JobFailure } from '../failure.ts'
import {
  type Depth,
  INVALID_LOCATION,
  isCsv,
  isInput,
  type Location,
  NO_PRIVILEGES,
  nothingAt,
  type Objects,
  type StoredObject,
  uriOf,
} from './objects.ts'

/** Of 10,000 parts that S3 allows; each is held in memory until it is sent. */
const PART_BYTES = 16 << 20

/** How often reading goes on after a cut connection without a byte in between. */
const RETRIES = 3

/**
 * S3, or what speaks its language, as the AWS variables and profile say: `AWS_ENDPOINT_URL_S3`, `AWS_REGION`,
 * credentials. With an endpoint given the bucket goes into the path, which is what MinIO, Ceph and moto expect.
 */
export function openS3(): Objects {
  const client = new S3Client({
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    followRegionRedirects: true,
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return {
    async list(location, depth) {
      try {
        const one = await head(client, location)
        const objects = one ? [one] : await listFolder(client, location, depth)
        if (objects.length > 0) return objects
      } catch (error) {
        throw explain(error, location)
      }
      throw nothingAt(location, depth)
    },
    read: object => read(client, object),
    async write(location, content, kmsKeyArn) {
      try {
        await upload(client, location, content, kmsKeyArn)
      } catch (error) {
        throw explain(error, location)
      }
    },
  }
}

async function head(client: S3Client, location: Location): Promise<StoredObject | undefined> {
  if (location.key === '' || location.key.endsWith('/')) return undefined
  try {
    const { ContentLength = 0, ETag } = await client.send(
      new HeadObjectCommand({ Bucket: location.bucket, Key: location.key }),
    )
    return { ...location, size: ContentLength, etag: ETag }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

async function listFolder(client: S3Client, { bucket, key }: Location, depth: Depth): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = []
  const query = {
    Bucket: bucket,
    Prefix: depth === 'prefix' || key === '' || key.endsWith('/') ? key : `${key}/`,
    Delimiter: depth === 'first level' ? '/' : undefined,
  }
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, query)) {
    for (const { Key = '', Size = 0, ETag } of Contents) {
      if (isInput(Key, depth)) found.push({ bucket, key: Key, size: Size, etag: ETag })
    }
  }
  return found
}

/** Goes on where a cut connection left off, as long as the object is the same one. */
async function* read(client: S3Client, object: StoredObject): AsyncGenerator<Uint8Array> {
  const { bucket, key, size, etag } = object
  let offset = 0
  for (let attempt = 0; offset < size; attempt++) {
    if (attempt > RETRIES) throw new JobFailure(`Amazon S3 cut the connection again and again at ${uriOf(object)}`)
    try {
      const Range = offset > 0 ? `bytes=${offset}-` : undefined
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag, Range }))
      for await (const chunk of Body as AsyncIterable<Uint8Array>) {
        offset += chunk.length
        attempt = 0
        yield chunk
      }
    } catch (error) {
      if (statusOf(error) !== undefined) throw explain(error, object)
    }
  }
}

async function upload(
  client: S3Client,
  { bucket, key }: Location,
  content: AsyncIterable<string>,
  kmsKeyArn: string | undefined,
): Promise<void> {
  const target = { Bucket: bucket, Key: key }
  const encryption = kmsKeyArn ? ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn } as const) : {}
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target, ...encryption, ContentType: typeOf(key) }),
  )
  try {
    const Parts: CompletedPart[] = []
    for await (const Body of inParts(content)) {
      const PartNumber = Parts.length + 1
      const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
      Parts.push({ PartNumber, ETag })
    }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => {})
    throw error
  }
}

const typeOf = (key: string) => (isCsv(key) ? 'text/csv' : 'application/jsonl')

async function* inParts(content: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let texts: Buffer[] = []
  let bytes = 0
  let isEmpty = true
  for await (const text of content) {
    bytes += texts[texts.push(Buffer.from(text)) - 1]!.length
    if (bytes < PART_BYTES) continue
    yield Buffer.concat(texts)
    isEmpty = false
    texts = []
    bytes = 0
  }
  if (bytes > 0 || isEmpty) yield Buffer.concat(texts)
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

/** What S3 refused, in the service's words where they are known (error-messages.md). A fault of ours stays one. */
function explain(error: unknown, location: Location): unknown {
  if (!(error instanceof Error)) return error
  if (statusOf(error) === 403 || error.name === 'CredentialsProviderError') {
    return new JobFailure(`${NO_PRIVILEGES} ${uriOf(location)}`)
  }
  if (statusOf(error) === 404) return new JobFailure(`${INVALID_LOCATION} There is no ${uriOf(location)}`)
  return '$metadata' in error ? new JobFailure(`Amazon S3 failed at ${uriOf(location)}: ${error.name}`) : error
}
