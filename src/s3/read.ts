import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { statusOf } from './client.ts'

interface ReadableObject {
  readonly bucket: string
  readonly key: string
  /** In bytes. */
  readonly size: number
  readonly etag?: string | undefined
}

/** How often reading goes on after a cut connection without a byte in between. */
const RETRIES = 3

/** The connection was cut again and again. */
export class CutOff extends Error {
  override readonly name = 'CutOff'
}

/**
 * The content of an object, or of it the bytes from `start` to before `end`. It goes on where a cut connection left
 * off, as long as the object is the same one.
 * @throws CutOff, and errors of S3
 */
export async function* readObject(
  client: S3Client,
  { bucket, key, size, etag }: ReadableObject,
  { start, end } = { start: 0, end: size },
): AsyncGenerator<Uint8Array> {
  let offset = start
  for (let attempt = 0; offset < end; attempt++) {
    if (attempt > RETRIES) throw new CutOff()
    try {
      const Range = offset > 0 || end < size ? `bytes=${offset}-${end - 1}` : undefined
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag, Range }))
      for await (const chunk of Body as AsyncIterable<Uint8Array>) {
        offset += chunk.length
        attempt = 0
        yield chunk
      }
    } catch (error) {
      if (statusOf(error) !== undefined) throw error
    }
  }
}
