import type { Api } from '../../session/api.ts'
import { useRead } from '../../shared/queries.ts'
import { type Reading, withReading } from './readings.ts'

/** The server is asked so often, in milliseconds, while the tab is looked at. */
export const EVERY_MS = 2_000
/** So long are readings kept. */
const KEPT_MS = 10 * 60_000

/** By the session, so that the history is still there when the person comes back to the page. */
const histories = new WeakMap<Api, readonly Reading[]>()

/** Reads the counters of the server again and again; returns all readings of the last minutes, the oldest first. */
export function useReadings(isLive: boolean, isAllowed: boolean) {
  return useRead(
    ['requests'],
    async (api, signal) => {
      const next = await api.inspect<Reading>('requests', { signal })
      const history = withReading(histories.get(api) ?? [], next, KEPT_MS)
      histories.set(api, history)
      return history
    },
    { every: isLive && EVERY_MS, enabled: isAllowed },
  )
}
