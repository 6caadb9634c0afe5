import { threadId } from 'node:worker_threads'
import type { PoolJob } from './job.ts'

/** A question of the test: a place in the shared numbers, or what else is to happen. */
export type Question = { readonly at: number; readonly ms?: number } | 'throw' | 'end'

/** A job for the tests of the pool. */
export const squares: PoolJob<{ readonly numbers: Float64Array }, Question, Square> = {
  module: import.meta.url,
  name: 'squares',
  open:
    ({ numbers }) =>
    question => {
      if (question === 'throw') throw new RangeError('asked to throw')
      if (question === 'end') process.exit(3)
      const until = performance.now() + (question.ms ?? 0)
      while (performance.now() < until);
      return { square: Float64Array.of(numbers[question.at]! ** 2), thread: threadId }
    },
}

export interface Square {
  readonly square: Float64Array
  readonly thread: number
}

/** A job whose threads end before they can be asked. */
export const stillborn: PoolJob<null, Question, Square> = {
  module: import.meta.url,
  name: 'stillborn',
  open() {
    throw new Error('cannot be opened')
  },
}
