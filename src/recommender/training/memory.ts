import type { FamilyName } from '../../recipes/recipe.ts'

/** The memory of a training, in bytes: what it needs in any case, and for each event, user and item. */
interface MemoryNeed {
  readonly any: number
  readonly event: number
  readonly user: number
  readonly item: number
}

const MIB = 2 ** 20

const COUNTING: MemoryNeed = { any: 50 * MIB, event: 70, user: 450, item: 800 }
const PAIRS: MemoryNeed = { any: 120 * MIB, event: 150, user: 450, item: 3500 }
const FEW_PAIRS: MemoryNeed = { any: 110 * MIB, event: 90, user: 450, item: 400 }
/** Measured up to 21 million events. */
const BLEND: MemoryNeed = { any: 640 * MIB, event: 70, user: 200, item: 3500 }
/** It trains a second time, for its metrics. */
const SEGMENTS: MemoryNeed = { any: 480 * MIB, event: 250, user: 300, item: 3500 }

/**
 * By family of recipes, beside the memory of the process before it. Measured on generated trainings of 0.5 and 1
 * million events with ids of 13 characters (docs/measurements/training.md), and rounded up. `training-memory.test.ts`
 * and `npm run bench:train` hold real trainings to it. Properties of users and items are in it as far as they are a few
 * short texts.
 */
const MEMORY_NEEDS: Readonly<Record<FamilyName, MemoryNeed>> = {
  personalization: BLEND,
  'personalized-ranking': BLEND,
  'user-segmentation': SEGMENTS,
  'popularity-count': COUNTING,
  trending: COUNTING,
  'related-items': PAIRS,
  sims: FEW_PAIRS,
  'semantic-similarity': PAIRS,
  'next-best-action': PAIRS,
}

/** The sizes of a training. */
export interface TrainingSize {
  readonly events: number
  readonly users: number
  readonly items: number
}

/**
 * A context of an event: its number of 64 bits while events are read, in an array that doubles when it is full, and the
 * class of that.
 */
const CONTEXT = 28

/** The memory of a training of a family. @param contexts how many columns of contexts its events have */
export function needOf(family: FamilyName, contexts: number): MemoryNeed {
  const need = MEMORY_NEEDS[family]
  return { ...need, event: need.event + contexts * CONTEXT }
}
