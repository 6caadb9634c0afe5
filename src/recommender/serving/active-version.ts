import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { openAttempts } from './attempts.ts'
import type { ModelCache } from './model-cache.ts'

/** Which solution version answers for which campaign on this server. */
interface Answering {
  /**
   * The version that a campaign serves or, until its model is loaded here, the one that answered before. The campaign
   * may have been updated on another server.
   */
  of(campaignArn: string, version: Resource): Resource
  has(campaignArn: string): boolean
  /** Takes note of a change of a campaign that answered here. */
  follow(campaignArn: string): Promise<void>
}

/**
 * @param load loads a model; it may fail
 * @param failed called with the reason
 */
export function openAnswering(
  store: Store,
  models: ModelCache,
  load: (version: Resource) => Promise<void>,
  failed: (error: unknown) => void,
): Answering {
  const versions = new Map<string, Resource>()
  /** Of versions whose models are loaded to answer for a campaign, by their numbers. */
  const loadings = openAttempts(failed)

  const loadSoon = (campaignArn: string, version: Resource) =>
    loadings.start(version.id, async () => {
      await load(version)
      await follow(campaignArn)
    })
  /**
   * Lets go of the model of a version that no campaign serves any more; requests that it answers keep it until then.
   */
  const letGo = async (version: Resource) => {
    const serving = { kind: 'campaign', reference: version.arn }
    if ((await store.resources.count(serving, 1)) === 0) models.drop(version.id)
  }
  const canAnswer = (version: Resource) => ['loaded', 'replacing'].includes(models.state(version))
  const of = (campaignArn: string, version: Resource) => {
    const before = versions.get(campaignArn)
    if (before?.id === version.id) return version
    if (before && canAnswer(before) && !canAnswer(version)) {
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
