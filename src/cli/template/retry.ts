import { setTimeout } from 'node:timers/promises'
import { ApiError, openApi } from '../client.ts'
import type { CallByName } from './there.ts'

/** Errors that a later try mends: the server is busy. Nothing was done then. */
const BUSY = ['ThrottlingException', 'TooManyRequestsException', 'ServiceUnavailable', 'ServiceUnavailableException']
const TRIES = 8
const FIRST_WAIT_MS = 250

/** AWS's limit of jobs at a time, which passes as jobs end: `More than 5 resources with PENDING or …`. */
const JOBS_AT_A_TIME = /PENDING or IN_PROGRESS/
const JOB_WAIT_MS = 5_000

/** Returns a caller that tries again while the server is busy, and while it runs as many jobs as it may. */
export function retrying(call: CallByName, wait: (ms: number) => Promise<unknown> = setTimeout): CallByName {
  return async (name, input) => {
    for (let failed = 0; ; ) {
      try {
        return await call(name, input)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        const isFull = error.code === 'LimitExceededException' && JOBS_AT_A_TIME.test(error.message)
        if (!isFull && (!BUSY.includes(error.code) || ++failed === TRIES)) throw error
        await wait(isFull ? JOB_WAIT_MS : FIRST_WAIT_MS * 2 ** failed)
      }
    }
  }
}

/** Returns a client of the server that calls any operation by its name, and tries again while the server is busy. */
export function openCalls(endpoint: string): CallByName {
  return retrying(openApi(endpoint) as unknown as CallByName)
}
