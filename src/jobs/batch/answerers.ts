import type { Answers } from './answered.ts'

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
interface Answerers extends AsyncDisposable {
  /**
   * Answers lines that come this many at a time; several of these are under way, and their answers are in order.
   * @param left about how many lines are not answered yet, be they of these or to come afterwards
   */
  answerAll(some: AsyncIterable<readonly string[]>, left: () => number): AsyncGenerator<Answers>
}

interface AnswerersOptions {
  /** Of this thread. */
  readonly own: Answer
  /** This many other threads at most. */
  readonly most: number
  /** How long another takes to start, in milliseconds. */
  readonly startMs: number
  start(): AnsweringThread
}

/** A thread has the next lines before it has answered the last, so that it need not wait for this one. */
const AHEAD = 2
/** For each thread this many answers wait at most until the one before them is there. */
const WAITING = 4
/** The time that another thread saves is this many times that of its start, at least. */
const WORTH = 4

/**
 * Answers in this thread alone at first. Another is started where all are busy, and enough is left that it is worth it.
 * They must have answered together for as long as its start takes, so that starts take half of the time at most.
 */
export function openAnswerers({ own, most, startMs, start }: AnswerersOptions): Answerers {
  const threads: AnsweringThread[] = []
  const free: Answer[] = [own]
  const busy = new Set<Promise<unknown>>()
  let startableAt = performance.now() + startMs
  let isStarting = false
  const pace = openPace()
  /** Whether there is so much left that another thread saves more time than it costs. */
  const isWorthIt = (left: number) => pace.msFor(left) - startMs >= WORTH * startMs * (2 + threads.length)
  const follow = (work: Promise<unknown>, done: () => void) => {
    busy.add(work)
    const settled = () => {
      busy.delete(work)
      done()
    }
    work.then(settled, settled)
  }
  const grow = (left: () => number) => {
    if (isStarting || threads.length >= most || performance.now() < startableAt || !isWorthIt(left())) return
    isStarting = true
    const thread = start()
    threads.push(thread)
    follow(thread.ready, () => {
      isStarting = false
      startableAt = performance.now() + startMs / (1 + threads.length)
      pace.begin()
      for (let n = 0; n < AHEAD; n++) free.push(thread.answer)
    })
  }
  const nextFree = async (left: () => number): Promise<Answer> => {
    while (free.length === 0) {
      grow(left)
      await Promise.race(busy)
    }
    return free.shift()!
  }
  const ask = (answer: Answer, lines: readonly string[]): Promise<Answers> => {
    const answers = answer(lines)
    follow(answers, () => {
      pace.answered(lines.length)
      free.push(answer)
    })
    return answers
  }
  return {
    async *answerAll(some, left) {
      const waiting: Promise<Answers>[] = []
      try {
        for await (const lines of some) {
          waiting.push(ask(await nextFree(left), lines))
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

/** How many lines are answered in how long, from its opening on, or from when it was last begun. */
function openPace() {
  let [lines, from] = [0, performance.now()]
  return {
    begin() {
      lines = 0
      from = performance.now()
    },
    answered(count: number) {
      lines += count
    },
    /** How long this many lines take, in milliseconds. */
    msFor: (left: number) => (left * (performance.now() - from)) / Math.max(1, lines),
  }
}
