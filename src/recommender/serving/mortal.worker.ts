import type { Asked } from '../../engine/blend/models/model.ts'
import type { ScoreList } from '../../engine/blend/serving/rank.ts'
import { type Scored, scoring } from '../../engine/blend/serving/score-in-threads.ts'
import type { PoolJob } from '../../engine/pool/job.ts'

/** In the context of a request, for a test: the end of the thread that is asked. */
export const THE_END = 'the end'

/** The job of `scoring`, whose thread ends when the context of a question says so. */
export const mortal: PoolJob<Scored, Asked, ScoreList> = {
  module: import.meta.url,
  name: 'mortal',
  open(shared) {
    const answer = scoring.open(shared)
    return asked => (asked.context?.includes(THE_END) ? process.exit(1) : answer(asked))
  },
}
