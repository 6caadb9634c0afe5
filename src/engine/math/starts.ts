/**
 * A bit for each place of an array, set where a part begins, such as the events of another user. How far a place is
 * from the ends of its part is read from the bits near it, without a search. For thousands of places all over an array
 * that takes a tenth of the time of a search for each.
 */
type StartBits = Int32Array

/** How far can be read from the words on both sides of a place. */
export const STEPS_MAX = 31

/**
 * Bit p % 32 of word 1 + p / 32 is that of place p. There is a word before the first and one after the last, so that
 * each has one on either side.
 * @param offsets part p is the places offsets[p] .. offsets[p + 1]
 */
export function startBits(offsets: Int32Array): StartBits {
  const words = new Int32Array((offsets.at(-1)! >>> 5) + 3)
  for (const offset of offsets) words[1 + (offset >>> 5)]! |= 1 << offset
  return words
}
