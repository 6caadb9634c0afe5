/** Arrays that are kept as the differences from one number to the next. */
export type Integers = Int32Array | Uint16Array

/** Fewer numbers, or less saved, are not worth the decoding. */
const LENGTH_MIN = 1024
const SHARE_MAX = 0.8

/** Of each byte all but the highest bit, which says that more bytes follow. */
const BITS = 7
const MORE = 1 << BITS

/**
 * The bytes of integers that are near the ones before them. Each is a difference in zigzag order (0, −1, 1, −2, …), of
 * 7 bits a byte, the lowest first (LEB128, as in Protocol Buffers). Undefined where that saves little.
 */
export function codeIntegers(numbers: Integers): Uint8Array | undefined {
  if (numbers.length < LENGTH_MIN) return undefined
  let size = 0
  for (let at = 0; at < numbers.length; at++) size += sizeOf(zigzag(numbers, at))
  if (size > SHARE_MAX * numbers.byteLength) return undefined
  const bytes = new Uint8Array(size)
  let to = 0
  for (let at = 0; at < numbers.length; at++) {
    let left = zigzag(numbers, at)
    for (; left >= MORE; left >>>= BITS) bytes[to++] = left | MORE
    bytes[to++] = left
  }
  return bytes
}

/** Returns a function that takes these bytes, piece by piece, and sets the numbers. */
export function integerDecoder(numbers: Integers): (piece: Uint8Array) => void {
  let [next, last, read, shift] = [0, 0, 0, 0]
  return piece => {
    // By local names it takes half as long.
    let [to, before, bits, place] = [next, last, read, shift]
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]!
      bits |= (byte & (MORE - 1)) << place
      place += BITS
      if (byte >= MORE) continue
      before = (before + ((bits >>> 1) ^ -(bits & 1))) | 0
      numbers[to++] = before
      bits = place = 0
    }
    ;[next, last, read, shift] = [to, before, bits, place]
  }
}

/** The difference from the number before, as an integer without a sign. */
function zigzag(numbers: Integers, at: number): number {
  const difference = (numbers[at]! - (at === 0 ? 0 : numbers[at - 1]!)) | 0
  return ((difference << 1) ^ (difference >> 31)) >>> 0
}

const sizeOf = (number: number) => Math.max(1, Math.ceil((32 - Math.clz32(number)) / BITS))
