/** The message to a client whose request is refused, as there are too many. */
export const SLOW_DOWN = 'The server has more requests than it can answer: try again'

/** Admits a share of the requests that depends on how late they are. */
interface LagShedder {
  /** To be called every 100 ms. @param lateMs how late the thread took this sample, or how long requests wait */
  sample(lateMs: number): void
  /** Whether to admit the next request. */
  admits(): boolean
}

/** Clients wait for a few seconds at most. A thread that is less late than this is busy, not overloaded. */
export const LATE_MS = 1000

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
