import type { Answers } from './answers.ts'

/** Answers lines, maybe in another thread. */
export type Answer = (lines: readonly string[]) => Promise<Answers>

/** A thread that answers lines, after one another. */
export interface AnsweringThread {
  /** Resolves when it can be asked. */
  readonly ready: Promise<void>
  readonly answer: Answer
  close(): Promise<void>
}

/** This thread, and others where they are worth it, which answer lines. */
export interface Answerers extends AsyncDisposable {
  /** Answers lines that come so many at a time; several of these are under way, and their answers are in order. */
  answerAll(some: AsyncIterable<readonly string[]>): AsyncGenerator<Answers>
}

export interface AnswerersOptions {
  /** Of this thread. */
  readonly own: Answer
  /** So many other threads at most. */
  readonly most: number
  /** How long another takes to start, in milliseconds. */
  readonly startMs: number
  start(): AnsweringThread
}

/** A thread has the next lines before it has answered the last, so that it need not wait for this one. */
const AHEAD = 2
/** For each thread so many answers wait at most until the one before them is there. */
const WAITING = 4

/**
 * Answers in this thread alone at first. Another is started where all are busy, and have answered together for as long
 * as its start takes: so starts take half of the time at most, and a short batch has none.
 */
export function openAnswerers({ own, most, startMs, start }: AnswerersOptions): Answerers {
  const threads: AnsweringThread[] = []
  const free: Answer[] = [own]
  const busy = new Set<Promise<unknown>>()
  let startableAt = performance.now() + startMs
  let isStarting = false
  const follow = (work: Promise<unknown>, done: () => void) => {
    busy.add(work)
    const settled = () => {
      busy.delete(work)
      done()
    }
    work.then(settled, settled)
  }
  const grow = () => {
    if (isStarting || threads.length >= most || performance.now() < startableAt) return
    isStarting = true
    const thread = start()
    threads.push(thread)
    follow(thread.ready, () => {
      isStarting = false
      startableAt = performance.now() + startMs / (1 + threads.length)
      for (let n = 0; n < AHEAD; n++) free.push(thread.answer)
    })
  }
  const nextFree = async (): Promise<Answer> => {
    while (free.length === 0) {
      grow()
      await Promise.race(busy)
    }
    return free.shift()!
  }
  const ask = (answer: Answer, lines: readonly string[]): Promise<Answers> => {
    const answers = answer(lines)
    follow(answers, () => free.push(answer))
    return answers
  }
  return {
    async *answerAll(some) {
      const waiting: Promise<Answers>[] = []
      try {
        for await (const lines of some) {
          waiting.push(ask(await nextFree(), lines))
          if (waiting.length > WAITING * (1 + threads.length)) yield await waiting.shift()!
        }
        while (waiting.length > 0) yield await waiting.shift()!
      } finally {
        await Promise.allSettled(waiting)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map(thread => thread.close()))
    },
  }
}
