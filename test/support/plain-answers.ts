import type { Operations } from '../../src/contract/generated/types.ts'
import type { Services } from '../../src/operations/operation.ts'
import { findTarget } from '../../src/operations/recommendations/recommenders.ts'
import { now } from '../../src/recommender/request/clock.ts'
import { prepareRequest } from '../../src/recommender/request/prepare-request.ts'
import type { LoadedModel } from '../../src/recommender/serving/open-model.ts'
import type { FoundInteraction } from '../../src/store/rows.ts'
import { listed } from './engine.ts'

/** A request for recommendations, or with a list for a ranking. */
export type ListRequest = Operations['GetRecommendations']['input'] & { readonly inputList?: readonly string[] }

/** The items that a user has watched are left out, a genre, or all but few. */
export const FILTERS = {
  unwatched: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")',
  dramas: 'INCLUDE ItemID WHERE Items.GENRES IN ("drama")',
  cheap: 'INCLUDE ItemID WHERE Items.PRICE < 10 | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")',
} as const

/** Scores of all items by number, worked out from all events, and which of two items of the same score is first. */
interface Counted {
  readonly scores: Float64Array
  compareEqual(item: number, other: number): number
}

type Count = (by: Services, dataset: number, model: LoadedModel, now: number) => Promise<Counted>

/** Recipes whose answers are the same for everybody. */
const COUNTED: Readonly<Record<string, Count>> = {
  async 'aws-popularity-count'({ store }, dataset, { itemIndex }) {
    const counts = await countsOf(store, dataset, itemIndex, true)
    // Items that came after the training and have no event are listed behind all others.
    const scores = counts.map((count, item) => (count === 0 && item >= itemIndex.trained ? Number.NaN : count))
    return { scores, compareEqual: (a, b) => itemIndex.compare(a, b) }
  },
  async 'aws-trending-now'({ store }, dataset, { itemIndex }, now) {
    const counts = await countsOf(store, dataset, itemIndex, false)
    const events = await Array.fromAsync(store.interactions.scan(dataset, 'ALL'))
    const trends = trendsOf(events, id => itemIndex.numberOf(id), itemIndex.size, now)
    const scores = trends.map((trend, item) =>
      trend === 0 && counts[item] === 0 && item >= itemIndex.trained ? Number.NaN : trend,
    )
    return { scores, compareEqual: (a, b) => counts[b]! - counts[a]! || itemIndex.compare(a, b) }
  },
}

const known = new WeakMap<Services['store'], Map<string, Counted | undefined>>()

/** To count takes longer than a question, and changes with the events and items alone. */
async function countedOnce(recipe: string, ...asked: Parameters<Count>): Promise<Counted | undefined> {
  const [{ store }, dataset, { itemIndex }] = asked
  const key = [recipe, await store.interactions.count(dataset, 'ALL'), itemIndex.size].join(' ')
  const ofStore = known.getOrInsertComputed(store, () => new Map())
  if (!ofStore.has(key)) ofStore.set(key, await COUNTED[recipe]?.(...asked))
  return ofStore.get(key)
}

/** How many events each item has; of imported ones how many users, where those are counted. */
async function countsOf(
  store: Services['store'],
  dataset: number,
  itemIndex: LoadedModel['itemIndex'],
  countsUsers: boolean,
): Promise<Float64Array> {
  const counts = new Float64Array(itemIndex.size)
  const pairs = new Set<string>()
  for await (const { itemId, userId, ingestion } of store.interactions.scan(dataset, 'ALL')) {
    const pair = JSON.stringify([userId, itemId])
    if (countsUsers && ingestion === 'BULK' && pairs.has(pair)) continue
    pairs.add(pair)
    counts[itemIndex.numberOf(itemId)]!++
  }
  return counts
}

/** Twelve steps are the interval of two hours whose events are compared with those before. */
const [STEP_MS, STEPS] = [600_000, 12]
/** From an interval to the next, of what was before; from a step to the next, of a trend. */
const [KEPT, FADING] = [0.5 ** (1 / 6), 0.5 ** (1 / STEPS)]
const [NOISE, FAINT] = [3, 0.01]

