import type { FileHandle } from 'node:fs/promises'

/** Bytes of a file, and where they are read to. */
interface Chunk {
  /** Where in the file they begin. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** Yields each chunk as soon as it is read; the next one is read meanwhile. @throws Error where the file ends before */
export async function* readAhead<C extends Chunk>(file: FileHandle, chunks: Iterable<C>): AsyncGenerator<C> {
  let coming: { readonly chunk: C; readonly read: Promise<void> } | undefined
  for (const chunk of chunks) {
    const before = coming
    coming = { chunk, read: readWhole(file, chunk) }
    // Thrown where it is awaited.
    coming.read.catch(() => {})
    if (!before) continue
    await before.read
    yield before.chunk
  }
  await coming?.read
  if (coming) yield coming.chunk
}

/** The header of a file with its length before it. @throws Error where the file ends before the header does */
export async function readHead(file: FileHandle, size: number): Promise<Buffer> {
  const length = Buffer.alloc(8)
  await readWhole(file, { at: 0, bytes: length })
  const end = 8 + Number(length.readBigUInt64LE())
  if (end > size) throw new Error('the file ends before its header does')
  const head = Buffer.alloc(end)
  await readWhole(file, { at: 0, bytes: head })
  return head
}

async function readWhole(file: FileHandle, { at, bytes }: Chunk): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done)
    if (bytesRead === 0) throw new Error(`the file is damaged: it ends after ${at + done} bytes`)
    done += bytesRead
  }
}
