import type { Socket } from 'node:net'
import { ThrottlingException } from '../../contract/errors.ts'
import { SLOW_DOWN } from '../../lag-shedder.ts'
import type { Received } from '../aws/by-path.ts'
import { refusal } from '../aws/personalize.ts'
import type { Reply } from '../aws/reply.ts'
import type { BodyHandler, Head } from '../aws/request.ts'
import type { Bodies } from './bodies.ts'
import type { Connections } from './connections.ts'
import type { Excess, Load } from './load.ts'
import { togetherAtTheEnd } from './turn-batch.ts'

export interface AdmissionOptions {
  /** Checks the head of a request. A request that it answers from the head alone is answered under any load. */
  readonly receive: (head: Head) => Received
  /** Counts requests and decides when there are too many. Clients are then told to slow down. */
  readonly load?: Load
  /** Called with the reason for each request that was told to slow down, and for each connection closed. */
  readonly onShed?: (reason: string) => void
}

/** All requests pass through here, whether node's HTTP or `readPlainRequest` has read them. */
export interface Admission {
  receive(head: Head): Received
  /** Why one more request must be refused. Undefined where it is welcome. */
  excess(): Excess | undefined
  /** Whether the server is answering its maximum of requests. More may have begun while a body arrived. */
  isFull(): boolean
  /** The reply that tells a client to slow down. */
  slowDown(url: string, reason: string): Reply
  /**
   * Answers a request whose body is held, and then releases the body. Calls `done` with the reply, or with nothing if
   * that failed.
   */
  answer(answer: BodyHandler, body: Buffer, socket: Socket, done: (reply?: Reply) => void): void
}

/** Answers the requests of one turn of the event loop together, and counts those that are being answered. */
export function openAdmission(
  { receive, load, onShed }: AdmissionOptions,
  { bodies, connections }: { readonly bodies: Bodies; readonly connections: Connections },
): Admission {
  const atTheEnd = togetherAtTheEnd()
  return {
    receive,
    excess: load?.excess ?? (() => undefined),
    isFull: load?.isFull ?? (() => false),
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
