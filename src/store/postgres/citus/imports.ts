import type { Database } from '../database.ts'
import { type ImportWrites, importWrites } from '../tables/imports.ts'
import type { UnderWay } from './under-way.ts'

/** The writes of imports into tables that are spread over nodes. They go to the coordinator. */
export function spreadImportWrites(coordinator: Database, underWay: UnderWay): ImportWrites {
  const writes = importWrites(coordinator, { tells: false })
  return {
    publish: (dataset, generation) => underWay.all(dataset, () => writes.publish(dataset, generation)),
    merge: (dataset, generation) => underWay.all(dataset, () => writes.merge(dataset, generation), false),
    discard: writes.discard,
  }
}
