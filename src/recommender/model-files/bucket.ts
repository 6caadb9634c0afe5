import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { writeDurably } from '../../files/durable.ts'
import { openS3Client, statusOf } from '../../s3/client.ts'
import { CutOff, readObject } from '../../s3/read.ts'
import { upload } from '../../s3/upload.ts'
import { isModelFile, MissingModel, type ModelFile, PlaceError, partOf } from './files.ts'
import type { Place } from './place.ts'

/** Models in S3. Nothing of one is in memory but 16 MiB, on its way up, or less. */
export interface ModelBucket extends Place {
  /** Resolves when the whole file is there for all servers. @throws PlaceError */
  upload(path: string, file: string): Promise<void>
  /** The file has its name once it is whole and the same as the uploaded one. @throws MissingModel, PlaceError */
  download(path: string, file: string): Promise<void>
}

export const BUCKET = /^s3:\/\/([a-z\d][\w.-]*)(?:\/(.*?))?\/*$/is

/** Longer than any upload takes. */
const CUT_OFF_AFTER_MS = 86_400_000
/** Files not swept by then are swept the next time; a deletion waits for the sweep. */
const SWEEP_MS = 10_000
/** DeleteObjects takes no more. */
const DELETED_AT_ONCE = 1000

/** @param where `s3://BUCKET/PREFIX` */
export function openModelBucket(where: string): ModelBucket {
  const [, bucket = '', folder = ''] = BUCKET.exec(where)!
  const client = openS3Client()
  const prefix = folder === '' ? '' : `${folder}/`
  const inWords = async <Result>(right: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error, where, right)
    }
  }
  return {
    where,
    setting: '--models',
    upload: (path, file) =>
      inWords('s3:PutObject', async () => {
        const Metadata = { sha256: await digestOf(file) }
        await upload(client, { Bucket: bucket, Key: `${prefix}${path}`, Metadata }, createReadStream(file))
      }),
    download: (path, file) =>
      inWords('s3:GetObject and s3:ListBucket', () => download(client, bucket, `${prefix}${path}`, file)),
    list: () => inWords('s3:ListBucket', () => listFiles(client, bucket, prefix, AbortSignal.timeout(SWEEP_MS))),
    remove: files =>
      inWords('s3:DeleteObject and s3:ListBucketMultipartUploads', async () => {
        const abortSignal = AbortSignal.timeout(SWEEP_MS)
        const keys = files.map(({ path }) => ({ Key: `${prefix}${path}` }))
        for (let at = 0; at < keys.length; at += DELETED_AT_ONCE) {
          const Delete = { Objects: keys.slice(at, at + DELETED_AT_ONCE), Quiet: true }
          const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }), { abortSignal })
          // It succeeds where an object is refused.
          if (Errors?.[0]) throw new PlaceError(`S3 deletes no model (${Errors[0].Code}): allow s3:DeleteObject`, where)
        }
        await abortOld(client, bucket, prefix, abortSignal)
      }),
    readNote: name =>
      inWords('s3:GetObject and s3:ListBucket', async () => {
        const command = new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${name}` })
        const { Body } = await client.send(command).catch(error => {
          if (error.name === 'NoSuchKey') return { Body: undefined }
          throw error
        })
        return Body?.transformToString()
      }),
    createNote: (name, text) =>
      inWords('s3:PutObject', async () => {
        const object = { Bucket: bucket, Key: `${prefix}${name}`, Body: text }
        await client.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' })).catch(error => {
          const status = statusOf(error) ?? 0
          // Another was there first, or is there at the same moment.
          if (status === PRECONDITION_FAILED || status === CONFLICT) return undefined
          // Not every S3 knows the condition: reading it back tells who was last.
          if (status === NOT_IMPLEMENTED) return client.send(new PutObjectCommand(object))
          throw error
        })
      }),
    writeNote: (name, text) =>
      inWords('s3:PutObject', async () => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${name}`, Body: text }))
      }),
  }
}

const CONFLICT = 409
const PRECONDITION_FAILED = 412
const NOT_IMPLEMENTED = 501

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}

async function download(client: S3Client, bucket: string, key: string, file: string): Promise<void> {
  const target = { Bucket: bucket, Key: key }
  const {
    ContentLength = 0,
    ETag,
    Metadata,
  } = await client.send(new HeadObjectCommand(target)).catch(error => {
    // The error of a HEAD does not say which is missing, the object or the bucket.
    if (statusOf(error) !== 404) throw error
    return client.send(new GetObjectCommand(target))
  })
  const write = async (written: FileHandle) => {
    const hash = createHash('sha256')
    for await (const chunk of readObject(client, { bucket, key, size: ContentLength, etag: ETag })) {
      hash.update(chunk)
      await written.writeFile(chunk)
    }
    const isWhole = (await written.stat()).size === ContentLength
    const digest = hash.digest('hex')
    // A program that copied the objects may have left the metadata out.
    if (!isWhole || digest !== (Metadata?.sha256 ?? digest))
      throw new PlaceError(
        'its object is not what was uploaded: train anew, or put back what was there',
        `s3://${bucket}/${key}`,
      )
  }
  await writeDurably(file, write, { part: partOf(file), mode: 0o600 })
}

async function listFiles(client: S3Client, Bucket: string, Prefix: string, abortSignal: AbortSignal) {
  const found: ModelFile[] = []
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }, { abortSignal }))
    for (const { Key = '', LastModified } of Contents)
      found.push({ path: Key.slice(Prefix.length), writtenAt: LastModified?.getTime() ?? Date.now() })
  return found
}

/** Parts of an upload that was cut off cost as much as an object, and nobody sees them. */
async function abortOld(client: S3Client, Bucket: string, Prefix: string, abortSignal: AbortSignal): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }), { abortSignal })
  for (const { Key, UploadId, Initiated } of Uploads) {
    const isOld = (Initiated?.getTime() ?? Date.now()) < Date.now() - CUT_OFF_AFTER_MS
    const isOurs = isModelFile({ path: Key!.slice(Prefix.length) })
    if (isOld && isOurs) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal })
  }
}

/** The fault, and its remedy. The messages of S3 itself are left out, since they may quote anything. */
function explain(error: unknown, where: string, right: string): unknown {
  if (!(error instanceof Error) || error instanceof PlaceError) return error
  const { name, code } = error as NodeJS.ErrnoException
  const refused = statusOf(error)
  const placed = (message: string) => new PlaceError(message, where)
  if (name === 'NoSuchBucket') return placed('there is no bucket for models: create it, or name another with --models')
  if (refused === 404) return new MissingModel(name)
  if (name === 'CredentialsProviderError')
    return placed('there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE')
  if (refused === 403) return placed(`S3 refuses access to the models: allow ${right} to the server's AWS credentials`)
  if (refused !== undefined) return placed(`S3 fails with ${name}: try again later`)
  if (!(error instanceof CutOff || OF_NETWORK.test(`${name} ${code}`))) return error
  return placed('S3 cannot be reached: check AWS_ENDPOINT_URL_S3, AWS_REGION and the network')
}

const OF_NETWORK = /Timeout|Abort|\b(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|ETIMEDOUT)/
