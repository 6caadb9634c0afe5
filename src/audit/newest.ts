import { open } from 'node:fs/promises'

/** Only so much of the end of the file is read. */
const TAIL_BYTES = 1024 * 1024

/**
 * Reads the newest records of an audit trail's file, newest first: those of the last megabyte at most. A file that was
 * just begun has few, and one that is missing none.
 */
export async function newestRecords(path: string, limit: number): Promise<readonly object[]> {
  const lines = (await tailOf(path)).split('\n')
  return lines
    .flatMap(line => parsed(line) ?? [])
    .slice(-limit)
    .reverse()
}

async function tailOf(path: string): Promise<string> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const start = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Undefined for the part of a line with which the tail begins. */
function parsed(line: string): object | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
