import { setTimeout } from 'node:timers/promises'
import { recipe } from '../recipes/recipes.ts'
import type { Resource, Store } from '../store/store.ts'
import { sweepModels } from './artifacts.ts'
import type { Catalogue } from './catalogue.ts'
import { keepOnly, openCatalogues } from './catalogues.ts'
import { familyOf } from './families.ts'
import { type Ground, openLoadedModels } from './loading.ts'
import type { LoadedModel } from './models.ts'
import { type Sources, sourcesOf } from './snapshot.ts'

/**
 * What answers requests: trained models and the catalogues that they recommend from, in memory from their first use on.
 * Both follow what is put, so that nothing waits for a refresh. What takes the place of another, a catalogue after a bulk
 * import or a model after a training, is loaded beside it, and what was there answers until then.
 */
export interface Serving extends Disposable {
  /** The datasets of a group as they are now. */
  sources(datasetGroupArn: string): Promise<Sources>
  /** The items of a group. */
  catalogue(sources: Sources): Promise<Catalogue>
  /** The model of a solution version or recommender that has been trained. */
  model(owner: Resource, sources: Sources): Promise<LoadedModel>
  /**
   * Loads the model of what is about to be asked, so that the first request need not wait. Whoever asks for a model that
   * cannot be loaded is told; this is not.
   * @param before the owner before it was trained anew, whose model the new one is to stand for as well
   */
  warm(owner: Resource, before?: Resource): Promise<void>
  /** Resolves when what the bulk imports and deletions until now have changed is what requests are answered by. */
  renewed(): Promise<void>
  /** Lets go of what was deleted: models, from memory and from disk, and catalogues. */
  sweep(): Promise<void>
}

export function openServing(store: Store, dataDir: string): Serving {
  const sources = openSources(store)
  const catalogues = openCatalogues(store)
  const models = openLoadedModels(store, dataDir)
  const renewals = new Map<number, Promise<void>>()

  const unwatch = store.watch(change => {
    catalogues.follow(change)
    if (change.kind === 'all') renew(change.dataset)
    if (change.kind === 'interactions') models.missed(change.rows.length, change.dataset)
    if (change.kind !== 'unknown') return
    for (const dataset of catalogues.datasets()) renew(dataset)
    models.missed(1)
  })
  const renewNow = async (dataset: number) => {
    const renewal = await catalogues.renew(dataset)
    if (renewal) await models.move(renewal.old, renewal.catalogue, renewal.adopt)
  }
  const renew = (dataset: number) => {
    const renewal = (renewals.get(dataset) ?? Promise.resolve())
      .then(() => renewNow(dataset))
      // Whoever asks next reads it anew, or is told why that cannot be.
      .catch(() => catalogues.forget(dataset))
      .finally(() => renewals.get(dataset) === renewal && renewals.delete(dataset))
    renewals.set(dataset, renewal)
  }
  const groundOf = async ({ document }: Resource, datasets: Sources): Promise<Ground> => ({
    catalogue: await catalogues.of(datasets[familyOf(recipe(document.recipeArn as string)).of ?? 'ITEMS']),
    events: datasets.INTERACTIONS?.id,
  })
  return {
    sources: sources.of,
    catalogue: ({ ITEMS }) => catalogues.of(ITEMS),
    async model(owner, datasets) {
      const model = await models.get(owner, await groundOf(owner, datasets))
      return model.upToDate()
    },
    async warm(owner, before) {
      try {
        const datasets = await sources.of(owner.document.datasetGroupArn as string)
        await models.prepare(owner, await groundOf(owner, datasets), before)
      } catch {}
    },
    async renewed() {
      // What the writer told of before it answered the job's thread is on its way: two turns of the event loop.
      await setTimeout(1)
      await store.catchUp()
      await Promise.all(renewals.values())
    },
    async sweep() {
      const kinds = ['solution-version', 'recommender', 'dataset', 'dataset-group']
      const [versions, recommenders, datasets, datasetGroups] = await Promise.all(
        kinds.map(kind => store.resources.list({ kind })),
      )
      const owners = [...versions!, ...recommenders!]
      models.keepOnly(owners.map(({ id }) => id))
      sources.keepOnly(datasetGroups!.map(({ arn }) => arn))
      catalogues.keepOnly(datasets!.map(({ id }) => id))
      sweepModels(dataDir, owners)
    },
    [Symbol.dispose]: unwatch,
  }
}

/** The datasets of groups, the same object for each until they change. */
function openSources(store: Store) {
  const groups = new Map<string, { readonly signature: string; readonly sources: Promise<Sources> }>()
  return {
    async of(datasetGroupArn: string): Promise<Sources> {
      // A request asks for these first: what follows the store knows by then what was acknowledged, to whomever.
      await store.catchUp()
      const datasets = await store.resources.list({ kind: 'dataset', parent: datasetGroupArn })
      const signature = datasets.map(({ id, reference }) => `${id} ${reference}`).join()
      const known = groups.get(datasetGroupArn)
      if (known?.signature === signature) return known.sources
      // Also for all who ask at once: it stands for these datasets, and a catalogue is read for each.
      const group = { signature, sources: sourcesOf(store, datasetGroupArn) }
      groups.set(datasetGroupArn, group)
      group.sources.catch(() => groups.get(datasetGroupArn) === group && groups.delete(datasetGroupArn))
      return group.sources
    },
    keepOnly: (datasetGroupArns: readonly string[]) => keepOnly(groups, datasetGroupArns),
  }
}

/**
 * What is to be done when a job has done its work, before it says so: a recommender that was trained is loaded, and a
 * bulk import or a deletion is in effect.
 */
export function beforeDone(serving: Serving) {
  return async (job: Resource, found: object): Promise<void> => {
    await serving.renewed()
    if (job.kind !== 'recommender') return
    await serving.warm({ ...job, document: { ...job.document, ...found } }, job)
  }
}
