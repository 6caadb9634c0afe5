/** Lines that wait to be appended to a file or a stream. */
export interface Lines {
  /** Adds a line, which must end in a line break. */
  write(line: string): void
  /** Appends what waits, if it can. */
  close(): Promise<void>
}

interface LinesOptions {
  /** Appends a text whole, or rejects and appends nothing. */
  readonly append: (text: string) => Promise<void>
  /** Is told of each failure to append; the lines wait for another try. */
  readonly failed: (error: NodeJS.ErrnoException) => void
  /** Is told that this many lines are lost: too many waited, or they could not be appended in the end. */
  readonly lost: (count: number) => void
  /** How long lines gather before they are appended, in milliseconds. */
  readonly gatherMs?: number
  /** How long they wait after a failure, in milliseconds. */
  readonly retryMs?: number
}

/** The most characters that wait, so that a full disk does not fill the memory too. */
const WAITING_MAX = 16 * 1024 * 1024
/** The most characters that are appended at once. */
const AT_ONCE = 512 * 1024

/** Gathers lines and appends them together, so that a busy server writes 10 times a second at most. */
export function openLines({ append, failed, lost, gatherMs = 100, retryMs = 1_000 }: LinesOptions): Lines {
  const waiting: string[] = []
  let characters = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<boolean> | undefined

  const later = (ms: number) => {
    timer = setTimeout(() => {
      writing = flush()
      void writing.then(isWritten => {
        writing = undefined
        timer = undefined
        if (waiting.length > 0) later(isWritten ? gatherMs : retryMs)
      })
    }, ms)
  }

  /** Returns whether all went well. */
  async function flush(): Promise<boolean> {
    while (waiting.length > 0) {
      const count = countUpTo(waiting, AT_ONCE)
      const text = waiting.slice(0, count).join('')
      try {
        await append(text)
      } catch (error) {
        failed(error as NodeJS.ErrnoException)
        return false
      }
      waiting.splice(0, count)
      characters -= text.length
    }
    return true
  }

  return {
    write(line) {
      if (characters + line.length > WAITING_MAX) return lost(1)
      waiting.push(line)
      characters += line.length
      if (timer === undefined) later(gatherMs)
    },
    async close() {
      await writing
      clearTimeout(timer)
      if (!(await flush())) lost(waiting.length)
    },
  }
}

/** Returns how many of the first lines have this many characters together, and at least 1. */
function countUpTo(lines: readonly string[], most: number): number {
  let [count, sum] = [1, lines[0]!.length]
  while (count < lines.length && sum + lines[count]!.length <= most) sum += lines[count++]!.length
  return count
}
