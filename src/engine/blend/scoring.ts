import type { PoolJob } from '../pool/job.ts'
import type { Asked } from './models/model.ts'
import { openPersonalization, type PersonalizationState } from './personalization.ts'
import type { ScoreList } from './rank.ts'

/** A model, its arrays in memory that threads share, and whether it minds habits. */
export interface Scored {
  readonly state: PersonalizationState
  readonly minds: boolean
}

/** The costly part of an answer, for threads of a pool: `Personalization.score`, and the total with it. */
export const scoring: PoolJob<Scored, Asked, ScoreList> = {
  module: import.meta.url,
  name: 'scoring',
  open({ state, minds }) {
    const model = openPersonalization(state, minds)
    return asked => {
      const list = model.score(asked)
      return { ...list, logTotal: model.answer(asked, list).logTotal() }
    }
  },
}
