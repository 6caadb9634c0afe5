import { isUtf8 } from 'node:buffer'

/** The problem of a file whose text is broken, for a message after its line. */
export const NOT_UTF8 = 'the text is not UTF-8: save the file as UTF-8'

const LINE_FEED = 0x0a
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

interface Decoded {
  readonly text: string
  /** The bytes after `text` are not UTF-8; `text` ends with the line before. */
  readonly isBroken: boolean
}

/** Decodes UTF-8 a chunk at a time; a character whose bytes come in two chunks is given with the second. */
export async function* decodeText(content: AsyncIterable<Uint8Array>): AsyncGenerator<Decoded> {
  let held: Uint8Array = Buffer.alloc(0)
  for await (const chunk of content) {
    const all = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    const whole = wholeCharacters(all)
    yield decode(all, whole)
    held = all.subarray(whole)
  }
  if (held.length > 0) yield decode(held, held.length)
}

function decode(bytes: Uint8Array, whole: number): Decoded {
  const isBroken = !isUtf8(bytes.subarray(0, whole))
  return { text: decoder.decode(bytes.subarray(0, isBroken ? validLines(bytes) : whole)), isBroken }
}

/** The length without a last character whose bytes are not all there. */
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
