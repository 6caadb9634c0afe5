import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { failureOf, openS3Client, statusOf } from '../../s3/client.ts'
import { CutOff, readObject } from '../../s3/read.ts'
import { upload } from '../../s3/upload.ts'
import { JobFailure } from '../failure.ts'
import type { Part } from '../tables/table.ts'
import {
  changedMeanwhile,
  type Depth,
  folderOf,
  INVALID_LOCATION,
  isHidden,
  isInput,
  isPassedOver,
  type Location,
  NO_PRIVILEGES,
  nameOf,
  noBucket,
  nothingAt,
  type Objects,
  type StoredObject,
  uriOf,
} from './objects.ts'

/** S3, or another server with its API, as the AWS variables and profile say. */
export function openS3(): Objects {
  const client = openS3Client()
  return {
    async list(location, depth, passOver = () => {}) {
      const passedOver: string[] = []
      let beside: readonly string[]
      try {
        const one = await head(client, location)
        const objects = one ? [one] : await listFolder(client, location, depth, passedOver)
        for (const name of objects.length > 0 ? passedOver : []) passOver(name)
        if (objects.length > 0) return objects
        beside = await namesBeside(client, location)
      } catch (error) {
        throw explain(error, location)
      }
      throw nothingAt(location, depth, passedOver, beside)
    },
    read: (object, part) => read(client, object, part),
    async write(location, content, kmsKeyArn) {
      const { bucket: Bucket, key: Key } = location
      const encryption = kmsKeyArn ? ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn } as const) : {}
      try {
        await upload(client, { Bucket, Key, ...encryption, ContentType: typeOf(Key) }, content)
      } catch (error) {
        throw explain(error, location)
      }
    },
    async remove(location) {
      try {
        if (!(await mayHead(client, location))) return false
        await client.send(new DeleteObjectCommand({ Bucket: location.bucket, Key: location.key }))
        return true
      } catch (error) {
        throw explain(error, location)
      }
    },
  }
}

/** Whether there is an object, as far as this server may see: a role that only writes may not, and is told 403. */
async function mayHead(client: S3Client, location: Location): Promise<boolean> {
  try {
    return (await head(client, location)) !== undefined
  } catch (error) {
    if (statusOf(error) === 403) return false
    throw error
  }
}

const typeOf = (key: string) => (key.endsWith('.csv') ? 'text/csv' : 'application/jsonl')

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

async function listFolder(
  client: S3Client,
  { bucket, key }: Location,
  depth: Depth,
  passedOver: string[],
): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = []
  const query = {
    Bucket: bucket,
    Prefix: depth === 'prefix' || key === '' || key.endsWith('/') ? key : `${key}/`,
    Delimiter: depth === 'first level' ? '/' : undefined,
  }
  for await (const { Contents = [], CommonPrefixes = [] } of paginateListObjectsV2({ client }, query)) {
    const folders = CommonPrefixes.map(({ Prefix = '' }) => nameOf(Prefix.slice(0, -1)))
    passedOver.push(...folders.filter(name => !isHidden(name)).map(name => `${name}/`))
    for (const { Key = '', Size = 0, ETag } of Contents) {
      if (isInput(Key, depth)) found.push({ bucket, key: Key, size: Size, etag: ETag })
      else if (isPassedOver(Key, depth)) passedOver.push(nameOf(Key))
    }
  }
  return found
}

/** The first thousand names in the folder that a location is in. */
async function namesBeside(client: S3Client, location: Location): Promise<readonly string[]> {
  const { bucket: Bucket, key: Prefix } = folderOf(location)
  const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }))
  const folders = page.CommonPrefixes?.map(({ Prefix: name = '' }) => name) ?? []
  const files = page.Contents?.map(({ Key = '' }) => Key) ?? []
  return [...files, ...folders].map(name => name.slice(Prefix.length)).filter(name => name !== '')
}

async function* read(client: S3Client, object: StoredObject, part: Part | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* readObject(client, object, part)
  } catch (error) {
    throw explain(error, object)
  }
}

/** A refusal of S3, in the service's words where they are known (error-messages.md). A fault of ours stays one. */
function explain(error: unknown, location: Location): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof CutOff)
    return new JobFailure(`Amazon S3 cut the connection again and again at ${uriOf(location)}`)
  if (statusOf(error) === 403 || error.name === 'CredentialsProviderError') {
    return new JobFailure(`${NO_PRIVILEGES} ${uriOf(location)}`)
  }
  if (error.name === 'NoSuchUpload')
    return new JobFailure(`Another job began to write ${uriOf(location)} meanwhile: name another location`)
  if (error.name === 'NoSuchBucket') return noBucket(location)
  if (statusOf(error) === 412) return changedMeanwhile(location)
  if (statusOf(error) === 404) return new JobFailure(`${INVALID_LOCATION} There is no ${uriOf(location)}`)
  if (!('$metadata' in error)) return error
  return new JobFailure(`Amazon S3 failed at ${uriOf(location)}: ${failureOf(error)}`)
}
