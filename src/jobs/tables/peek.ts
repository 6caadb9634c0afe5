/** This many bytes tell the kind of a file. */
const HEAD_BYTES = 8

/** A content whose first bytes are known. */
export interface Peeked {
  /** The first bytes, in hexadecimal. */
  readonly head: string
  /** All of the content, the first bytes included. */
  readonly whole: AsyncIterable<Uint8Array>
}

/** The first bytes, and all of the content, or where that is not wanted its end. */
export async function peek(content: AsyncIterable<Uint8Array>): Promise<Peeked & { close(): Promise<void> }> {
  const chunks = content[Symbol.asyncIterator]()
  let first: Uint8Array = Buffer.alloc(0)
  let next = await chunks.next()
  for (; !next.done && first.length + next.value.length < HEAD_BYTES; next = await chunks.next()) {
    first = Buffer.concat([first, next.value])
  }
  if (!next.done) first = first.length > 0 ? Buffer.concat([first, next.value]) : next.value
  const close = async () => void (await chunks.return?.())
  const whole = async function* () {
    try {
      yield first
      for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) yield chunk.value
    } finally {
      await close()
    }
  }
  return { head: Buffer.from(first.subarray(0, HEAD_BYTES)).toString('hex'), whole: whole(), close }
}
