import { stoppedAt } from '../../config/environment.ts'

/**
 * The moment, in milliseconds since 1970, at which recommendations are judged: the age of events, expired items, the
 * day of exploration. Tests stop it by `PERSONALITE_NOW`, a time such as 2026-11-23T12:00:00Z, also for the jobs of the
 * server. Signatures, logs and stored rows have the time of the machine.
 * @throws RangeError where the variable is no time
 */
export function now(): number {
  return stoppedAt() ?? Date.now()
}
