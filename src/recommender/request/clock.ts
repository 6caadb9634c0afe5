import type { Clock } from '../../clock.ts'
import { stoppedAt } from '../../config/environment.ts'

/**
 * The moment, in milliseconds since 1970, at which recommendations are judged: the age of events, expired items, the
 * day of exploration. It is that of the server's clock. `PERSONALITE_TEST_NOW`, a time such as 2026-11-23T12:00:00Z,
 * stops it for this project's own tests, also for the jobs of the server.
 * @throws RangeError where the variable is no time
 */
export function now(clock: Clock): number {
  return clock.stoppedAt ?? stoppedAt() ?? clock.now()
}
