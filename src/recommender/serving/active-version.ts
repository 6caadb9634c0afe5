import type { Resource, Store } from '../../store/store.ts'
import type { LoadedModels } from './model-cache.ts'

/** Which solution version answers for which campaign on this server. */
export interface Answering {
  /**
   * The version that a campaign serves or, until its model is loaded here, the one that answered before. The campaign
   * may have been updated on another server.
   */
  of(campaignArn: string, version: Resource): Resource
  has(campaignArn: string): boolean
  /** Takes note of a change of a campaign that answered here. */
  follow(campaignArn: string): Promise<void>
}

/** How soon after it could not be loaded a model is tried again while another answers. */
const AGAIN_MS = 10_000

/**
 * @param load loads a model; it may fail
 * @param failed is told why
 */
export function openAnswering(
  store: Store,
  models: LoadedModels,
  load: (version: Resource) => Promise<void>,
  failed: (error: unknown) => void,
): Answering {
  const versions = new Map<string, Resource>()
  /** When a version may be loaded again. */
  const loadableAt = new Map<number, number>()

  const loadSoon = (campaignArn: string, version: Resource) => {
    if (Date.now() < (loadableAt.get(version.id) ?? 0)) return
    loadableAt.set(version.id, Number.POSITIVE_INFINITY)
    load(version)
      .then(() => {
        loadableAt.delete(version.id)
        return follow(campaignArn)
      })
      .catch(error => {
        loadableAt.set(version.id, Date.now() + AGAIN_MS)
        failed(error)
      })
  }
  /**
   * Lets go of the model of a version that no campaign serves any more; requests that it answers keep it until then.
   */
  const letGo = async (version: Resource) => {
    const serving = { kind: 'campaign', reference: version.arn }
    if ((await store.resources.count(serving, 1)) === 0) models.drop(version.id)
  }
  const of = (campaignArn: string, version: Resource) => {
    const before = versions.get(campaignArn)
    if (before?.id === version.id) return version
    if (before && models.has(before) && !models.has(version)) {
      loadSoon(campaignArn, version)
      return before
    }
    versions.set(campaignArn, version)
    if (before) letGo(before).catch(() => {})
    return version
  }
  const follow = async (campaignArn: string) => {
    const campaign = await store.resources.get(campaignArn)
    const version = campaign?.reference ? await store.resources.get(campaign.reference) : undefined
    if (version) of(campaignArn, version)
    else versions.delete(campaignArn)
  }
  return { of, has: campaignArn => versions.has(campaignArn), follow }
}
