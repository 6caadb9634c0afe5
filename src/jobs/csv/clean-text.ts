import { isUtf8 } from 'node:buffer'

const LINE_FEED = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c

export interface Cleaned {
  readonly text: Uint8Array
  /** The bytes after `text` are not UTF-8; `text` ends with the line before. */
  readonly isBroken: boolean
}

/**
 * Makes of the CSV that the guide allows the CSV that everybody reads, a chunk at a time.
 *
 * In a quoted cell the guide escapes quotes and backslashes with a backslash (items-datasets.md), the world doubles
 * quotes; csv-parse reads one or the other. So `\"` becomes `""` and `\\` becomes `\`, both only inside of quotes, and a
 * backslash before anything else stays: `"C:\new"` means what it says.
 */
export function createCleaner(): { clean(chunk: Uint8Array): Cleaned; end(): Cleaned } {
  let held: Uint8Array = Buffer.alloc(0)
  let quoted = false

  /** Copies with the escapes replaced; gives how many bytes it wrote. A backslash at the very end is held. */
  const replaceEscapes = (text: Uint8Array, out: Uint8Array, isEnd: boolean): number => {
    let length = 0
    for (let i = 0; i < text.length; i++) {
      const byte = text[i]!
      if (byte === QUOTE) quoted = !quoted
      if (byte === BACKSLASH && quoted) {
        const next = text[i + 1]
        if (next === undefined && !isEnd) {
          held = Buffer.concat([text.subarray(i), held])
          break
        }
        if (next === QUOTE) out[length++] = QUOTE
        if (next === QUOTE || next === BACKSLASH) i++
        out[length++] = next === QUOTE ? QUOTE : BACKSLASH
        continue
      }
      out[length++] = byte
    }
    return length
  }

  const take = (chunk: Uint8Array, isEnd: boolean): Cleaned => {
    const all = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    const whole = isEnd ? all.length : wholeCharacters(all)
    const isBroken = !isUtf8(all.subarray(0, whole))
    const text = all.subarray(0, isBroken ? validLines(all) : whole)
    held = all.subarray(whole)
    if (!text.includes(BACKSLASH)) {
      if (countQuotes(text) % 2 === 1) quoted = !quoted
      return { text, isBroken }
    }
    const out = Buffer.allocUnsafe(text.length)
    return { text: out.subarray(0, replaceEscapes(text, out, isEnd)), isBroken }
  }
  return { clean: chunk => take(chunk, false), end: () => take(Buffer.alloc(0), true) }
}

function countQuotes(text: Uint8Array): number {
  let count = 0
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at + 1)) count++
  return count
}

/** The length without a character at the end of which bytes are still to come. */
function wholeCharacters(text: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, text.length); back++) {
    const byte = text[text.length - back]!
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back ? text.length - back : text.length
  }
  return text.length
}

/** The length of the lines before the first that is not UTF-8. */
function validLines(text: Uint8Array): number {
  let start = 0
  while (true) {
    const end = text.indexOf(LINE_FEED, start) + 1
    if (end === 0 || !isUtf8(text.subarray(start, end))) return start
    start = end
  }
}
