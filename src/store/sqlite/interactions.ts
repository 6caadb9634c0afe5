import { setImmediate } from 'node:timers/promises'
import type { Listeners } from '../listeners.ts'
import type { FoundInteraction } from '../rows.ts'
import type { InteractionStore } from '../store.ts'
import type { Reading } from './reading.ts'
import { countInteractions, countRepeated, interactionReads, scanInteractions } from './tables/interactions.ts'
import type { WriterClient } from './writer-client.ts'

/** Interactions and action interactions: read in this thread, written by the writer. */
export function openInteractions(
  reading: Reading,
  writer: WriterClient,
  { tell }: Pick<Listeners, 'tell'>,
): InteractionStore {
  return {
    ...reading.reads(interactionReads),
    async put(dataset, interactions) {
      const { seqs, repeats } = await writer.write('putInteractions', { dataset, interactions })
      const stored = interactions.map((row, i): FoundInteraction => {
        return { ...row, ingestion: 'PUT', seq: seqs[i]!, repeated: repeats.includes(i) }
      })
      tell({ dataset, kind: 'interactions', rows: stored.filter(({ seq }) => seq > 0) })
    },
    scan: (dataset, ingestion) => reading.snapshot(db => scanInteractions(db, dataset, ingestion)),
    count: (dataset, ingestion) => sum(reading.snapshot(db => countInteractions(db, dataset, ingestion))),
    repeated: dataset => sum(reading.snapshot(db => countRepeated(db, dataset))),
    deleteUsers: (dataset, userIds, before) => writer.write('deleteUsersInteractions', { dataset, userIds, before }),
  }
}

/** Added up between two looks at the event loop, so that requests are answered meanwhile: some 2 ms. */
const SLICE = 1000

async function sum(counts: AsyncIterable<number>): Promise<number> {
  let total = 0
  let added = 0
  for await (const count of counts) {
    total += count
    if (++added % SLICE === 0) await setImmediate()
  }
  return total
}
