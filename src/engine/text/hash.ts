/**
 * 32 bits of a text, as a whole number from −2³¹: FNV-1a over its characters (Fowler, Noll and Vo).
 * @param start another one makes another hash
 * @param from the place of its first character, if not all of it counts, and `end` that after its last
 */
export function fnv1a(text: string, start = 0x811c9dc5, from = 0, end = text.length): number {
  let hash = start | 0
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** A hash of 32 bits whose bits are all spread evenly: the last steps of MurmurHash3 (Appleby, 2011). */
export function mixed(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
