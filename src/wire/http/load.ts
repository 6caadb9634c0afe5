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

/** Admits a share of the requests that depends on how late the thread is. */
export interface LagShedder {
  /** @param lateMs how late the thread took this sample */
  sample(lateMs: number): void
  /** Whether to admit the next request. */
  admits(): boolean
}

/** Clients wait for a few seconds at most. A thread that is less late than this is busy, not overloaded. */
const LATE_MS = 1000

/** One long task, such as reading a big file, is no overload: the requests that waited for it are soon answered. */
const LATE_IN_A_ROW = 3

const LEAST = 1 / 64
const MORE_EACH_TIME = 1 / 64

/** Halves the share at each late sample and raises it a little at each punctual one, like TCP's congestion control. */
export function openLagShedder(): LagShedder {
  let part = 1
  let lateInARow = 0
  let credit = 0
  return {
    sample(lateMs) {
      lateInARow = lateMs > LATE_MS ? lateInARow + 1 : 0
      if (lateInARow === 0) part = Math.min(1, part + MORE_EACH_TIME)
      else if (lateInARow >= LATE_IN_A_ROW || part < 1) part = Math.max(LEAST, part / 2)
    },
    admits() {
      if (part === 1) return true
      credit += part
      if (credit < 1) return false
      credit -= 1
      return true
    },
  }
}
