import { createRandom } from '../../src/engine/math/random.ts'
import { arnsOf } from '../../src/operations/shared/arns.ts'
import { type ModelsPlace, openArtifacts } from '../../src/recommender/model-files/artifacts.ts'
import { planOf } from '../../src/recommender/training/plan.ts'
import { trainModel } from '../../src/recommender/training/training.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { createDataset } from './create-dataset.ts'
import { refuse } from './options.ts'
import { progress } from './progress.ts'

const arns = arnsOf('000000000000', 'us-east-1')
export const GROUP = arns.of('dataset-group/bench')
export const CAMPAIGN = arns.of('campaign/bench')
export const SOLUTION = arns.of('solution/bench')
export const FILTER = arns.of('filter/bench')
export const ITEMS_DATASET = arns.of('dataset/bench/ITEMS')
export const CATEGORIES = 50

const FIELDS = {
  Items: [
    { name: 'ITEM_ID', type: 'string' },
    { name: 'CATEGORY', type: 'string', categorical: true },
    { name: 'PRICE', type: 'float' },
  ],
  Interactions: [
    { name: 'USER_ID', type: 'string' },
    { name: 'ITEM_ID', type: 'string' },
    { name: 'TIMESTAMP', type: 'long' },
    { name: 'EVENT_TYPE', type: 'string' },
  ],
}

export const shopper = (user: number) => `user-${user}`
export const goods = (item: number) => `item-${item}`

export interface BenchShop {
  readonly items: number
  readonly users: number
  readonly eventsEach: number
  /** How many categories a user likes; 2 unless given. */
  readonly tastes?: number
}

/** As many users, items and events as MovieLens-1M; users take items of many kinds, as there. */
const DENSE: BenchShop = { items: 3706, users: 6040, eventsEach: 165, tastes: 20 }

/** The shop of a name in `--shops`: `dense`, or a number of items in a shop of users with 20 events each. */
export function shopOf(name: string, users = 50_000): BenchShop {
  if (name === 'dense') return DENSE
  const items = Number(name)
  if (!(items > 0)) refuse(`--shops has ${name}: it must be dense, or a number of items, such as 10000`)
  return { items, users, eventsEach: 20 }
}

/** The places of the rows and the models of a shop, if not in the data directory. */
interface ShopPlace {
  /** The URL of a PostgreSQL database. */
  readonly store?: string
  readonly models?: string
}

/**
 * Fills a data directory with a shop, and trains a campaign of aws-user-personalization-v2 on it, without HTTP
 * requests. Every user likes some of the categories, and some items are more popular than others.
 */
export async function openShop(dataDir: string, shop: BenchShop, place: ShopPlace = {}): Promise<void> {
  await using store = await openStore(dataDir, place.store)
  await store.resources.create({ kind: 'dataset-group', arn: GROUP, status: 'ACTIVE', document: { name: 'bench' } })
  const items = await createDataset(store, 'bench', 'Items', FIELDS.Items)
  const interactions = await createDataset(store, 'bench', 'Interactions', FIELDS.Interactions)
  await putItems(store, items, shop)
  await importEvents(store, interactions, shop)
  await train(store, { dataDir, models: place.models })
  const document = { name: 'bench', datasetGroupArn: GROUP, filterExpression: FILTER_EXPRESSION }
  await store.resources.create({ kind: 'filter', arn: FILTER, parent: GROUP, status: 'ACTIVE', document })
}

const FILTER_EXPRESSION =
  'INCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY) AND Items.PRICE < 50 | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("view")'

const AT_ONCE = 10_000

async function putItems(store: Store, dataset: number, { items }: BenchShop): Promise<void> {
  const generation = await store.imports.begin(dataset)
  const sorted = Array.from({ length: items }, (_, item) => item).sort((a, b) => (goods(a) < goods(b) ? -1 : 1))
  for (let from = 0; from < items; from += AT_ONCE) {
    const rows = sorted.slice(from, from + AT_ONCE).map(item => ({
      id: goods(item),
      fields: JSON.stringify([`category-${item % CATEGORIES}`, (item * 37) % 100]),
    }))
    await store.imports.stageRecords(dataset, generation, rows)
  }
  await store.imports.publish(dataset, generation)
}

async function importEvents(store: Store, dataset: number, shop: BenchShop): Promise<void> {
  const { items, users, eventsEach, tastes: liked = 2 } = shop
  const random = createRandom(1)
  const generation = await store.imports.begin(dataset)
  const bar = progress(`${(users * eventsEach).toLocaleString('en')} events`, users)
  const sorted = Array.from({ length: users }, (_, user) => user).sort((a, b) => (shopper(a) < shopper(b) ? -1 : 1))
  const perCategory = Math.ceil(items / CATEGORIES)
  const usersAtOnce = Math.max(1, Math.floor(AT_ONCE / eventsEach))
  for (let from = 0; from < users; from += usersAtOnce) {
    const rows = sorted.slice(from, from + usersAtOnce).flatMap(user => {
      const tastes = Array.from({ length: liked }, () => Math.floor(random() * CATEGORIES))
      return Array.from({ length: eventsEach }, (_, event) => {
        const category = random() < 0.1 ? Math.floor(random() * CATEGORIES) : tastes[event % liked]!
        const item = Math.floor(perCategory * random() ** 3) * CATEGORIES + category
        const itemId = goods(Math.min(items - 1, item))
        const timestampMs = 1.7e12 + event * 60_000
        const nothing = { anonymous: false, sessionId: null, eventId: null, eventValue: null, details: '' }
        return { userId: shopper(user), itemId, timestampMs, eventType: 'view', ...nothing }
      })
    })
    await store.imports.stageInteractions(dataset, generation, rows)
    bar.add(usersAtOnce)
  }
  await store.imports.publish(dataset, generation)
  bar.done()
}

async function train(store: Store, place: Pick<ModelsPlace, 'dataDir' | 'models'>): Promise<void> {
  const recipeArn = 'arn:aws:personalize:::recipe/aws-user-personalization-v2'
  const document = { name: 'bench', recipeArn, datasetGroupArn: GROUP }
  const [solution, version] = [SOLUTION, `${SOLUTION}/00000001`]
  const active = { status: 'ACTIVE' }
  await store.resources.create({ ...active, kind: 'solution', arn: solution, parent: GROUP, document })
  const trained = { ...document, solutionArn: solution, trainedAt: Date.now() }
  const created = { ...active, kind: 'solution-version', arn: version, parent: solution, document: trained }
  const owner = await store.resources.create(created)
  const { artifact } = await trainModel({
    store,
    plan: planOf(document),
    limits: { minimums: true, quotas: false },
    seed: 1,
    report: () => {},
  })
  const modelFile = await openArtifacts({ ...place, identity: store.identity }).keep(owner, artifact, async () => [])
  await store.resources.update(version, { document: { modelFile } })
  const campaign = { name: 'bench', solutionVersionArn: version, minProvisionedTPS: 1 }
  await store.resources.create({
    ...active,
    kind: 'campaign',
    arn: CAMPAIGN,
    parent: solution,
    reference: version,
    document: campaign,
  })
}
