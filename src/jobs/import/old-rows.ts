import type { Dataset } from '../../datasets/of-group.ts'
import { ageLimitOf, type Kept, keptBy } from '../../retention/kept.ts'
import type { JobContext } from '../context.ts'
import type { StagingStore } from './staging.ts'

/** Counts the interactions that are staged in it and are older than their dataset group keeps them. */
interface OldRows {
  readonly imports: StagingStore
  readonly count: number
}

/** Opens such a count. @param before counts those with an earlier timestamp; none where it is undefined */
export function openOldRows(imports: StagingStore, before: number | undefined): OldRows {
  if (before === undefined) return { imports, count: 0 }
  let count = 0
  const { stageInteractions } = imports
  return {
    imports: {
      ...imports,
      stageInteractions(dataset, generation, rows, ...more) {
        for (const { timestampMs } of rows) if (timestampMs < before) count++
        return stageInteractions(dataset, generation, rows, ...more)
      },
    },
    get count() {
      return count
    },
  }
}

/** For how long the dataset group of an import keeps interactions, and the time before which they are too old. */
interface AgeOfRows {
  readonly kept: Kept
  readonly before: number | undefined
}

/** Returns the age at which the rows of an import are too old, as it is at its beginning. */
export async function ageOfRows(
  { store, keepEvents }: Pick<JobContext, 'store' | 'keepEvents'>,
  { datasetGroupArn }: Dataset,
): Promise<AgeOfRows> {
  const group = await store.resources.get(datasetGroupArn)
  const kept = keptBy(group ?? { document: {} }, keepEvents)
  const age = ageLimitOf(kept)
  return { kept, before: age === undefined ? undefined : store.clock.now() - age }
}

/** A note on rows that will not stay; none where there are no such. */
export function oldRowsNotes({ kept: { keepEvents } }: AgeOfRows, count: number): readonly string[] {
  if (count === 0) return []
  return [`${count} rows are older than the dataset group keeps interactions, ${keepEvents}: they are deleted soon`]
}
