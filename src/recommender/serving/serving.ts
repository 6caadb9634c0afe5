import { type DatasetsOfGroup, datasetsOf } from '../../datasets/of-group.ts'
import { recipe } from '../../recipes/recipes.ts'
import { inPages } from '../../store/pages.ts'
import type { Change, Resource, Store } from '../../store/store.ts'
import { familyOf } from '../families/families.ts'
import { ForeignPlace, type ModelsPlace, openArtifacts } from '../model-files/artifacts.ts'
import { openAnswering } from './active-version.ts'
import type { Catalogue } from './catalogue.ts'
import { keepOnly, openCatalogues } from './catalogues.ts'
import { type Ground, openLoadedModels } from './model-cache.ts'
import type { LoadedModel } from './open-model.ts'

/**
 * The trained models that answer requests, and the catalogues that they recommend from, in memory from their first use
 * on. Both follow Put calls, so that nothing waits for a refresh. A replacement is loaded beside the old one: a
 * catalogue after a bulk import, or a model after a training. The old one answers until then.
 */
export interface Serving extends Disposable {
  /** The datasets of a group as of the last `Store.catchUp`, with which a request begins. */
  sources(datasetGroupArn: string): Promise<DatasetsOfGroup>
  /** The items of a group. */
  catalogue(sources: DatasetsOfGroup): Promise<Catalogue>
  /** The model of a solution version or recommender that has been trained. */
  model(owner: Resource, sources: DatasetsOfGroup): Promise<LoadedModel>
  /**
   * The solution version that answers for a campaign: the one that it serves or, until that is loaded here, the one
   * that answered before.
   */
  answering(campaignArn: string, version: Resource): Resource
  /**
   * Loads a model that will be asked soon, so that the first request need not wait. An error is not thrown here:
   * requests for the model get it.
   * @param before the owner before it was trained anew, whose model the new one is to stand for as well
   */
  warm(owner: Resource, before?: Resource): Promise<void>
  /** The content of the memory: how many models, and how many items or actions each catalogue has. */
  held(): { readonly models: number; readonly catalogues: readonly number[] }
  /** Resolves when requests are answered from the data after the bulk imports and deletions until now. */
  renewed(): Promise<void>
  /**
   * Makes the place of models the store's, or sees that it is. Where it cannot be reached, `failed` is told.
   * @throws ForeignPlace where it is another store's
   */
  claimModels(): Promise<void>
  /**
   * Lets go of deleted owners: models, from memory and from their place, and catalogues. A file that cannot be deleted
   * at the moment is deleted another time.
   * @param deleted the solution versions or recommenders that were deleted just now
   */
  sweep(deleted?: readonly Resource[]): Promise<void>
}

export interface ServingOptions {
  /** Where models are kept, a folder or `s3://BUCKET/PREFIX`; left out, in the data directory. */
  readonly models?: string | undefined
  /** Gets errors that no request gets, since another model answers. */
  readonly failed?: (error: unknown) => void
  /** Is told of each file of a model before it is deleted. */
  readonly deleting?: ModelsPlace['deleting']
}

/** The owners of models: solution versions and recommenders. */
export async function readOwners(store: Store): Promise<readonly Resource[]> {
  const kinds = ['solution-version', 'recommender'].map(kind => Array.fromAsync(inPages(store.resources, { kind })))
  return (await Promise.all(kinds)).flat()
}

