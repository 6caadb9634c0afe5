import { fnv1a, mixed } from '../engine/text/hash.ts'

/** 32 bits of a text, spread evenly, as a whole number from 0. */
export function hashOf(text: string): number {
  return mixed(fnv1a(text)) >>> 0
}

/** Whether a hash is among one in 2^level. */
export function isSampled(hash: number, level: number): boolean {
  return level === 0 || hash >>> (32 - level) === 0
}
