/** The target of the load: the store today, a server tomorrow. Each call resolves when it is acknowledged. */
export interface Target {
  putUsers(users: readonly Row[]): Promise<void>
  putItems(items: readonly Row[]): Promise<void>
  putEvents(events: readonly Event[]): Promise<void>
  /** Replaces all users imported before, at once. */
  importUsers(users: readonly Row[]): Promise<void>
}

/** A user or an item. */
export interface Row {
  readonly id: string
  /** The call that wrote it. */
  readonly call: number
}

export interface Event {
  /** The call that wrote it. */
  readonly call: number
  readonly itemId: string
}

/** Calls are numbered. The number determines the caller, and the caller the kind of call. */
export type Kind = 'new users' | 'users again' | 'events' | 'items again' | 'import'

export const ROWS_PER_CALL = 5
export const ROWS_PER_IMPORT = 1500
const KINDS = ['new users', 'users again', 'events', 'items again'] as const
const IMPORTER = 48
const CALLERS = IMPORTER + 1
/** More calls than a caller makes in a round. */
const CALLS_PER_ROUND = CALLERS * 1_000_000

export const callerOf = (call: number): number => call % CALLERS

export function kindOf(call: number): Kind {
  const caller = callerOf(call)
  return caller === IMPORTER ? 'import' : KINDS[caller % KINDS.length]!
}

/** Calls without end from all callers at the same time. `acknowledge` is told the number of each call that is done. */
export async function putLoad(target: Target, round: number, acknowledge: (call: number) => void): Promise<never> {
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let call = round * CALLS_PER_ROUND + caller; ; call += CALLERS) {
      await CALLS[kindOf(call)](target, call)
      acknowledge(call)
    }
  })
  return Promise.race(callers)
}

/**
 * The same without imports, where calls may fail: their callers go on with the next. Resolves when `isOver` and each
 * call has its answer.
 */
export async function putLoadThrough(
  target: Target,
  round: number,
  isOver: () => boolean,
  told: { acknowledge(call: number): void; fail(error: Error): void },
): Promise<void> {
  const callers = Array.from({ length: IMPORTER }, async (_, caller) => {
    for (let call = round * CALLS_PER_ROUND + caller; !isOver(); call += CALLERS) {
      await CALLS[kindOf(call)](target, call).then(() => told.acknowledge(call), told.fail)
    }
  })
  await Promise.all(callers)
}

const CALLS: Record<Kind, (target: Target, call: number) => Promise<void>> = {
  'new users': (target, call) => target.putUsers(rowsOf(`new-${call}`, call, ROWS_PER_CALL)),
  'users again': (target, call) => target.putUsers(rowsOf(`again-${callerOf(call)}`, call, ROWS_PER_CALL)),
  'items again': (target, call) => target.putItems(rowsOf(`again-${callerOf(call)}`, call, ROWS_PER_CALL)),
  events: (target, call) => target.putEvents(numbers(ROWS_PER_CALL).map(n => ({ call, itemId: `${n}` }))),
  import: (target, call) => target.importUsers(rowsOf('imported', call, ROWS_PER_IMPORT)),
}

const numbers = (count: number): readonly number[] => [...Array(count).keys()]

const rowsOf = (prefix: string, call: number, count: number): readonly Row[] =>
  numbers(count).map(n => ({ id: `${prefix}-${n}`, call }))