/** The trend of each item, 0 where it has none, step by step for the last 60 intervals (`engine/recipes/trending.ts`). */
function trendsOf(
  events: readonly FoundInteraction[],
  numberOf: (id: string) => number,
  items: number,
  now: number,
): Float64Array {
  const origin = events.filter(({ ingestion }) => ingestion === 'BULK').reduce(latest, 0) + 1
  const stepAt = (time: number) => Math.floor((time - origin) / STEP_MS)
  const last = stepAt(Math.min(now, events.reduce(latest, 0) + STEPS * STEP_MS))
  const first = Math.min(...events.map(({ timestampMs }) => stepAt(timestampMs)))
  const trends = new Float64Array(items)
  const taken = events.map(({ itemId, timestampMs }) => ({ item: numberOf(itemId), step: stepAt(timestampMs) }))
  for (let step = Math.max(first, last - 60 * STEPS); step <= last; step++) {
    const block = Math.floor((step - STEPS + 1) / STEPS)
    const blocks = block - first / STEPS
    const total = (1 - KEPT ** blocks) / (1 - KEPT)
    for (let item = 0; item < items; item++) {
      const own = taken.filter(event => event.item === item && event.step <= step)
      const count = own.filter(event => event.step > step - STEPS).length
      const past = new Map<number, number>()
      for (const event of own) {
        const of = Math.floor(event.step / STEPS)
        if (of < block) past.set(of, (past.get(of) ?? 0) + 1)
      }
      const mean = sumOf(past, block, n => n) / total
      const variance = sumOf(past, block, n => n * n) / total - mean ** 2
      const trend = (count - Math.max(mean, NOISE)) / (Math.sqrt(Math.max(variance, mean)) + NOISE)
      const before = trends[item]! * FADING > FAINT ? trends[item]! * FADING : 0
      trends[item] = blocks >= 1 && count > 0 && trend > Math.max(before, FAINT) ? trend : before
    }
  }
  return trends
}

const latest = (time: number, { timestampMs }: FoundInteraction) => Math.max(time, timestampMs)
const sumOf = (past: ReadonlyMap<number, number>, block: number, of: (count: number) => number) =>
  [...past].reduce((sum, [before, count]) => sum + of(count) * KEPT ** (block - 1 - before), 0)

/**
 * All items of a request that these filters of `FILTERS` let through, best first. Their scores are shares of those of
 * all items, or of the list to be ranked.
 */
export async function listPlainly(by: Services, asked: ListRequest, names: readonly string[]) {
  const { store, serving } = by
  const { userId = '', itemId, context, inputList } = asked
  const target = await findTarget(by, asked)
  const request = { userId, itemId, context, numResults: 1, now: now(store.clock) }
  const { model, query, sources } = await prepareRequest(store, serving, target, request)
  const { itemIndex, ranker } = model
  const events = await store.interactions.ofUser(sources.INTERACTIONS!.id, userId, 10_000)
  const hasHad = (type: string, item: number) =>
    events
      .filter(({ eventType }) => eventType === type)
      .slice(0, 100)
      .some(event => event.itemId === itemIndex.idOf(item))
  const fieldsOf = (item: number) => itemIndex.recordOf(item).fields as readonly [readonly string[], number]
  const tests: Readonly<Record<keyof typeof FILTERS, (item: number) => boolean>> = {
    unwatched: item => !hasHad('watch', item),
    dramas: item => fieldsOf(item)[0].includes('drama'),
    cheap: item => fieldsOf(item)[1] < 10 && !hasHad('buy', item),
  }
  const passes = (item: number) => names.every(name => tests[name as keyof typeof FILTERS](item))
  const answer = ranker.ask(query)
  const every = Array.from({ length: itemIndex.size }, (_, item) => item)
  const counted = await countedOnce(target.recipe.name, by, sources.INTERACTIONS!.id, model, request.now)
  const scores = counted?.scores ?? answer.scoresOf?.(Int32Array.from(every))
  const wanted = inputList ? [...new Set(inputList)].map(id => itemIndex.numberOf(id)).filter(passes) : every
  const scored = wanted
    .map(item => ({ item, score: scores?.[item] ?? Number.NaN }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort(
      (a, b) => b.score - a.score || (inputList ? 0 : (counted?.compareEqual ?? answer.compareEqual!)(a.item, b.item)),
    )
  const ranked = scores ? scored : listed(answer.rank())
  const total = scored.reduce((sum, { score }) => sum + Math.exp(score), 0)
  const rest = inputList ? wanted : itemIndex.late
  const others = rest.filter(item => !ranked.some(one => one.item === item)).map(item => ({ item, score: Number.NaN }))
  return [...ranked, ...others]
    .filter(({ item }) => item !== query.item && passes(item))
    .map(({ item, score }) => ({ id: itemIndex.idOf(item), probability: Math.exp(score) / total }))
}
