import type { Change, Store } from '../store/store.ts'
import { type Catalogue, NO_CATALOGUE, openCatalogue } from './catalogue.ts'
import type { SourceDataset } from './snapshot.ts'

/** The catalogues of all datasets that were asked for. */
export interface Catalogues {
  of(source: SourceDataset | undefined): Promise<Catalogue>
  /** To be told of every change in the store. */
  follow(change: Change): void
  /** Lets go of all but those of these datasets. */
  keepOnly(datasets: readonly number[]): void
}

export function openCatalogues(store: Store): Catalogues {
  const known = new Map<number, Following>()
  return {
    async of(source) {
      if (!source) return NO_CATALOGUE
      const there = known.get(source.id)
      if (there?.source === source) return there.catalogue
      const following = open(store, source)
      known.set(source.id, following)
      following.catalogue.catch(() => known.get(source.id) === following && known.delete(source.id))
      return following.catalogue
    },
    follow(change) {
      if (change.kind === 'records') known.get(change.dataset)?.put(change.rows)
      // A bulk import or a deletion: read anew when it is asked for.
      if (change.kind === 'all') known.delete(change.dataset)
    },
    keepOnly: datasets => keepOnly(known, datasets),
  }
}

/** Deletes the entries of all other keys. */
export function keepOnly<Key>(entries: Map<Key, unknown>, keys: readonly Key[]): void {
  const kept = new Set(keys)
  for (const key of entries.keys()) if (!kept.has(key)) entries.delete(key)
}

interface Following extends Pick<Catalogue, 'put'> {
  readonly source: SourceDataset
  readonly catalogue: Promise<Catalogue>
}

/** What is put while a catalogue is read waits until it has been. */
function open(store: Store, source: SourceDataset): Following {
  const waiting: Parameters<Catalogue['put']>[0][] = []
  let open: Catalogue | undefined
  const catalogue = openCatalogue(store, source).then(opened => {
    for (const records of waiting) opened.put(records)
    open = opened
    return opened
  })
  return { source, catalogue, put: records => void (open ? open.put(records) : waiting.push(records)) }
}
