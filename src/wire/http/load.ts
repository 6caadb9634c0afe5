import { LATE_MS, openLagShedder } from '../../lag-shedder.ts'

/** Why a request is told to slow down: too many requests, or a thread that is late. */
export type Excess = 'requests' | 'lag'

/** The current load of the server. */
export interface Load extends Disposable {
  /** Why one more request must be refused. Undefined where it is welcome. */
  excess(): Excess | undefined
  /** Whether the server is answering its maximum of requests. */
  isFull(): boolean
  readonly inFlight: number
  begin(): void
  end(): void
}

const SAMPLE_MS = 100

/**
 * Measures the load by the requests being answered and by the delay of the thread. The count misses requests that wait
 * for the processor: they are still unread in their connections, and only the delay shows them. With 1024 of them, node
 * reads connections 48 times before it checks its clock, which takes 20 s or more. So `excess` measures the delay too.
 * @param maxRequests the most that are answered at a time
 * @param clock in milliseconds
 */
export function openLoad(maxRequests: number, clock: () => number = () => performance.now()): Load {
  const shedder = openLagShedder()
  let sampledAt = clock()
  const sample = (now: number) => {
    shedder.sample(now - sampledAt - SAMPLE_MS)
    sampledAt = now
  }
  const sampling = setInterval(() => sample(clock()), SAMPLE_MS).unref()
  let inFlight = 0
  return {
    excess() {
      if (inFlight >= maxRequests) return 'requests'
      const now = clock()
      if (now > sampledAt + SAMPLE_MS + LATE_MS) sample(now)
      return shedder.admits() ? undefined : 'lag'
    },
    isFull: () => inFlight >= maxRequests,
    get inFlight() {
      return inFlight
    },
    begin() {
      inFlight++
    },
    end() {
      inFlight--
    },
    [Symbol.dispose]: () => clearInterval(sampling),
  }
}
