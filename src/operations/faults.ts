import { setTimeout } from 'node:timers/promises'
import { InternalFailure, type ServiceException, ServiceUnavailable, ThrottlingException } from '../contract/errors.ts'
import type { OperationName } from '../contract/shapes.ts'
import type { Invoke } from './invoke.ts'

/** A fault that a test orders, so that a client has something to retry. */
export interface Fault {
  /** Left out: of all operations. */
  readonly operation?: OperationName | undefined
  /** Left out: the request is only late. */
  readonly error?: FaultName | undefined
  readonly latencyMs: number
  /** Which part of the requests meets it, evenly spread: of 0.25 it is every fourth. */
  readonly rate: number
  /** How many requests meet it; Infinity for all. */
  readonly count: number
}

export type FaultName = keyof typeof ERRORS

const ERRORS = {
  ThrottlingException: () => new ThrottlingException('Rate exceeded, as ordered by /inspect/faults'),
  InternalFailure: () => new InternalFailure('The server failed, as ordered by /inspect/faults'),
  ServiceUnavailable: () => new ServiceUnavailable('The service is unavailable, as ordered by /inspect/faults'),
}

/** The errors that can be ordered. */
export const FAULT_NAMES = Object.keys(ERRORS) as readonly FaultName[]

/** The faults of one server process. */
export interface Faults {
  /** They take the place of all before. */
  set(faults: readonly Fault[]): void
  /** With the number of requests that have met each. */
  all(): readonly (Fault & { readonly met: number })[]
}

/** A fault with the requests that it could have met, and those that it has. */
interface Counted {
  readonly fault: Fault
  asked: number
  met: number
}

/** No faults yet. @returns them, and a function that runs operations with them */
export function openFaults(invoke: Invoke): { readonly faults: Faults; readonly invoke: Invoke } {
  let counted: readonly Counted[] = []
  return {
    faults: {
      set(faults) {
        counted = faults.map(fault => ({ fault, asked: 0, met: 0 }))
      },
      all: () => counted.map(({ fault, met }) => ({ ...fault, met })),
    },
    async invoke(name, input, permit) {
      for (const fault of counted.filter(one => meets(one, name))) await carryOut(fault.fault)
      return invoke(name, input, permit)
    },
  }
}

/** Counts the request, and says whether it meets the fault. */
function meets(counted: Counted, name: OperationName): boolean {
  const { operation, rate, count } = counted.fault
  if (operation !== undefined && operation !== name) return false
  const [before, now] = [counted.asked * rate, ++counted.asked * rate]
  if (counted.met >= count || Math.floor(now) === Math.floor(before)) return false
  counted.met++
  return true
}

async function carryOut({ error, latencyMs }: Fault): Promise<void> {
  if (latencyMs > 0) await setTimeout(latencyMs)
  if (error === undefined) return
  const exception: ServiceException = ERRORS[error]()
  exception.isOrdered = true
  throw exception
}
