/** What load is put on: the store today, a server tomorrow. Each call resolves when it is acknowledged. */
export interface Target {
  putUsers(users: readonly User[]): Promise<void>
  putEvents(events: readonly Event[]): Promise<void>
  /** Replaces all users imported before, at once. */
  importUsers(users: readonly User[]): Promise<void>
}

export interface User {
  readonly id: string
  /** The call that wrote it. */
  readonly call: number
}

export interface Event {
  /** The call that wrote it. */
  readonly call: number
  readonly itemId: string
}

/** Calls are numbered; what a call does follows from who makes it, and that from its number. */
export type Kind = 'new users' | 'users again' | 'events' | 'import'

export const ROWS_PER_CALL = 5
export const ROWS_PER_IMPORT = 1500
const IMPORTER = 48
const CALLERS = IMPORTER + 1
/** More calls than a caller makes in a round. */
const CALLS_PER_ROUND = CALLERS * 1_000_000

export const callerOf = (call: number): number => call % CALLERS

export function kindOf(call: number): Kind {
  const caller = callerOf(call)
  return caller === IMPORTER ? 'import' : (['new users', 'users again', 'events'] as const)[caller % 3]!
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

const CALLS: Record<Kind, (target: Target, call: number) => Promise<void>> = {
  'new users': (target, call) => target.putUsers(usersOf(`new-${call}`, call, ROWS_PER_CALL)),
  'users again': (target, call) => target.putUsers(usersOf(`again-${callerOf(call)}`, call, ROWS_PER_CALL)),
  events: (target, call) => target.putEvents(rows(ROWS_PER_CALL).map(n => ({ call, itemId: `${n}` }))),
  import: (target, call) => target.importUsers(usersOf('imported', call, ROWS_PER_IMPORT)),
}

const rows = (count: number): readonly number[] => [...Array(count).keys()]

const usersOf = (prefix: string, call: number, count: number): readonly User[] =>
  rows(count).map(n => ({ id: `${prefix}-${n}`, call }))
