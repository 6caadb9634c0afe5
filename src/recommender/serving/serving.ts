import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import type { PoolState } from '../../engine/pool/pool.ts'
import { recipe } from '../../recipes/recipes.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Change, Store } from '../../store/store.ts'
import { familyOf } from '../families/families.ts'
import type { Opening } from '../families/family.ts'
import { type Artifacts, ForeignPlace, type ModelsPlace, openArtifacts } from '../model-files/artifacts.ts'
import { openAnswering } from './active-version.ts'
import type { Catalogue } from './catalogue.ts'
import { type Catalogues, openCatalogues } from './catalogues.ts'
import { type GroupDatasets, openGroupDatasets } from './group-datasets.ts'
import type { RecalledCounts } from './live-model.ts'
import { type ModelCache, openModelCache } from './model-cache.ts'
import type { Ground } from './model-in-memory.ts'
import type { LoadedModel } from './open-model.ts'
import { openRenewals } from './renewals.ts'

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
  /** The content of the memory. */
  held(): Held
  /** Resolves when requests are answered from the data after the bulk imports and deletions until now. */
  renewed(): Promise<void>
  /**
   * Makes the place of models the store's, or sees that it is. Where it cannot be reached, `failed` is called.
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

/** The models and catalogues that a server has in memory. */
interface Held {
  readonly models: number
  /** How often the models were asked, and how often they remembered the answer. */
  readonly answers: RecalledCounts
  /** The number of items or actions in each catalogue. */
  readonly catalogues: readonly number[]
  /** The threads that answer for models; undefined where there are none. */
  readonly pool: PoolState | undefined
}

/** The pool has threads that answer beside the one which asks. The caller who opened it closes it. */
interface ServingOptions extends Pick<Opening, 'pool' | 'isBatch'> {
  /** Where models are kept, a folder or `s3://BUCKET/PREFIX`; left out, in the data directory. */
  readonly models?: string | undefined
  /** Gets errors that no request gets, since another model answers. */
  readonly failed?: (error: unknown) => void
  /** Called with each file of a model before it is deleted. */
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
  const groups = openGroupDatasets(store)
  const catalogues = openCatalogues(store)
  const { models: where, deleting, pool, isBatch } = options
  const artifacts = openArtifacts({ dataDir, models: where, identity: store.identity, deleting })
  const models = openModelCache(store, { artifacts, pool, isBatch }, failed)
  const renewals = openRenewals(catalogues, models)
  const owners = () => readOwners(store)

  const groundOf = async ({ document }: Resource, datasets: DatasetsOfGroup): Promise<Ground> => ({
    catalogue: await catalogues.of(datasets[familyOf(recipe(document.recipeArn as string)).of ?? 'ITEMS']),
    events: datasets.INTERACTIONS?.id,
  })
  const groundNow = async (owner: Resource) =>
    groundOf(owner, await groups.of(owner.document.datasetGroupArn as string))
  const prepare = async (owner: Resource, before?: Resource) => {
    await store.catchUp()
    await models.prepare(owner, await groundNow(owner), before)
  }
  const answering = openAnswering(store, models, version => prepare(version), failed)
  /**
   * A model trained or deployed on another server is loaded here before it is asked for, if it takes another's place.
   */
  const followResource = async (arn: string) => {
    if (answering.has(arn)) await answering.follow(arn)
    if (!models.owners().some(owner => owner.arn === arn)) return
    const owner = await store.resources.get(arn)
    if (owner && models.isBehind(owner)) await models.get(owner, await groundNow(owner))
  }
  const follow = (change: Change) => {
    catalogues.follow(change)
    if (change.kind === 'all') renewals.renew(change.dataset)
    if (change.kind === 'resource') followResource(change.arn).catch(failed)
    if (change.kind === 'interactions') models.addEvents(change.dataset, change.rows)
    if (change.kind !== 'unknown') return
    for (const dataset of [...catalogues.datasets(), ...models.eventsFollowed()]) renewals.renew(dataset, true)
  }
  const unwatch = store.watch(follow, dataset => catalogues.has(dataset) || models.isFollowing(dataset))
  return {
    sources: groups.of,
    answering: answering.of,
    catalogue: ({ ITEMS }) => catalogues.of(ITEMS),
    model: async (owner, datasets) => (await models.get(owner, await groundOf(owner, datasets))).upToDate(),
    warm: (owner, before) => prepare(owner, before).catch(() => {}),
    held: () => ({
      models: models.owners().length,
      answers: models.answers(),
      catalogues: catalogues.sizes(),
      pool: pool?.state,
    }),
    async renewed() {
      await store.catchUp()
      await renewals.done()
    },
    claimModels: () => claimModels(artifacts, owners, failed),
    async sweep(deleted) {
      await forgetDeleted(store, { models, groups, catalogues })
      await artifacts.sweep(owners, deleted).catch(failed)
    },
    [Symbol.dispose]() {
      isClosed = true
      unwatch()
    },
  }
}

/** @throws ForeignPlace where it is another store's */
async function claimModels(
  artifacts: Artifacts,
  owners: () => Promise<readonly Resource[]>,
  failed: (error: unknown) => void,
): Promise<void> {
  try {
    await artifacts.claim(owners)
  } catch (error) {
    if (error instanceof ForeignPlace) throw error
    failed(error)
  }
}

interface InMemory {
  readonly models: ModelCache
  readonly groups: GroupDatasets
  readonly catalogues: Catalogues
}

async function forgetDeleted(store: Store, { models, groups, catalogues }: InMemory): Promise<void> {
  const list = (kind: string) => Array.fromAsync(inPages(store.resources, { kind }))
  const [datasets, datasetGroups] = await Promise.all(['dataset', 'dataset-group'].map(list))
  const gone = new Set<number>()
  for (const { id, arn } of models.owners()) if ((await store.resources.get(arn))?.id !== id) gone.add(id)
  models.keepOnly(models.owners().flatMap(({ id }) => (gone.has(id) ? [] : id)))
  groups.keepOnly(datasetGroups!.map(({ arn }) => arn))
  catalogues.keepOnly(datasets!.map(({ id }) => id))
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
