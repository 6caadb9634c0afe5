import { openApi } from '../../src/cli/client.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { CAMPAIGN, FILTER, ITEMS_DATASET, shopper } from './shop.ts'

interface Freshness {
  /**
   * The number of items that one server acknowledged and another was asked for at once, and of those that it did not
   * know.
   */
  readonly asked: number
  readonly unknown: number
  /** The milliseconds from the acknowledgement until another server knows an item without a request; sorted. */
  readonly lags: readonly number[]
}

/** The number of the next item: each is new in all measurements. */
let next = 0

/** The number of items that are put and requested at a time. */
const AT_ONCE = 8

/**
 * Puts new items at each server in turn and requests them from the next. Then it puts more, and measures when the store
 * in this process, like one more server, is notified.
 */
export async function measureFreshness(url: string, servers: readonly string[], items: number): Promise<Freshness> {
  const calls = servers.map(server => openApi(server))
  const put = async (server: number) => {
    const item = `fresh-${process.pid}-${next++}`
    const properties = JSON.stringify({ category: item, price: 1 })
    await calls[server]!('PutItems', { datasetArn: ITEMS_DATASET, items: [{ itemId: item, properties }] })
    return item
  }
  const isKnown = async (server: number, item: string) => {
    const filterValues = { CATEGORY: `"${item}"` }
    const asked = { campaignArn: CAMPAIGN, userId: shopper(next), filterArn: FILTER, filterValues }
    const { itemList } = await calls[server]!('GetRecommendations', asked)
    return itemList!.some(({ itemId }) => itemId === item)
  }
  let unknown = 0
  const putAndAsk = async (worker: number) => {
    for (let turn = worker; turn < items; turn += AT_ONCE)
      if (!(await isKnown((turn + 1) % servers.length, await put(turn % servers.length)))) unknown++
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => putAndAsk(worker)))
  return { asked: items, unknown, lags: await watchLags(url, items, () => put(0)) }
}

async function watchLags(url: string, items: number, put: () => Promise<string>): Promise<readonly number[]> {
  await using store = await openPostgresStore(url)
  const toldAt = new Map<string, number>()
  let told = () => {}
  store.watch(
    change => {
      if (change.kind !== 'records') return
      for (const { id } of change.rows) toldAt.set(id, performance.now())
      told()
    },
    () => true,
  )
  const lags: number[] = []
  for (let turn = 0; turn < items; turn++) {
    const item = await put()
    const acknowledgedAt = performance.now()
    while (!toldAt.has(item))
      await new Promise<void>(resolve => {
        told = resolve
      })
    lags.push(Math.max(0, toldAt.get(item)! - acknowledgedAt))
  }
  return lags.sort((a, b) => a - b)
}
