import type { ScoreList } from './rank.ts'

/**
 * Memory for the scores of one question, which threads share. It is used again: V8 collects its whole heap after each
 * 64 MB of new arrays, which of a large catalogue is each hundred questions.
 */
export interface ListMemory {
  readonly items: Int32Array
  readonly scores: Float64Array
}

/** A list that was written into such memory. */
export interface WrittenList {
  readonly count: number
  /** Whether the scores are those of all items. */
  readonly isOfAll: boolean
  readonly logTotal?: number | undefined
}

/** Memory for the scores of this many items: 12 bytes each. */
export function createListMemory(items: number): ListMemory {
  const buffer = new SharedArrayBuffer(12 * items)
  return { scores: new Float64Array(buffer, 0, items), items: new Int32Array(buffer, 8 * items, items) }
}

/** Copies a list, which itself holds until the next question. */
export function writeList({ items, scores, logTotal }: ScoreList, memory: ListMemory): WrittenList {
  memory.scores.set(scores)
  if (items) memory.items.set(items)
  return { count: scores.length, isOfAll: items === undefined, logTotal }
}

/** The list that was written. It holds until the memory is written again. */
export function readList(memory: ListMemory, { count, isOfAll, logTotal }: WrittenList): ScoreList {
  const items = isOfAll ? undefined : memory.items.subarray(0, count)
  return { items, scores: memory.scores.subarray(0, count), logTotal }
}
