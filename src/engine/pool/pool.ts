import type { PoolJob } from './job.ts'
import { type PoolState, Threads, type ThreadsOptions } from './threads.ts'

export type { PoolState } from './threads.ts'

export interface PoolOptions extends ThreadsOptions {
  /** A question that takes less than this many milliseconds is answered by the thread which asks. */
  readonly worthMs?: number | undefined
  /** How many questions are best asked at once; 1 unless given. */
  readonly together?: number | undefined
}

/** Threads that answer questions beside the one which asks. There is none until a question is worth it. */
export interface Pool {
  /** Begins to answer questions about a subject, until the result is garbage. */
  open<Shared, Question, Answer>(job: PoolJob<Shared, Question, Answer>, shared: Shared): Answerer<Question, Answer>
  readonly state: PoolState
  /** How many questions are best asked at once, where it is more than one (`askTogether`). */
  readonly together?: number | undefined
  /** Ends the threads. Questions that are still open fail. */
  close(): Promise<void>
}

export interface Answerer<Question, Answer> {
  /**
   * The answer of a thread of the pool; that of `here`, where no thread can answer yet, or it is not worth a thread.
   * @throws what the job or `admit` throws; Error where the thread ended
   */
  answer(question: Question, here: (question: Question) => Answer): Answer | Promise<Answer>
}

/** To ask another thread costs this one 15 µs, and the reply comes 30 µs later or more. */
const WORTH_MS = 0.1
/** The first questions take longer, until their code is compiled: they say nothing of the cost. */
const COMPILED_AFTER = 32
/** The weight of the newest question in the mean cost. */
const NEWEST = 1 / 16

/** A pool without a thread: each is started when it is needed. */
export function openPool({ worthMs = WORTH_MS, together, ...options }: PoolOptions): Pool {
  const threads = new Threads(options)
  const garbage = new FinalizationRegistry<number>(subject => threads.forget(subject))
  let subjects = 0
  return {
    together,
    open<Shared, Question, Answer>({ module, name }: PoolJob<Shared, Question, Answer>, shared: Shared) {
      const subject = ++subjects
      threads.open({ open: subject, module, name, shared })
      const ask: Ask<Question> = (question, took) => threads.ask(subject, question, took)
      const answerer = answererOf<Question, Answer>(ask, worthMs)
      garbage.register(answerer, subject)
      return answerer
    },
    get state() {
      return threads.state
    },
    close: () => threads.close(),
  }
}

type Ask<Question> = (question: Question, took: (ms: number) => void) => Promise<unknown> | undefined

/** Has questions answered here or there, by what they cost in the mean. */
function answererOf<Question, Answer>(ask: Ask<Question>, worthMs: number): Answerer<Question, Answer> {
  let answered = 0
  let meanMs = 0
  const took = (ms: number) => {
    if (++answered > COMPILED_AFTER) meanMs += NEWEST * (ms - meanMs)
  }
  return {
    answer(question, here) {
      const there = meanMs >= worthMs ? ask(question, took) : undefined
      if (there) return there as Promise<Answer>
      const from = performance.now()
      const answer = here(question)
      took(performance.now() - from)
      return answer
    },
  }
}
