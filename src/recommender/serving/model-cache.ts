import type { Resource } from '../../store/resource-store.ts'
import type { WatchedEvent } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { openAttempts } from './attempts.ts'
import { type Catalogue, NO_CATALOGUE } from './catalogue.ts'
import { keepOnly } from './catalogues.ts'
import type { LiveModel, RecalledCounts } from './live-model.ts'
import { type Ground, isBehind, isIdle, isOf, isOn, loadModel, type ModelInMemory } from './model-in-memory.ts'
import type { ModelSource } from './open-model.ts'
import { openReplacements } from './replacements.ts'

/**
 * The states of an owner's model in memory.
 * - `absent`: no model
 * - `loading`: its first model, for which requests wait
 * - `loaded`: a model, which answers
 * - `replacing`: a model, which answers until another is loaded beside it: of a newer training, or on a new catalogue
 *
 * | from | by | to |
 * |---|---|---|
 * | absent | a request | loading |
 * | loading | the model is loaded; it cannot be loaded, and requests are told | loaded; absent |
 * | loaded | a request for a newer training, `prepare`, `move` | replacing |
 * | replacing | the other is loaded; it cannot be loaded (a newer training is tried again, `attempts.ts`) | loaded |
 * | any | `drop`, `keepOnly`; idle while another model is loaded, or its catalogue is replaced | absent |
 *
 * A model that left is held by the requests that have it; with the last of them it is garbage.
 */
type ModelState = 'absent' | 'loading' | 'loaded' | 'replacing'

/** Keeps models in memory, one for each owner. */
export interface ModelCache {
  state(owner: Resource): ModelState
  /**
   * The model of this training on this ground; loaded, in the place of another, where it is not there. Where the model
   * of an earlier training is in memory it is that one, and the newer takes its place when it is loaded.
   */
  get(owner: Resource, ground: Ground): Promise<LiveModel>
  /** Whether the model in memory is of an earlier training than this one. */
  isBehind(owner: Resource): boolean
  /** The owners of the models in memory. */
  owners(): readonly Resource[]
  /** How often the models in memory were asked, and how often they remembered the answer. */
  answers(): RecalledCounts
  /**
   * As `get`, but another model of the owner answers until this one is loaded.
   * @param before the owner before this training, whose model it is to stand for as well
   */
  prepare(owner: Resource, ground: Ground, before?: Resource): Promise<void>
  /** Loads anew those that are used on a catalogue which takes the place of another; `adopt` is called when all are. */
  move(from: Catalogue, to: Catalogue, adopt: () => void): Promise<void>
  /**
   * Loads anew those that follow events of a dataset which changed otherwise than by puts.
   * @param isUnknown puts may have been missed as well. Those on a catalogue are loaded anew with it, see `move`
   */
  recount(dataset: number, isUnknown?: boolean): Promise<void>
  /** The datasets whose events they follow. */
  eventsFollowed(): readonly number[]
  /** Lets go of those that follow the events of a dataset; the next request loads them. */
  forget(dataset: number): void
  /** Tells them of events that were put into a dataset. */
  addEvents(dataset: number, events: readonly WatchedEvent[]): void
  /** Whether any follows the events of this dataset. */
  isFollowing(dataset: number): boolean
  drop(owner: number): void
  keepOnly(owners: readonly number[]): void
}

