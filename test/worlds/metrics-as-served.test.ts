import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeCampaignCommand, GetSolutionMetricsCommand } from '@aws-sdk/client-personalize'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, eventsInto, itemsOf, type Trained, text, trainRecipe, type World } from './world.ts'

const [USERS, ITEMS, TASTES] = [2000, 90, 6]
const NOW = Date.parse('2026-11-23T12:00:00Z')
const allItems = Array.from({ length: ITEMS }, (_, item) => `item-${item}`)
/** Every tenth user is unknown to the training. */
const isHeldOut = (user: number) => user % 10 === 9

interface Event {
  readonly itemId: string
  readonly eventType: string
}

type Histories = readonly (readonly Event[])[]

/**
 * The events of each user, the oldest first: mostly of one taste, the popular items more often, often the item after
 * the last one. Each item is taken with an event of each type; where types have weights, with one of any type.
 */
function eventsOfUsers({ types, again, seed, weights }: Omit<KnownWorld, 'asked'>): Histories {
  const random = createRandom(seed)
  const upTo = (count: number) => Math.floor(count * random())
  return Array.from({ length: USERS }, (_, user) => {
    const taken: number[] = []
    for (let left = 8 + upTo(8); left > 0; left--) {
      const taste = random() < 0.2 ? upTo(TASTES) : user % TASTES
      const next = ((taken.at(-1) ?? -1) + TASTES) % ITEMS
      const drawn = taste + TASTES * Math.floor((ITEMS / TASTES) * random() ** 2)
      const item = random() < 0.3 ? next : drawn
      if (random() < again && taken.length > 0) taken.push(taken[upTo(taken.length)]!)
      else if (again > 0 || !taken.includes(item)) taken.push(item)
    }
    const typesOf = () => (weights ? [types[upTo(types.length)]!] : types)
    return taken.flatMap(item => typesOf().map(eventType => ({ itemId: `item-${item}`, eventType })))
  })
}

function worldOf(histories: Histories, domain: World['domain']): World {
  const lines = histories.flatMap((events, user) =>
    isHeldOut(user)
      ? []
      : events.map(({ itemId, eventType }, at) => `user-${user},${itemId},${eventType},${1_000_000 + 60 * at}`),
  )
  const priced = { fields: [text('ITEM_ID'), { name: 'PRICE', type: 'float' }], lines: allItems.map(priceOf) }
  return {
    ...(domain && { domain }),
    Items: domain ? itemsOf(domain, allItems, () => 'any') : priced,
    Interactions: { fields: EVENT_FIELDS, lines },
  }
}

const priceOf = (itemId: string, item: number) => `${itemId},${1 + ((7 * item) % 50)}`

/** The metrics of one list, by the formulas of the guide's pages on them; `weightOf` is relative to the mean weight. */
function measure(
  list: readonly string[],
  wanted: ReadonlySet<string>,
  weightOf: ((item: string) => number) | undefined,
): Record<string, number> {
  const places = list.flatMap((item, at) => (wanted.has(item) ? at + 1 : []))
  const among = (k: number) => places.filter(place => place <= k)
  const gainOf = (some: readonly number[]) => some.reduce((sum, place) => sum + 1 / Math.log2(1 + place), 0)
  const weighedGainOf = (weigh: (item: string) => number) =>
    among(25).reduce((sum, place) => sum + weigh(list[place - 1]!) / Math.log2(1 + place), 0)
  const ideal = (k: number) => Array.from({ length: Math.min(k, wanted.size) }, (_, at) => at + 1)
  return Object.fromEntries([
    ['mean_reciprocal_rank_at_25', (places[0] ?? 26) > 25 ? 0 : 1 / places[0]!],
    ...[5, 10, 25].flatMap(k => [
      [`normalized_discounted_cumulative_gain_at_${k}`, gainOf(among(k)) / gainOf(ideal(k))],
      [`precision_at_${k}`, among(k).length / k],
    ]),
    ...(weightOf ? [[WEIGHTED, weighedGainOf(weightOf) / gainOf(ideal(25))] as const] : []),
  ])
}

const WEIGHTED = 'normalized_discounted_cumulative_gain_with_event_weights_at_k'

const WEIGHTS: Readonly<Record<string, number>> = { Click: 0.2, Purchase: 1 }
const eventParametersList = Object.entries(WEIGHTS).map(([eventType, weight]) => ({ eventType, weight }))

const objective = { itemAttribute: 'PRICE', objectiveSensitivity: 'HIGH' } as const
const WORLDS = [
  {
    title: 'where nobody takes anything again',
    types: ['Click'],
    again: 0,
    seed: 23,
    asked: [
      { recipe: 'aws-user-personalization-v2' },
      { recipe: 'aws-user-personalization', settings: { solutionConfig: { optimizationObjective: objective } } },
      { recipe: 'aws-personalized-ranking-v2', ranks: true },
      { recipe: 'aws-similar-items', isAbout: true },
      { recipe: 'aws-sims', isAbout: true },
      { recipe: 'aws-popularity-count' },
    ],
  },
  {
    title: 'where two of five events are with an item of before',
    types: ['Click'],
    again: 0.4,
    seed: 24,
    asked: [{ recipe: 'aws-user-personalization-v2' }],
  },
  {
    title: 'of events with weights',
    types: ['Click', 'Purchase'],
    weights: WEIGHTS,
    again: 0,
    seed: 25,
    asked: [
      {
        recipe: 'aws-user-personalization-v2',
        settings: { solutionConfig: { eventsConfig: { eventParametersList } } },
      },
    ],
  },
  {
    title: 'of videos, each looked at and then watched',
    types: ['Click', 'Watch'],
    again: 0,
    seed: 23,
    domain: 'VIDEO_ON_DEMAND',
    leavesOut: 'Watch',
    asked: [{ recipe: 'aws-vod-top-picks' }, { recipe: 'aws-vod-more-like-x', isAbout: true }],
  },
] as const

