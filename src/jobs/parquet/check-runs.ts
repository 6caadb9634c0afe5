import type { parquetHeader } from 'hyparquet/src/column.js'

/** The greatest levels of a column, which say how many bits a level takes; 0 has no levels. */
export interface Levels {
  readonly repetition: number
  readonly definition: number
}

/** A page and its bytes as they are in the file. */
interface Page {
  readonly header: ReturnType<typeof parquetHeader>
  readonly bytes: Uint8Array
  /** Whether its values are compressed; the levels of a page of the second kind never are. */
  readonly isCompressed: boolean
}

/**
 * Checks that no run of one value in a page says it has more of it than the page. The library makes room for as many as
 * such a run says, which of a damaged page may be a billion. Compressed values are not looked into: decompression finds
 * them damaged.
 * @throws Error
 */
export function checkRuns({ header, bytes, isCompressed }: Page, { repetition, definition }: Levels): void {
  const { data_page_header: first, data_page_header_v2: second } = header
  if (!first && !second) return
  const values = (first ?? second)!.num_values
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const levels = [repetition, definition]
  let at = 0
  if (second) {
    for (const [i, length] of [second.repetition_levels_byte_length, second.definition_levels_byte_length].entries()) {
      if (levels[i]! > 0) walk(view, at, at + length, { values, width: bitsOf(levels[i]!) })
      at += length
    }
  } else if (!isCompressed) {
    for (const level of levels.filter(greatest => greatest > 0)) {
      const length = view.getUint32(at, true)
      walk(view, at + 4, at + 4 + length, { values, width: bitsOf(level) })
      at += 4 + length
    }
  }
  if (isCompressed) return
  const { encoding } = first ?? second ?? {}
  if (encoding?.endsWith('_DICTIONARY') && at < view.byteLength)
    walk(view, at + 1, view.byteLength, { values, width: view.getUint8(at) })
  if (encoding === 'RLE') walk(view, at + 4, view.byteLength, { values, width: 1 })
}

const bitsOf = (level: number) => 32 - Math.clz32(level)

interface Runs {
  /** How many values a page has. */
  readonly values: number
  /** The bits of a value. */
  readonly width: number
}

/** Reads the lengths of the runs from a byte to before another. */
function walk(view: DataView, start: number, end: number, { values, width }: Runs): void {
  if (end > view.byteLength) throw new Error('a page ends before its values')
  let seen = 0
  for (let at = start; at < end && seen < values; ) {
    const header = varInt(view, at)
    const count = header.value >>> 1
    const isPacked = header.value % 2 === 1
    seen += isPacked ? count * 8 : count
    // Packed values have their bytes in the page, and DuckDB fills up to 256 of them.
    if (!isPacked && seen > values) throw new Error(`a run of more values than the ${values} of its page`)
    at = header.end + (isPacked ? count * width : Math.ceil(width / 8))
  }
}

function varInt(view: DataView, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    const byte = view.getUint8(at)
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value: value >>> 0, end: at + 1 }
  }
}