/** The models and catalogues of a server in memory. They follow Put calls, imports and trainings. */
export function openServing(store: Store, dataDir: string, options: ServingOptions = {}): Serving {
  let isClosed = false
  const failed = (error: unknown) => {
    if (!isClosed) options.failed?.(error)
  }
  const sources = openSources(store)
  const catalogues = openCatalogues(store)
  const { models: where, deleting } = options
  const artifacts = openArtifacts({ dataDir, models: where, identity: store.identity, deleting })
  const models = openLoadedModels(store, artifacts, failed)
  const renewals = new Map<number, Promise<void>>()
  const owners = () => readOwners(store)

  const follow = (change: Change) => {
    catalogues.follow(change)
    if (change.kind === 'all') renew(change.dataset)
    if (change.kind === 'resource') followResource(change.arn).catch(failed)
    if (change.kind === 'interactions') models.told(change.dataset, change.rows)
    if (change.kind !== 'unknown') return
    for (const dataset of catalogues.datasets()) renew(dataset)
    models.lost()
  }
  const unwatch = store.watch(follow, dataset => catalogues.has(dataset) || models.isFollowing(dataset))
  const renewNow = async (dataset: number) => {
    const renewal = await catalogues.renew(dataset)
    if (renewal) await models.move(renewal.old, renewal.catalogue, renewal.adopt)
  }
  const renew = (dataset: number) => {
    const renewal = (renewals.get(dataset) ?? Promise.resolve())
      .then(() => renewNow(dataset))
      // The next request reads it anew, or gets the error.
      .catch(() => catalogues.forget(dataset))
      .finally(() => renewals.get(dataset) === renewal && renewals.delete(dataset))
    renewals.set(dataset, renewal)
  }
  const groundOf = async ({ document }: Resource, datasets: DatasetsOfGroup): Promise<Ground> => ({
    catalogue: await catalogues.of(datasets[familyOf(recipe(document.recipeArn as string)).of ?? 'ITEMS']),
    events: datasets.INTERACTIONS?.id,
  })
  const prepare = async (owner: Resource, before?: Resource) => {
    await store.catchUp()
    const datasets = await sources.of(owner.document.datasetGroupArn as string)
    await models.prepare(owner, await groundOf(owner, datasets), before)
  }
  const answering = openAnswering(store, models, version => prepare(version), failed)
  /**
   * A model trained or deployed on another server is loaded here before it is asked for, if it takes another's place.
   */
  const followResource = async (arn: string) => {
    if (answering.has(arn)) await answering.follow(arn)
    if (!models.owners().some(owner => owner.arn === arn)) return
    const owner = await store.resources.get(arn)
    if (!owner || !models.isBehind(owner)) return
    const datasets = await sources.of(owner.document.datasetGroupArn as string)
    await models.get(owner, await groundOf(owner, datasets))
  }
  return {
    sources: sources.of,
    answering: answering.of,
    catalogue: ({ ITEMS }) => catalogues.of(ITEMS),
    async model(owner, datasets) {
      const model = await models.get(owner, await groundOf(owner, datasets))
      return model.upToDate()
    },
    async warm(owner, before) {
      await prepare(owner, before).catch(() => {})
    },
    held: () => ({ models: models.owners().length, catalogues: catalogues.sizes() }),
    async renewed() {
      await store.catchUp()
      await Promise.all(renewals.values())
    },
    claimModels: () =>
      artifacts.claim(owners).catch(error => {
        if (error instanceof ForeignPlace) throw error
        failed(error)
      }),
    async sweep(deleted) {
      const list = (kind: string) => Array.fromAsync(inPages(store.resources, { kind }))
      const [datasets, datasetGroups] = await Promise.all(['dataset', 'dataset-group'].map(list))
      const gone = new Set<number>()
      for (const { id, arn } of models.owners()) if ((await store.resources.get(arn))?.id !== id) gone.add(id)
      models.keepOnly(models.owners().flatMap(({ id }) => (gone.has(id) ? [] : id)))
      sources.keepOnly(datasetGroups!.map(({ arn }) => arn))
      catalogues.keepOnly(datasets!.map(({ id }) => id))
      await artifacts.sweep(owners, deleted).catch(failed)
    },
    [Symbol.dispose]() {
      isClosed = true
      unwatch()
    },
  }
}

/** The datasets of groups as of the last `Store.catchUp`, the same object for each until they change. */
function openSources(store: Store) {
  const groups = new Map<string, { readonly signature: string; readonly sources: Promise<DatasetsOfGroup> }>()
  return {
    async of(datasetGroupArn: string): Promise<DatasetsOfGroup> {
      const datasets = await store.known.list({ kind: 'dataset', parent: datasetGroupArn })
      const signature = datasets.map(({ id, reference }) => `${id} ${reference}`).join()
      const known = groups.get(datasetGroupArn)
      if (known?.signature === signature) return known.sources
      // Also for all who ask at once: it stands for these datasets, and a catalogue is read for each.
      const group = { signature, sources: datasetsOf(store, datasetGroupArn) }
      groups.set(datasetGroupArn, group)
      group.sources.catch(() => groups.get(datasetGroupArn) === group && groups.delete(datasetGroupArn))
      return group.sources
    },
    keepOnly: (datasetGroupArns: readonly string[]) => keepOnly(groups, datasetGroupArns),
  }
}

/**
 * The last step of a job that has done its work, before it says so. A trained recommender is loaded, and a bulk import
 * or a deletion is in effect.
 */
export function beforeDone(serving: Serving) {
  return async (job: Resource, found: object): Promise<void> => {
    await serving.renewed()
    if (job.kind !== 'recommender') return
    await serving.warm({ ...job, document: { ...job.document, ...found } }, job)
  }
}
