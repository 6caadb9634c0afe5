import { write, writeSync } from 'node:fs'

/** The most of the log, in bytes, that waits for its reader or for room. The rest is dropped: memory does not fill. */
const WAITING_MAX = 16 * 1024 * 1024
/** How long until a write that failed is tried again, in milliseconds. */
const AGAIN_MS = 100
/** As long the end of the process waits for a reader that is slow. */
const END_MS = 1000

const STANDARD_ERROR = 2
let opened: ReturnType<typeof openOutput> | undefined

/**
 * Returns standard error for lines of the log. Neither a full disk nor a reader that is gone ends the process, or holds
 * its end up. Lines wait meanwhile, and are written whole when there is room.
 */
export function standardError(): { write(line: string): void } {
  if (!opened) {
    opened = openOutput(STANDARD_ERROR)
    process.once('exit', opened.end)
  }
  return opened
}

function openOutput(fd: number) {
  let lines: string[] = []
  let waiting = 0
  /** The text of which a part may be written. */
  let rest: Buffer = Buffer.alloc(0)
  /** Whether the rest is being written, or waits to be tried again. */
  let isWriting = false
  /** Whether another thread has the rest at this moment. */
  let isHanded = false
  let isGone = false

  const take = () => {
    if (rest.length > 0 || lines.length === 0) return
    rest = Buffer.from(lines.join(''))
    lines = []
  }
  const wrote = (bytes: number) => {
    rest = rest.subarray(bytes)
    waiting -= bytes
  }
  const next = () => {
    take()
    isWriting = rest.length > 0
    isHanded = isWriting
    if (isWriting) write(fd, rest, 0, rest.length, null, written)
  }
  const written = (error: NodeJS.ErrnoException | null, bytes: number) => {
    isHanded = false
    isGone = error?.code === 'EPIPE'
    if (isGone) rest = Buffer.alloc(0)
    else if (error) setTimeout(next, AGAIN_MS).unref()
    else {
      wrote(bytes)
      next()
    }
  }
  return {
    write(line: string) {
      const bytes = Buffer.byteLength(line)
      if (isGone || waiting + bytes > WAITING_MAX) return
      lines.push(line)
      waiting += bytes
      if (!isWriting) next()
    },
    /** Writes what waits, as far as it can be. The text that another thread has is left to it. */
    end() {
      if (isHanded) rest = Buffer.alloc(0)
      for (const start = performance.now(); !isGone; ) {
        take()
        if (rest.length === 0) return
        try {
          wrote(writeSync(fd, rest))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() - start > END_MS) return
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN_MS)
        }
      }
    },
  }
}
