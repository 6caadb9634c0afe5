import { type DatasetsOfGroup, schemasOf } from '../../datasets/of-group.ts'
import { Best } from '../../engine/math/best.ts'
import { affinityOf } from '../../engine/recipes/affinity.ts'
import type { FilledFilter } from '../../filters/ast.ts'
import { comparisonsOf } from '../../filters/ast.ts'
import { isEvents } from '../../filters/check.ts'
import { compileFilter } from '../../filters/evaluate.ts'
import { parseItemAttributes } from '../../filters/item-attributes.ts'
import { inChunks } from '../../store/in-chunks.ts'
import type { Query } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import { ASKED_TOGETHER } from '../serving/pools.ts'
import { askModel } from './ask-model.ts'
import type { ScannedUser } from './scan-users.ts'

/** A segment that is asked for: the users who are most likely to interact with items. */
export interface SegmentQuery {
  /** Numbers in the item index. */
  readonly items: Int32Array
  /** The users who may be in it; left out: everybody. Queries with the same test share its answers. */
  readonly passes?: UserTest | undefined
}

export type UserTest = (user: ScannedUser) => boolean

/**
 * The users of each segment, the most likely first, as `findSegments` finds them, in one pass over users who come from
 * the store. A user's interest in an item is the probability that the next event is with it. Probabilities compare
 * between users, a model's scores do not.
 * @param count users of a segment at most
 */
export async function segmentUsers(
  users: AsyncIterable<ScannedUser>,
  model: LoadedModel,
  queries: readonly SegmentQuery[],
  { count, now }: { readonly count: number; readonly now: number },
): Promise<readonly (readonly string[])[]> {
  const segments = queries.map(({ items, passes }) => ({ items, passes, best: new Best<string>(count) }))
  const byTest = Map.groupBy(segments, ({ passes }) => passes)
  const items = Int32Array.from(new Set(queries.flatMap(({ items }) => [...items])))
  const interest = new Float64Array(model.itemIndex.size)
  const probabilitiesOf = (query: Query) => askModel(model, query, answer => answer.probabilitiesOf!(items))
  const wantedOf = (user: ScannedUser) =>
    [...byTest].flatMap(([passes, segments]) => (passes?.(user) === false ? [] : segments))
  for await (const some of inChunks(users, USERS_AT_ONCE)) {
    const asked = some.map(user => ({ user, wanted: wantedOf(user) })).filter(({ wanted }) => wanted.length > 0)
    const probabilities = await Promise.all(asked.map(({ user: { user } }) => probabilitiesOf({ user, now })))
    for (const [at, { user, wanted }] of asked.entries()) {
      for (const [i, item] of items.entries()) interest[item] = probabilities[at]![i]!
      for (const { items, best } of wanted) {
        let sum = 0
        for (const item of items) sum += interest[item]!
        best.offer(user.id, affinityOf(user.activity, sum))
      }
    }
  }
  return segments.map(({ best }) => best.sorted().map(({ value }) => value))
}

/** The model is asked about this many users at once, for threads to answer. The answers are in memory together. */
const USERS_AT_ONCE = 4 * ASKED_TOGETHER

/** The item of an id: none where the model knows nothing of it. */
export function itemOf(model: LoadedModel, id: string, now: number): Int32Array {
  const item = model.itemIndex.numberOf(id)
  return known(model, item < 0 ? [] : [item], now)
}

/**
 * The items that have the attributes of a line of input, those that the model knows.
 * @throws InvalidInputException as `parseItemAttributes` does
 */
export function itemsWith(
  model: LoadedModel,
  sources: DatasetsOfGroup,
  itemAttributes: string,
  now: number,
): Int32Array {
  const { itemIndex } = model
  const has = compileFilter(parseItemAttributes(itemAttributes, schemasOf(sources)), {})
  const items: number[] = []
  for (let item = 0; item < itemIndex.size; item++) if (has(itemIndex.recordOf(item))) items.push(item)
  return known(model, items, now)
}

/** Those that the model can score: an item that came after training may have nothing that it was trained on. */
function known({ ranker }: LoadedModel, items: readonly number[], now: number): Int32Array {
  const all = Int32Array.from(items)
  const scores = ranker.ask({ now }).scoresOf!(all)
  return all.filter((_, i) => !Number.isNaN(scores[i]))
}

/** A filter by UserID as a test of users. Where it is about events it is made for each user, else once. */
export function userTest(filter: FilledFilter): UserTest {
  const comparisons = filter.expressions.flatMap(comparisonsOf)
  if (!comparisons.some(({ field }) => isEvents(field.source))) {
    const test = compileFilter(filter, {})
    return ({ record }) => test(record)
  }
  return ({ record, eventTypes }) =>
    compileFilter(filter, { interactions: { eventTypes: [...eventTypes], idOf: () => record.id } })(record)
}
