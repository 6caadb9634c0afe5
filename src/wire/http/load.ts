/** What there was too much of when a request was told to slow down. */
export type Excess = 'requests' | 'lag'

/** How much a server does at the moment, and whether that is enough. */
export interface Load extends Disposable {
  /** What there is too much of for one more request; undefined where it is welcome. */
  excess(): Excess | undefined
  /** Whether as many requests are being answered as may be at a time. */
  isFull(): boolean
  readonly inFlight: number
  begin(): void
  end(): void
}

const SAMPLE_MS = 100

/**
 * Requests that wait for the store or a model are counted; those that nothing but the processor holds up wait in their
 * connections, uncounted, and what tells of them is that the thread is late. Where 1024 of them are there at once, node
 * reads connections 48 times before it looks at its clock again, 20 s and more: then it is a request that notices.
 * @param maxRequests that are answered at a time
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

/** What part of the requests is let through, by how late the thread is. */
export interface LagShedder {
  /** @param lateMs how much later than it should the thread came to this */
  sample(lateMs: number): void
  /** Whether the next request is one of those let through. */
  admits(): boolean
}

/** Clients wait for seconds at most; to be late by less than this is busy, not overloaded. */
const LATE_MS = 1000

/** One long task, such as reading a big file, is no overload: what waited for it is soon answered. */
const LATE_IN_A_ROW = 3

const LEAST = 1 / 64
const MORE_EACH_TIME = 1 / 64

/** Half as many while it is late, a little more each time that it is not, as TCP finds out what a line takes. */
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
