import type { Socket } from 'node:net'
import { ThrottlingException } from '../../contract/errors.ts'
import type { Received } from '../aws/by-path.ts'
import { type BodyHandler, type Head, refusal } from '../aws/handle.ts'
import type { Reply } from '../aws/reply.ts'
import type { Bodies } from './bodies.ts'
import type { Connections } from './connections.ts'
import type { Excess, Load } from './load.ts'
import { togetherAtTheEnd } from './turn-batch.ts'

export interface AdmissionOptions {
  /** Looks at the head of a request. What it answers by the head alone is answered however many requests there are. */
  readonly receive: (head: Head) => Received
  /** Counts requests, and says when they are too many: then they are told to slow down. */
  readonly load?: Load
  /** Is told of each that was told to slow down, and of each connection closed: what there was too much of. */
  readonly onShed?: (reason: string) => void
}

/** What requests go through, whoever read them: node's HTTP or `readPlainRequest`. */
export interface Admission {
  receive(head: Head): Received
  /** What there is too much of for one more request; undefined where it is welcome. */
  excess(): Excess | undefined
  /** Whether as many are being answered as may be at a time: more may have begun while a body came. */
  isFull(): boolean
  /** The reply to one that there is too much for. */
  slowDown(url: string, reason: string): Reply
  /** Answers a request whose body is held, by `done`, and then lets go of it; by `done` with nothing if that failed. */
  answer(answer: BodyHandler, body: Buffer, socket: Socket, done: (reply?: Reply) => void): void
}

const SLOW_DOWN = 'The server has more requests than it can answer: try again'

/** Where requests come in: it answers those of a turn of the event loop together, and turns away what is too much. */
export function openAdmission(
  { receive, load, onShed }: AdmissionOptions,
  { bodies, connections }: { readonly bodies: Bodies; readonly connections: Connections },
): Admission {
  const atTheEnd = togetherAtTheEnd()
  return {
    receive,
    excess: () => load?.excess(),
    isFull: () => load?.isFull() ?? false,
    slowDown(url, reason) {
      onShed?.(reason)
      return refusal(url, new ThrottlingException(SLOW_DOWN))
    },
    answer(answer, body, socket, done) {
      load?.begin()
      connections.begin(socket)
      const end = (reply?: Reply) => {
        load?.end()
        bodies.release(body)
        connections.end(socket, reply !== undefined && reply.status < 400)
        done(reply)
      }
      atTheEnd(() => answer(body).then(end, () => end()))
    },
  }
}
