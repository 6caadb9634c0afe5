import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

/** Of 10,000 parts that S3 allows; each is held in memory until it is sent. */
const PART_BYTES = 16 << 20

/** An object to write. */
interface NewObject extends Omit<PutObjectCommandInput, 'Body'> {
  readonly Bucket: string
  readonly Key: string
}

/**
 * Writes an object that nobody sees until it is whole, in one piece or in parts. Where that fails, no part stays. Parts
 * that a killed process left at this key are removed where the server may do so: they cost as much as an object.
 */
export async function upload(
  client: S3Client,
  object: NewObject,
  content: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const pieces = inParts(content)
  const first = (await pieces.next()).value as Buffer
  if (first.length < PART_BYTES) await client.send(new PutObjectCommand({ ...object, Body: first }))
  else await uploadParts(client, object, first, pieces)
}

async function uploadParts(client: S3Client, object: NewObject, first: Buffer, more: AsyncIterable<Buffer>) {
  const target = { Bucket: object.Bucket, Key: object.Key }
  // A key that may not list or abort uploads can still write objects.
  await abortEarlier(client, target).catch(() => {})
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object))
  const Parts: CompletedPart[] = []
  const send = async (Body: Buffer) => {
    const PartNumber = Parts.length + 1
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
    Parts.push({ PartNumber, ETag })
  }
  try {
    await send(first)
    for await (const part of more) await send(part)
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => {})
    throw error
  }
}

async function abortEarlier(client: S3Client, { Bucket, Key }: Pick<NewObject, 'Bucket' | 'Key'>): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
  for (const { UploadId } of Uploads.filter(earlier => earlier.Key === Key))
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
}

/** Parts of `PART_BYTES` at least, and at the end one that is smaller; of nothing an empty one. */
async function* inParts(content: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer, undefined> {
  let pieces: Uint8Array[] = []
  let bytes = 0
  let isEmpty = true
  for await (const piece of content) {
    bytes += pieces[pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece) - 1]!.length
    if (bytes < PART_BYTES) continue
    yield Buffer.concat(pieces)
    isEmpty = false
    pieces = []
    bytes = 0
  }
  if (bytes > 0 || isEmpty) yield Buffer.concat(pieces)
}