/** @param failed called with the reason why a model could not be loaded while another answers */
export function openModelCache(store: Store, source: ModelSource, failed: (error: unknown) => void): ModelCache {
  const models = new Map<number, ModelInMemory>()
  const { coming, replace } = openReplacements(models)
  const renewals = openAttempts(failed)

  const loadFirst = (owner: Resource, ground: Ground): ModelInMemory => {
    for (const [other, known] of models) if (isIdle(known)) models.delete(other)
    const model = loadModel(store, source, owner, ground)
    models.set(owner.id, model)
    model.live.catch(() => models.get(owner.id) === model && models.delete(owner.id))
    return model
  }
  /** Loads the model of a newer training beside the one in memory; of the newest, if there is another by then. */
  const renew = async (owner: Resource) => {
    for (let newest: Resource | undefined = owner; newest?.id === owner.id; ) {
      const known = models.get(owner.id)
      if (!known || !isBehind(known, newest)) return
      await replace([loadModel(store, source, newest, known, known.owner)])
      newest = await store.resources.get(owner.arn)
    }
  }
  /** The same model on another catalogue, or on the same as it is now. */
  const loadAgain = ({ owner, events, trainings, usedAt, ...on }: ModelInMemory, catalogue = on.catalogue) =>
    Object.assign(loadModel(store, source, owner, { catalogue, events }), { trainings, usedAt })
  const get = async (owner: Resource, ground: Ground) => {
    const known = models.get(owner.id)
    const answers = known && isOn(known, ground) && (known.loaded || isOf(known, owner))
    const model = answers ? known : loadFirst(owner, ground)
    if (isBehind(model, owner)) renewals.start(owner.id, () => renew(owner))
    model.usedAt = Date.now()
    return model.live
  }
  return {
    get,
    state: ({ id }) => stateOf(models.get(id), coming),
    isBehind(owner) {
      const known = models.get(owner.id)
      return known !== undefined && isBehind(known, owner)
    },
    owners: () => [...models.values()].map(({ owner }) => owner),
    answers: () => sumOf([...models.values()].flatMap(({ loaded }) => loaded?.answers ?? [])),
    async prepare(owner, ground, before) {
      const known = models.get(owner.id)
      if (!known || (isOf(known, owner) && isOn(known, ground))) await (await get(owner, ground)).upToDate()
      else await replace([loadModel(store, source, owner, ground, before)])
    },
    async move(from, to, adopt) {
      const used = [...models.values()].filter(model => model.catalogue === from && !isIdle(model))
      await replace(
        used.map(model => loadAgain(model, to)),
        adopt,
      )
      for (const [id, { catalogue }] of models) if (catalogue === from) models.delete(id)
    },
    async recount(dataset, isUnknown = false) {
      const changed: ModelInMemory[] = []
      for (const [id, model] of [...models]) {
        if (model.events !== dataset) continue
        if (!(isUnknown && model.catalogue === NO_CATALOGUE) && !(await isSwept(model))) continue
        if (isIdle(model)) models.delete(id)
        else changed.push(model)
      }
      await replace(changed.map(model => loadAgain(model)))
    },
    eventsFollowed: () => [...new Set([...models.values()].flatMap(({ events }) => events ?? []))],
    forget(dataset) {
      for (const [id, { events }] of models) if (events === dataset) models.delete(id)
    },
    addEvents(dataset, found) {
      // Of every call, so it makes no list.
      for (const some of [models.values(), coming])
        for (const model of some) if (model.events === dataset) model.addEvents(found)
    },
    isFollowing(dataset) {
      // Asked for every row that is put: it makes no list.
      for (const { events } of models.values()) if (events === dataset) return true
      for (const { events } of coming) if (events === dataset) return true
      return false
    },
    drop: owner => void models.delete(owner),
    keepOnly: owners => keepOnly(models, owners),
  }
}

/** One that cannot be loaded is not there any more. */
async function isSwept({ live }: ModelInMemory): Promise<boolean> {
  return (await live.catch(() => undefined))?.isSwept() ?? false
}

function stateOf(known: ModelInMemory | undefined, coming: ReadonlySet<ModelInMemory>): ModelState {
  if (!known) return 'absent'
  if (!known.loaded) return 'loading'
  for (const { owner } of coming) if (owner.id === known.owner.id) return 'replacing'
  return 'loaded'
}

function sumOf(counts: readonly RecalledCounts[]): RecalledCounts {
  const sum = (of: keyof RecalledCounts) => counts.reduce((sum, one) => sum + one[of], 0)
  return { asked: sum('asked'), remembered: sum('remembered'), lists: sum('lists') }
}
