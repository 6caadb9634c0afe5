import { setImmediate } from 'node:timers/promises'
import { recipe } from '../recipes/recipes.ts'
import type { Resource, Store } from '../store/store.ts'
import { sweepModels } from './artifacts.ts'
import type { Catalogue } from './catalogue.ts'
import { keepOnly, openCatalogues } from './catalogues.ts'
import { familyOf } from './families.ts'
import { type LoadedModel, openModel, tellOfEvents } from './models.ts'
import { type Sources, sourcesOf } from './snapshot.ts'

/**
 * What answers requests: trained models and the catalogues that they recommend from, in memory from their first use on.
 * Both follow what is put, so that nothing waits for a refresh.
 */
export interface Serving extends Disposable {
  /** The datasets of a group as they are now. */
  sources(datasetGroupArn: string): Promise<Sources>
  /** The items of a group. */
  catalogue(sources: Sources): Promise<Catalogue>
  /** The model of a solution version or recommender that has been trained. */
  model(owner: Resource, sources: Sources): Promise<LoadedModel>
  /** Lets go of what was deleted: models, from memory and from disk, and catalogues. */
  sweep(): Promise<void>
}

interface Entry {
  /** When the model was trained: a recommender is trained more than once. */
  readonly trainedAt: unknown
  readonly catalogue: Catalogue
  readonly loaded: Promise<LoadedModel>
  /** The Interactions dataset, where the model follows its events. */
  readonly events: number | undefined
  /** Whether it knows the events that were put between its training and now. */
  isCaughtUp: boolean
  usedAt: number
}

/** A model that nobody asked for so long makes room for one that is asked. */
const IDLE_MS = 10 * 60_000

export function openServing(store: Store, dataDir: string): Serving {
  const catalogues = openCatalogues(store)
  const models = new Map<number, Entry>()
  const groups = new Map<string, { readonly signature: string; readonly sources: Promise<Sources> }>()

  const unwatch = store.watch(change => {
    catalogues.follow(change)
    if (change.kind !== 'interactions') return
    for (const { events, loaded, isCaughtUp } of models.values())
      if (events === change.dataset && isCaughtUp)
        // Whoever asks for a model that could not be loaded is told.
        loaded.then(model => tellOfEvents(model, change.rows)).catch(() => {})
  })
  const load = (owner: Resource, catalogue: Catalogue, events: number | undefined): Entry => {
    const loading = openModel(dataDir, owner, catalogue)
    const caughtUp = loading.then(async model => {
      if (events !== undefined) await catchUp(store, events, model)
      entry.isCaughtUp = true
      return model
    })
    const entry: Entry = {
      trainedAt: owner.document.trainedAt,
      catalogue,
      loaded: caughtUp,
      events,
      isCaughtUp: false,
      usedAt: Date.now(),
    }
    caughtUp.catch(() => models.get(owner.id) === entry && models.delete(owner.id))
    for (const [id, { usedAt }] of models) if (usedAt < Date.now() - IDLE_MS) models.delete(id)
    models.set(owner.id, entry)
    return entry
  }
  return {
    async sources(datasetGroupArn) {
      const datasets = await store.resources.list({ kind: 'dataset', parent: datasetGroupArn })
      const signature = datasets.map(({ id, reference }) => `${id} ${reference}`).join()
      const known = groups.get(datasetGroupArn)
      if (known?.signature === signature) return known.sources
      // The same object for all who ask at once: it stands for these datasets, and a catalogue is read for each.
      const group = { signature, sources: sourcesOf(store, datasetGroupArn) }
      groups.set(datasetGroupArn, group)
      group.sources.catch(() => groups.get(datasetGroupArn) === group && groups.delete(datasetGroupArn))
      return group.sources
    },
    catalogue: ({ ITEMS }) => catalogues.of(ITEMS),
    async model(owner, sources) {
      const { document } = owner
      const catalogue = await catalogues.of(sources[familyOf(recipe(document.recipeArn as string)).of ?? 'ITEMS'])
      const known = models.get(owner.id)
      const isSame = known?.trainedAt === document.trainedAt && known?.catalogue === catalogue
      const entry = isSame ? known : load(owner, catalogue, sources.INTERACTIONS?.id)
      entry.usedAt = Date.now()
      const model = await entry.loaded
      model.shelf.sync()
      await model.learned()
      return model
    },
    async sweep() {
      const kinds = ['solution-version', 'recommender', 'dataset', 'dataset-group']
      const [versions, recommenders, datasets, datasetGroups] = await Promise.all(
        kinds.map(kind => store.resources.list({ kind })),
      )
      const owners = [...versions!, ...recommenders!]
      keepOnly(
        models,
        owners.map(({ id }) => id),
      )
      keepOnly(
        groups,
        datasetGroups!.map(({ arn }) => arn),
      )
      catalogues.keepOnly(datasets!.map(({ id }) => id))
      sweepModels(dataDir, owners)
    },
    [Symbol.dispose]: unwatch,
  }
}

/** Of the events that were put after a training, those of so many numbers count in a model that is loaded later: 5 s. */
const MISSED_MAX = 1_000_000
/** Some 5 ms of work, then other requests have their turn. */
const EVENTS_AT_ONCE = 1000

/** Tells a model of the events that were put since its training. It knows all of them at the moment when this ends. */
async function catchUp(store: Store, dataset: number, model: LoadedModel): Promise<void> {
  const [newest] = await store.interactions.latest(dataset, 1)
  for (let seq = Math.max(model.seq, (newest?.seq ?? 0) - MISSED_MAX); ; ) {
    const events = await store.interactions.after(dataset, seq, EVENTS_AT_ONCE)
    tellOfEvents(
      model,
      events.filter(({ repeated }) => !repeated),
    )
    if (events.length < EVENTS_AT_ONCE) return
    seq = events.at(-1)!.seq
    await setImmediate()
  }
}
