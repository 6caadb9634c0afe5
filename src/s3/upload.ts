import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

/** Of 10,000 parts that S3 allows; each is held in memory until it is sent. */
const PART_BYTES = 16 << 20

/** Writes an object that nobody sees until it is whole, in parts; where that fails none of them stays. */
export async function upload(
  client: S3Client,
  object: CreateMultipartUploadCommandInput,
  content: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const target = { Bucket: object.Bucket, Key: object.Key }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object))
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

async function* inParts(content: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
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
