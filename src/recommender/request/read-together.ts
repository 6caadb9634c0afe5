import { askTogether } from '../../engine/pool/together.ts'
import type { Store } from '../../store/store.ts'

/**
 * The same store, but records and histories that are asked for in one turn of the event loop are read together. In the
 * thread of a job that shares an embedded store, each read alone has a transaction. A read of a record even waits for
 * the writer twice.
 * @param most the most that are read at once
 */
export function readTogether({ records, interactions, ...store }: Store, most: number): Store {
  const record = perSource((dataset: number) =>
    askTogether(most, async (ids: readonly string[]) => {
      const found = new Map((await records.getMany(dataset, ids)).map(record => [record.id, record]))
      return ids.map(id => found.get(id))
    }),
  )
  const history = perSource((dataset: number, limit: number) =>
    askTogether(most, (userIds: readonly string[]) => interactions.histories(dataset, userIds, limit)),
  )
  return {
    ...store,
    records: { ...records, get: (dataset, id) => record(dataset)(id) },
    interactions: { ...interactions, history: (dataset, userId, limit) => history(dataset, limit)(userId) },
  }
}

/** Makes something once for each dataset, and for each limit of a read. */
function perSource<Source extends readonly number[], Made>(make: (...source: Source) => Made) {
  const made = new Map<string, Made>()
  return (...source: Source): Made => made.getOrInsertComputed(source.join(), () => make(...source))
}
