/**
 * The time that a server goes by: in its replies, for ages, trends, schedules and expirations. It is the machine's,
 * until a test stops it at a moment. All threads of a server share it. Signatures, the log, and files of models have
 * the time of the machine in any case.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** The moment at which it stands; undefined while it goes with the machine. */
  readonly stoppedAt: number | undefined
  /** Stops it, in all threads. */
  stopAt(time: number): void
  /** Lets it go with the machine again. */
  release(): void
  /** With which another thread opens the same clock. */
  readonly shared: SharedArrayBuffer
}

/** Opens a clock, or one that another thread shares. */
export function openClock(shared = new SharedArrayBuffer(MEMBERS * 8)): Clock {
  const state = new Float64Array(shared)
  return {
    now: () => (state[IS_STOPPED] ? state[TIME]! : Date.now()),
    get stoppedAt() {
      return state[IS_STOPPED] ? state[TIME] : undefined
    },
    stopAt(time) {
      state[TIME] = time
      state[IS_STOPPED] = 1
    },
    release() {
      state[IS_STOPPED] = 0
    },
    shared,
  }
}

const TIME = 0
const IS_STOPPED = 1
const MEMBERS = 2
