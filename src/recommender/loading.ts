import type { Resource, Store } from '../store/store.ts'
import type { Catalogue } from './catalogue.ts'
import { keepOnly } from './catalogues.ts'
import { type Informed, informed } from './informed.ts'
import { openModel } from './models.ts'

/** What a model recommends from, and the Interactions dataset whose events it follows. */
export interface Ground {
  readonly catalogue: Catalogue
  readonly events: number | undefined
}

interface Entry extends Ground {
  readonly owner: Resource
  /** The trainings that it stands for: a recommender is trained more than once. */
  readonly trainings: readonly unknown[]
  readonly loaded: Promise<Informed>
  usedAt: number
}

/** The models in memory. */
export interface LoadedModels {
  /** The model of this training on this ground; loaded, in the place of another, where it is not there. */
  get(owner: Resource, ground: Ground): Promise<Informed>
  /**
   * As `get`, but another model of the owner answers until this one is loaded.
   * @param before the owner before this training, whose model it is to stand for as well
   */
  prepare(owner: Resource, ground: Ground, before?: Resource): Promise<void>
  /** Loads anew those that are used on a catalogue which takes the place of another; `adopt` is called when all are. */
  move(from: Catalogue, to: Catalogue, adopt: () => void): Promise<void>
  /** Says that so many events were put into a dataset, any where none is named. */
  missed(count: number, events?: number): void
  keepOnly(owners: readonly number[]): void
}

/** A model that nobody asked for so long makes room for one that is asked. */
const IDLE_MS = 10 * 60_000
const isIdle = ({ usedAt }: Entry) => usedAt < Date.now() - IDLE_MS

export function openLoadedModels(store: Store, dataDir: string): LoadedModels {
  const models = new Map<number, Entry>()
  /** What is being loaded to take the place of another model. */
  const coming = new Set<Entry>()

  const load = (owner: Resource, { catalogue, events }: Ground, before = owner): Entry => ({
    owner,
    trainings: [owner.document.trainedAt, before.document.trainedAt],
    catalogue,
    events,
    loaded: openModel(dataDir, owner, catalogue).then(model => informed(store, events, model)),
    usedAt: Date.now(),
  })
  const enter = (entry: Entry): Entry => {
    const { id } = entry.owner
    for (const [other, known] of models) if (isIdle(known)) models.delete(other)
    models.set(id, entry)
    entry.loaded.catch(() => models.get(id) === entry && models.delete(id))
    return entry
  }
  const find = (owner: Resource, { catalogue, events }: Ground): Entry | undefined => {
    const known = models.get(owner.id)
    const isSame = known?.trainings.includes(owner.document.trainedAt)
    return isSame && known!.catalogue === catalogue && known!.events === events ? known : undefined
  }
  const get = async (owner: Resource, ground: Ground) => {
    const entry = find(owner, ground) ?? enter(load(owner, ground))
    entry.usedAt = Date.now()
    return entry.loaded
  }
  /** Loads models beside those whose place they take, all at one moment. */
  const replace = async (entries: readonly Entry[], atThatMoment = () => {}) => {
    for (const entry of entries) coming.add(entry)
    try {
      await Promise.all(entries.map(async ({ loaded }) => (await loaded).upToDate()))
      atThatMoment()
      // What was deleted meanwhile stays so.
      for (const entry of entries) if (models.has(entry.owner.id)) models.set(entry.owner.id, entry)
    } finally {
      for (const entry of entries) coming.delete(entry)
    }
  }
  return {
    get,
    async prepare(owner, ground, before) {
      if (!models.has(owner.id) || find(owner, ground)) await (await get(owner, ground)).upToDate()
      else await replace([load(owner, ground, before)])
    },
    async move(from, to, adopt) {
      const used = [...models.values()].filter(entry => entry.catalogue === from && !isIdle(entry))
      const moved = used.map(({ owner, events, trainings, usedAt }) => {
        return { ...load(owner, { catalogue: to, events }), trainings, usedAt }
      })
      await replace(moved, adopt)
      for (const [id, { catalogue }] of models) if (catalogue === from) models.delete(id)
    },
    missed(count, dataset) {
      for (const { events, loaded } of [...models.values(), ...coming])
        if (dataset === undefined || events === dataset) loaded.then(model => model.missed(count)).catch(() => {})
    },
    keepOnly: owners => keepOnly(models, owners),
  }
}
