/** 32 bits of a text, spread evenly: FNV-1a (Fowler, Noll and Vo) with the last steps of MurmurHash3 (Appleby). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Whether a hash is among one in 2^level. */
export function isSampled(hash: number, level: number): boolean {
  return level === 0 || hash >>> (32 - level) === 0
}
