import { Written } from '../../contract/written.ts'
import { ItemIds } from '../../recommender/serving/item-ids.ts'
import { EXPLORED } from '../../recommender/serving/item-texts.ts'
import type { Recommendations } from '../../recommender/serving/recommendations.ts'
import type { Services } from '../operation.ts'
import { asPinned } from './pins.ts'
import { show } from './recommendation-id.ts'
import type { Target } from './recommenders.ts'

/** The name of a list in a reply, and the facts of its items that it shows. */
interface Form {
  readonly list: 'itemList' | 'actionList' | 'personalizedRanking'
  readonly hasScores: boolean
  /** Whether it says which items it explores, and which it promotes. */
  readonly hasReasons?: boolean
  /** The metadata of an item, where the request asks for it. */
  readonly metadataOf?: ((id: string) => Readonly<Record<string, string>>) | undefined
  readonly isPinned: boolean
}

/** Notes a list of recommendations as shown, and returns the reply with it. */
export function replyWith({ store }: Services, target: Target, list: Recommendations, form: Form): Written {
  // A list that is remembered has its text, unless metadata are in it, which may change meanwhile.
  const items = (form.metadataOf ? undefined : list.text) ?? writtenAtOnce(list, form) ?? textOf(list, form)
  if (!form.metadataOf) list.text = items
  const output = new Written(`{"${form.list}":${items},"recommendationId":"${show(store.shown, target, list)}"}`)
  return form.isPinned ? asPinned(output) : output
}

/** An item of a reply: most have an id and a score alone, so that a list of 500 is small. */
interface Shown {
  readonly itemId?: string
  readonly actionId?: string
  readonly score: number | undefined
  promotionName?: string
  reason?: readonly string[]
  metadata?: Readonly<Record<string, string>>
}

/** The text of a model's own list, by its kernel; undefined of a list with promotions or metadata. */
function writtenAtOnce({ ids, scores, explored, promotions }: Recommendations, form: Form): string | undefined {
  if (!(ids instanceof ItemIds) || promotions || form.metadataOf) return undefined
  return ids.write({
    head: form.list === 'actionList' ? '{"actionId":' : '{"itemId":',
    scores: form.hasScores ? scores : undefined,
    explored: form.hasReasons ? explored : undefined,
  })
}

/** The text of any list. To join texts of items takes three times as long. */
function textOf({ ids, scores, explored, promotions }: Recommendations, form: Form): string {
  const { hasScores, hasReasons, metadataOf } = form
  const isOfActions = form.list === 'actionList'
  const items = ids.slice().map((id, at) => {
    const score = hasScores && scores && !Number.isNaN(scores[at]) ? scores[at] : undefined
    const shown: Shown = isOfActions ? { actionId: id, score } : { itemId: id, score }
    const promotion = promotions?.[at]
    if (promotion) shown.promotionName = promotion
    const reason = hasReasons && reasonOf(explored?.[at] === 1, promotion)
    if (reason) shown.reason = reason
    if (metadataOf) shown.metadata = metadataOf(id)
    return shown
  })
  return JSON.stringify(items)
}

/**
 * Why an item is recommended, in the words of the model's documentation. Only aws-user-personalization-v2 returns this.
 */
function reasonOf(isExplored: boolean, promotion: string | undefined): readonly string[] | undefined {
  if (promotion !== undefined) return ['Promoted item']
  return isExplored ? EXPLORED : undefined
}
