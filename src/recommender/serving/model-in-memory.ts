import type { Resource } from '../../store/resource-store.ts'
import type { WatchedEvent } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { Catalogue } from './catalogue.ts'
import { type LiveModel, openLiveModel } from './live-model.ts'
import { type ModelSource, openModel } from './open-model.ts'

/** The catalogue that a model recommends from, and the Interactions dataset whose events it follows. */
export interface Ground {
  readonly catalogue: Catalogue
  readonly events: number | undefined
}

/** A model that is being loaded, or is loaded. */
export interface ModelInMemory extends Ground {
  readonly owner: Resource
  /** The trainings that it stands for: a recommender is trained more than once. */
  readonly trainings: readonly unknown[]
  readonly live: Promise<LiveModel>
  /** The same when it is there. */
  loaded: LiveModel | undefined
  usedAt: number
  /** Adds events that the store has notified of, also while the model is loaded. */
  addEvents(events: readonly WatchedEvent[]): void
}

/**
 * Begins to load the model of an owner.
 * @param before the owner before its training, whose model this one is to stand for as well
 */
export function loadModel(
  store: Store,
  source: ModelSource,
  owner: Resource,
  { catalogue, events }: Ground,
  before = owner,
): ModelInMemory {
  const waiting: WatchedEvent[] = []
  const live = openModel(source, owner, catalogue).then(model => openLiveModel(store, events, model, waiting))
  const trainings = [owner.document.trainedAt, before.document.trainedAt]
  const model: ModelInMemory = {
    owner,
    trainings,
    catalogue,
    events,
    live,
    loaded: undefined,
    usedAt: Date.now(),
    addEvents(found) {
      if (model.loaded) model.loaded.addEvents(found)
      else for (const event of found) waiting.push(event)
    },
  }
  live.then(
    loaded => {
      loaded.addEvents(waiting)
      model.loaded = loaded
    },
    () => {}, // thrown where it is awaited
  )
  return model
}

/** Whether it stands for the training of this owner. */
export function isOf({ trainings }: ModelInMemory, owner: Resource): boolean {
  return trainings.includes(owner.document.trainedAt)
}

/** Whether it recommends from this catalogue and follows these events. */
export function isOn(model: ModelInMemory, { catalogue, events }: Ground): boolean {
  return model.catalogue === catalogue && model.events === events
}

/**
 * Whether it is loaded, and this owner was trained after it. A caller may have an older version of the owner than ours;
 * that is not a newer training.
 */
export function isBehind(model: ModelInMemory, owner: Resource): boolean {
  return model.loaded !== undefined && !isOf(model, owner) && owner.updatedAt >= model.owner.updatedAt
}

/** A model that no request used for so long makes room for one that is asked for. */
const IDLE_MS = 10 * 60_000

/** Whether it may make room for another. */
export function isIdle({ usedAt }: ModelInMemory): boolean {
  return usedAt < Date.now() - IDLE_MS
}
