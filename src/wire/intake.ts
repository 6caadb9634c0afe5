import { ThrottlingException } from '../contract/errors.ts'
import type { Bodies } from './bodies.ts'
import { type Request, refusal } from './handle.ts'
import type { Excess, Load } from './load.ts'
import type { Reply } from './reply.ts'
import { togetherAtTheEnd } from './together.ts'

export interface IntakeOptions {
  /** Answers a request that arrived whole; never rejects. */
  readonly handle: (request: Request) => Promise<Reply>
  /** Counts requests, and says when they are too many: then they are told to slow down. */
  readonly load?: Load
  /** Whether a request is answered however many there are. */
  readonly isAlwaysAnswered?: (method: string, url: string) => boolean
  /** Is told of each that was told to slow down: what there was too much of. */
  readonly onShed?: (reason: string) => void
}

/** What requests go through, whoever read them: node's HTTP or `readPlainRequest`. */
export interface Intake {
  /** What there is too much of for this request; undefined where it is welcome. */
  excess(method: string, url: string): Excess | undefined
  /** Whether as many are being answered as may be at a time: more may have begun while its body came. */
  isFull(method: string, url: string): boolean
  /** The reply to one that there is too much for. */
  slowDown(url: string, reason: string): Reply
  /** Answers a request whose body is held, by `done`, and then lets go of it; by `done` with nothing if that failed. */
  answer(request: Request, done: (reply?: Reply) => void): void
}

const SLOW_DOWN = 'The server has more requests than it can answer: try again'

export function openIntake({ handle, load, isAlwaysAnswered, onShed }: IntakeOptions, bodies: Bodies): Intake {
  const atTheEnd = togetherAtTheEnd()
  const loadOf = (method: string, url: string) => (isAlwaysAnswered?.(method, url) ? undefined : load)
  return {
    excess: (method, url) => loadOf(method, url)?.excess(),
    isFull: (method, url) => loadOf(method, url)?.isFull() ?? false,
    slowDown(url, reason) {
      onShed?.(reason)
      return refusal(url, new ThrottlingException(SLOW_DOWN))
    },
    answer(request, done) {
      const counting = loadOf(request.method, request.url)
      counting?.begin()
      const end = (reply?: Reply) => {
        counting?.end()
        bodies.release(request.body)
        done(reply)
      }
      atTheEnd(() => handle(request).then(end, () => end()))
    },
  }
}
