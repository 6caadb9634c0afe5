import { memoryOf, rememberMemory, type WasmMemory } from '../math/kernel.ts'
import type { PoolJob } from '../pool/job.ts'
import type { Asked } from './models/model.ts'
import type { PopularityState } from './models/popularity-prior.ts'
import { placeOf } from './models.ts'
import { openPersonalization, type PersonalizationState } from './personalization.ts'
import type { ScoreList } from './rank.ts'

/** A model, its arrays in memory that threads share, and whether it minds habits. */
export interface Scored {
  readonly state: PersonalizationState
  readonly minds: boolean
  /** The one that the arrays are in, if kernels reach it. */
  readonly memory?: WasmMemory | undefined
}

/** A model for the threads of a pool. */
export function scoredBy(state: PersonalizationState, minds: boolean): Scored {
  const { counts } = state.parts[placeOf('prior', state.parts)]!.state as PopularityState
  return { state, minds, memory: memoryOf(counts.buffer) }
}

/** The costly part of an answer, for threads of a pool: `Personalization.scoreWithTotal`. */
export const scoring: PoolJob<Scored, Asked, ScoreList> = {
  module: import.meta.url,
  name: 'scoring',
  open({ state, minds, memory }) {
    if (memory) rememberMemory(memory)
    return openPersonalization(state, minds).scoreWithTotal
  },
}
