import type { FoundInteraction } from '../../store/rows.ts'
import type { Resource, Store } from '../../store/store.ts'
import type { Artifacts } from '../model-files/artifacts.ts'
import type { Catalogue } from './catalogue.ts'
import { keepOnly } from './catalogues.ts'
import { type LiveModel, openLiveModel } from './live-model.ts'
import { openModel } from './open-model.ts'

/** The catalogue that a model recommends from, and the Interactions dataset whose events it follows. */
export interface Ground {
  readonly catalogue: Catalogue
  readonly events: number | undefined
}

interface Entry extends Ground {
  readonly owner: Resource
  /** The trainings that it stands for: a recommender is trained more than once. */
  readonly trainings: readonly unknown[]
  readonly loaded: Promise<LiveModel>
  isLoaded: boolean
  usedAt: number
}

/**
 * The models in memory. To let go of a model, its entry is forgotten. Requests that have it hold on to it, and with the
 * last of them it is garbage.
 */
export interface LoadedModels {
  /**
   * The model of this training on this ground; loaded, in the place of another, where it is not there. Where the model
   * of an earlier training is in memory it is that one, and the newer takes its place when it is loaded.
   */
  get(owner: Resource, ground: Ground): Promise<LiveModel>
  /** Whether it can answer at once, or one of an earlier training can. */
  has(owner: Resource): boolean
  /** Whether the model in memory is of an earlier training than this one. */
  isBehind(owner: Resource): boolean
  /** The owners of the models in memory. */
  owners(): readonly Resource[]
  /**
   * As `get`, but another model of the owner answers until this one is loaded.
   * @param before the owner before this training, whose model it is to stand for as well
   */
  prepare(owner: Resource, ground: Ground, before?: Resource): Promise<void>
  /** Loads anew those that are used on a catalogue which takes the place of another; `adopt` is called when all are. */
  move(from: Catalogue, to: Catalogue, adopt: () => void): Promise<void>
  /** Tells them of events that were put into a dataset. */
  told(dataset: number, events: readonly FoundInteraction[]): void
  /** Says that they were not told of some. */
  lost(): void
  /** Whether any follows the events of this dataset. */
  isFollowing(dataset: number): boolean
  drop(owner: number): void
  keepOnly(owners: readonly number[]): void
}

/** A model that nobody asked for so long makes room for one that is asked. */
const IDLE_MS = 10 * 60_000
const isIdle = ({ usedAt }: Entry) => usedAt < Date.now() - IDLE_MS

/** How soon after it could not be loaded a model is tried again while another answers. */
const AGAIN_MS = 10_000

/** @param failed is told why a model could not be loaded while another answers */
export function openLoadedModels(store: Store, artifacts: Artifacts, failed: (error: unknown) => void): LoadedModels {
  const models = new Map<number, Entry>()
  /** When the model of an owner's newer training may be loaded. */
  const renewableAt = new Map<number, number>()
  /** Models that are being loaded to take the place of others. */
  const coming = new Set<Entry>()

  const load = (owner: Resource, { catalogue, events }: Ground, before = owner): Entry => {
    const loaded = openModel(artifacts, owner, catalogue).then(model => openLiveModel(store, events, model))
    const trainings = [owner.document.trainedAt, before.document.trainedAt]
    const entry: Entry = { owner, trainings, catalogue, events, loaded, isLoaded: false, usedAt: Date.now() }
    loaded.then(
      () => {
        entry.isLoaded = true
      },
      () => {},
    )
    return entry
  }
  const enter = (entry: Entry): Entry => {
    const { id } = entry.owner
    for (const [other, known] of models) if (isIdle(known)) models.delete(other)
    models.set(id, entry)
    entry.loaded.catch(() => models.get(id) === entry && models.delete(id))
    return entry
  }
  const isOf = (known: Entry, owner: Resource) => known.trainings.includes(owner.document.trainedAt)
  const isOn = (known: Entry, { catalogue, events }: Ground) => known.catalogue === catalogue && known.events === events
  const find = (owner: Resource, ground: Ground): Entry | undefined => {
    const known = models.get(owner.id)
    return known && isOf(known, owner) && isOn(known, ground) ? known : undefined
  }
  /** A caller may have an older version of the owner than ours; that is not a newer training. */
  const isBehind = (known: Entry, owner: Resource) =>
    known.isLoaded && !isOf(known, owner) && owner.updatedAt >= known.owner.updatedAt
  /** The model that answers while that of another training is loaded; starts the loading. */
  const findOther = (owner: Resource, ground: Ground): Entry | undefined => {
    const known = models.get(owner.id)
    if (!known?.isLoaded || !isOn(known, ground)) return undefined
    if (isBehind(known, owner)) renew(owner, ground, known.owner)
    return known
  }
  const renew = (owner: Resource, ground: Ground, before: Resource) => {
    if (Date.now() < (renewableAt.get(owner.id) ?? 0)) return
    renewableAt.set(owner.id, Number.POSITIVE_INFINITY)
    replace([load(owner, ground, before)])
      .then(async () => {
        renewableAt.delete(owner.id)
        // It may have been trained once more meanwhile.
        const [now, known] = [await store.resources.get(owner.arn), models.get(owner.id)]
        if (now?.id === owner.id && known && isBehind(known, now)) renew(now, known, known.owner)
      })
      .catch(error => {
        renewableAt.set(owner.id, Date.now() + AGAIN_MS)
        failed(error)
      })
  }
  const get = async (owner: Resource, ground: Ground) => {
    const entry = find(owner, ground) ?? findOther(owner, ground) ?? enter(load(owner, ground))
    entry.usedAt = Date.now()
    return entry.loaded
  }
  /** Loads models beside those whose place they take, all at one moment. */
  const replace = async (entries: readonly Entry[], atThatMoment = () => {}) => {
    for (const entry of entries) coming.add(entry)
    try {
      await Promise.all(entries.map(async ({ loaded }) => (await loaded).upToDate()))
      atThatMoment()
      // A model deleted meanwhile stays deleted.
      for (const entry of entries) if (models.has(entry.owner.id)) models.set(entry.owner.id, entry)
    } finally {
      for (const entry of entries) coming.delete(entry)
    }
  }
  return {
    get,
    has: owner => models.get(owner.id)?.isLoaded === true,
    isBehind(owner) {
      const known = models.get(owner.id)
      return known !== undefined && isBehind(known, owner)
    },
    owners: () => [...models.values()].map(({ owner }) => owner),
    async prepare(owner, ground, before) {
      if (!models.has(owner.id) || find(owner, ground)) await (await get(owner, ground)).upToDate()
      else await replace([load(owner, ground, before)])
    },
    async move(from, to, adopt) {
      const used = [...models.values()].filter(entry => entry.catalogue === from && !isIdle(entry))
      const moved = used.map(({ owner, events, trainings, usedAt }) => {
        return Object.assign(load(owner, { catalogue: to, events }), { trainings, usedAt })
      })
      await replace(moved, adopt)
      for (const [id, { catalogue }] of models) if (catalogue === from) models.delete(id)
    },
    told(dataset, found) {
      for (const { events, loaded } of [...models.values(), ...coming])
        if (events === dataset) loaded.then(model => model.told(found)).catch(() => {})
    },
    lost() {
      for (const { loaded } of [...models.values(), ...coming]) loaded.then(model => model.lost()).catch(() => {})
    },
    isFollowing: dataset => [...models.values(), ...coming].some(({ events }) => events === dataset),
    drop: owner => void models.delete(owner),
    keepOnly: owners => keepOnly(models, owners),
  }
}
