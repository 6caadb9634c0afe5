import { hashOf } from './puts/put-index.ts'

/** Ids share a place by their hashes: 512 kB. */
const PLACES = 1 << 16

/**
 * How often anything was written that may have changed a record or the events of an id. So a reader who finds the same
 * number again need not read. In memory, of the thread that answers requests: it hears of every write before that is
 * acknowledged, or in `Store.catchUp`.
 */
export interface Marks {
  /** A number that no earlier state had: as of `Store.mark`. */
  of(dataset: number, id: string): number
  /** To be called when a write of the id has ended, also where it failed. */
  note(dataset: number, id: string): void
  /** The same of a write that may have changed anything. */
  noteAll(): void
}

/** Nothing was written yet. */
export function openMarks(): Marks {
  // The numbers of places and of all grow alone, so a sum that is the same has the same parts.
  const places = new Float64Array(PLACES)
  let all = 0
  const placeOf = (dataset: number, id: string) => hashOf(dataset, id) & (PLACES - 1)
  return {
    of: (dataset, id) => all + places[placeOf(dataset, id)]!,
    note(dataset, id) {
      places[placeOf(dataset, id)]!++
    },
    noteAll() {
      all++
    },
  }
}
