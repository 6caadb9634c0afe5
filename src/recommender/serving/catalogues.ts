import type { Dataset } from '../../datasets/of-group.ts'
import type { Change, Store } from '../../store/store.ts'
import { type Catalogue, NO_CATALOGUE, openCatalogue } from './catalogue.ts'

/** The catalogues of all datasets that were asked for. */
export interface Catalogues {
  of(source: Dataset | undefined): Promise<Catalogue>
  /** To be called with every change in the store. */
  follow(change: Change): void
  /**
   * Reads the catalogue of a dataset anew. The old one is returned until the new one is adopted, and follows Put calls
   * as well. Undefined where nobody has asked for it.
   */
  renew(dataset: number): Promise<Renewal | undefined>
  has(dataset: number): boolean
  /** Those whose catalogues are kept. */
  datasets(): readonly number[]
  /** How many items or actions each of them has, of those that have been read. */
  sizes(): readonly number[]
  /** Has it read anew when it is asked for. */
  forget(dataset: number): void
  /** Lets go of all but those of these datasets. */
  keepOnly(datasets: readonly number[]): void
}

interface Renewal {
  readonly old: Catalogue
  readonly catalogue: Catalogue
  adopt(): void
}

/** The catalogues of a store. They follow Put calls and imports. */
export function openCatalogues(store: Store): Catalogues {
  const known = new Map<number, Following>()
  const coming = new Map<number, Following>()
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
      if (change.kind !== 'records') return
      for (const following of [known, coming]) following.get(change.dataset)?.put(change.rows)
    },
    async renew(dataset) {
      const there = known.get(dataset)
      if (!there) return undefined
      const old = await there.catalogue
      const following = open(store, there.source)
      coming.set(dataset, following)
      const catalogue = await following.catalogue
      const adopt = () => {
        coming.delete(dataset)
        // Otherwise its schema has changed meanwhile.
        if (known.get(dataset) === there) known.set(dataset, following)
      }
      return { old, catalogue, adopt }
    },
    has: dataset => known.has(dataset) || coming.has(dataset),
    datasets: () => [...known.keys()],
    sizes: () => [...known.values()].map(({ size }) => size()),
    forget(dataset) {
      known.delete(dataset)
      coming.delete(dataset)
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
  readonly source: Dataset
  readonly catalogue: Promise<Catalogue>
  size(): number
}

/** Records put while a catalogue is read wait until it has been. */
function open(store: Store, source: Dataset): Following {
  const waiting: Parameters<Catalogue['put']>[0][] = []
  let open: Catalogue | undefined
  const catalogue = openCatalogue(store, source).then(opened => {
    for (const records of waiting) opened.put(records)
    open = opened
    return opened
  })
  return {
    source,
    catalogue,
    put: records => void (open ? open.put(records) : waiting.push(records)),
    size: () => open?.size ?? 0,
  }
}
