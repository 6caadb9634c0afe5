/**
 * A bit for each place of an array, set where a part begins, such as the events of another user. How far a place is
 * from the ends of its part is read from the bits near it, without a search: for thousands of places all over an array
 * that is a tenth of the time of finding the part of each.
 */
export type StartBits = Int32Array

/** How far the functions below look. */
export const STEPS_MAX = 31

/** @param offsets part p is the places offsets[p] .. offsets[p + 1] */
export function startBits(offsets: Int32Array): StartBits {
  // A word before the first and one after the last, so that each has one on either side.
  const words = new Int32Array((offsets.at(-1)! >>> 5) + 3)
  for (const offset of offsets) words[1 + (offset >>> 5)]! |= 1 << offset
  return words
}

/** How many places of the same part are before this one; more than `STEPS_MAX` for any number above that. */
export function stepsBack(bits: StartBits, place: number): number {
  const word = 1 + (place >>> 5)
  const shift = place & 31
  return Math.clz32((bits[word]! << (31 - shift)) | ((bits[word - 1]! >>> 1) >>> shift))
}

/** How many places of the same part are after this one, `STEPS_MAX` at most. */
export function stepsOn(bits: StartBits, place: number): number {
  const word = 1 + (place >>> 5)
  const shift = place & 31
  const later = ((bits[word]! >>> 1) >>> shift) | (bits[word + 1]! << (31 - shift))
  return (31 - Math.clz32(later & -later)) & 31
}