interface AskedRecipe {
  readonly recipe: string
  readonly settings?: Parameters<typeof trainRecipe>[3]
  /** Whether it is asked for the order of all items. */
  readonly ranks?: boolean
  /** Whether it is asked about an item, the last one that the user had. */
  readonly isAbout?: boolean
}

interface KnownWorld {
  readonly types: readonly string[]
  /** The weight of each type in training. */
  readonly weights?: Readonly<Record<string, number>>
  /** The share of events with an item that the user had before. */
  readonly again: number
  readonly seed: number
  readonly domain?: World['domain']
  /** The type of the events after which the use case leaves out their items. */
  readonly leavesOut?: string
  readonly asked: readonly AskedRecipe[]
}

/** A user's oldest events, and the items of the others that a request may return. */
function questionOf(events: readonly Event[], isAbout: boolean, leavesOut: string | undefined) {
  for (let newest = Math.max(1, Math.round(events.length / 10)); ; newest++) {
    const had = events.slice(0, -newest)
    const left = had.flatMap(event => (event.eventType === leavesOut ? event.itemId : []))
    const later = events.slice(-newest).flatMap(event => (left.includes(event.itemId) ? [] : event.itemId))
    // Where the use case leaves out all that comes later, a little more is asked for.
    if (later.length === 0) continue
    const about = isAbout ? had.at(-1)!.itemId : undefined
    const typeOf = (item: string) => events.slice(-newest).find(({ itemId }) => itemId === item)!.eventType
    return { had, about, wanted: new Set(later.filter(item => item !== about)), typeOf }
  }
}

/** Asks the users whom the training did not know for the rest of their events; returns the metrics of each list. */
async function measureServed(
  histories: Histories,
  { trained, put }: { readonly trained: Trained; readonly put: Awaited<ReturnType<typeof eventsInto>> },
  { recipe, ranks, isAbout = false }: AskedRecipe,
  { leavesOut, weights }: Pick<KnownWorld, 'leavesOut' | 'weights'>,
) {
  const weightsOfTypes = Object.values(weights ?? {})
  const mean = weightsOfTypes.reduce((a, b) => a + b, 0) / weightsOfTypes.length
  const measured: Record<string, number>[] = []
  for (const [user, events] of histories.entries()) {
    if (!isHeldOut(user)) continue
    const { had, about, wanted, typeOf } = questionOf(events, isAbout, leavesOut)
    if (wanted.size === 0) continue
    const userId = `${recipe}-${user}`
    await put(
      userId,
      had.map((event, at) => ({ ...event, sentAt: new Date(NOW - 600_000 + 1000 * at) })),
    )
    const list = ranks
      ? await trained.rank(userId, allItems)
      : await trained.list({ userId, ...(about && { itemId: about }) }, 25)
    const weightOf = weights && ((item: string) => weights[typeOf(item)]! / mean)
    measured.push(measure(list, wanted, weightOf))
  }
  return measured
}

for (const { title, ...known } of WORLDS) {
  const { domain, asked, ...world }: KnownWorld = known
  describe(`the metrics in a world ${title}`, () => {
    const histories = eventsOfUsers(world)
    const trained: Trained[] = []
    let server: TestServer
    let put: Awaited<ReturnType<typeof eventsInto>>
    before(async () => {
      server = await startTestServer()
      const group = await createWorld(server, 'held-out', worldOf(histories, domain))
      for (const { recipe, settings } of asked) trained.push(await trainRecipe(server, group, recipe, settings))
      put = await eventsInto(server, group)
    })
    after(() => server[Symbol.asyncDispose]())

    for (const [at, one] of asked.entries())
      it(`are those of the lists that ${one.recipe} serves to users whom it did not know`, async () => {
        const reported = domain ? trained[at]!.metrics : await metricsOf(server, trained[at]!.arn)
        const measured = await measureServed(histories, { trained: trained[at]!, put }, one, world)
        for (const name of Object.keys(measured[0]!)) {
          const { mean, variance } = momentsOf(measured.map(metrics => metrics[name]!))
          // A tenth of the others is asked in training; by recipes about an item a half of it.
          const askedInTraining = 0.9 * measured.length * (one.isAbout ? 0.5 : 1)
          const error = Math.sqrt(variance / measured.length + variance / askedInTraining)
          const difference = reported[name]! - mean
          const message = `${name}: ${reported[name]} is reported, ${mean.toFixed(4)} ± ${error.toFixed(4)} served`
          assert.ok(Math.abs(difference) <= ERRORS_MAX * error, message)
        }
      })
  })
}

/** As the data are made by chance from a seed, the differences are always the same: none of 63 is greater. */
const ERRORS_MAX = 2.5

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length }
}

async function metricsOf({ personalize }: TestServer, campaignArn: string) {
  const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn }))
  const { solutionVersionArn } = campaign!
  const { metrics } = await personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn }))
  return metrics!
}
