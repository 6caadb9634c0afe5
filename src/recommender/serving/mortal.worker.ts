import type { WrittenList } from '../../engine/blend/serving/list-memory.ts'
import { type Scored, type ScoringQuestion, scoring } from '../../engine/blend/serving/score-in-threads.ts'
import type { PoolJob } from '../../engine/pool/job.ts'

/** In the context of a request, for a test: the end of the thread that is asked. */
export const THE_END = 'the end'

/** The job of `scoring`, whose thread ends when the context of a question says so. */
export const mortal: PoolJob<Scored, ScoringQuestion, WrittenList> = {
  module: import.meta.url,
  name: 'mortal',
  open(shared) {
    const answer = scoring.open(shared)
    return question => (question.query.context?.includes(THE_END) ? process.exit(1) : answer(question))
  },
}
