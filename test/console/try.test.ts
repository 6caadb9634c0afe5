import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand, ListEventTrackersCommand } from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import type { Page } from 'playwright-core'
import { closeBrowser, type Looked, look, noBrowser } from '#test/browser.ts'
import { historyOf } from '#test/http.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { deploy, ITEMS_EACH, importMarket, type Market, TASTES, USERS_EACH } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

const text = (name: string, more = {}) => ({ name, type: ['null', 'string'], ...more })
const ITEM_FIELDS = [
  { name: 'ITEM_ID', type: 'string' },
  text('TITLE'),
  text('IMAGE_URL'),
  text('GENRES', { categorical: true }),
  { name: 'PRICE', type: ['null', 'float'] },
]
const HOSTILE = '<img src=x onerror=alert(1)>'
const NO_EXPLORATION = { campaignConfig: { itemExplorationConfig: { explorationWeight: '0' } } }

/** Two tastes, as `createMarket` has them, with titles and pictures. */
async function createShop(server: TestServer): Promise<Market> {
  const users = ['USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER']
  const items = ['ITEM_ID,TITLE,IMAGE_URL,GENRES,PRICE']
  const events = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
  for (const { membership, genre } of TASTES) {
    for (let item = 0; item < ITEMS_EACH; item++)
      items.push(`${genre}-${item},The ${genre} ${item},/console/icon.svg,${genre},${item + 1}`)
    for (let user = 0; user < USERS_EACH; user++) {
      users.push(`${membership}-${user},${20 + (user % 40)},${membership},`)
      for (let event = 0; event < 12; event++) {
        const item = (user * 7 + event * event) % ITEMS_EACH
        const type = event % 4 === 0 ? 'buy' : 'watch'
        events.push(`${membership}-${user},${genre}-${item},${type},${1_000_000 + 100 * event + user},phone`)
      }
    }
  }
  return importMarket(server, 'shop', { users, items, events }, ITEM_FIELDS)
}

describe('the page of the console that tries recommendations', { skip: noBrowser }, () => {
  let server: TestServer
  let shop: Market
  let forYou: string
  let hot: string
  let ranking: string
  before(async () => {
    server = await startTestServer()
    shop = await createShop(server)
    const { datasetGroupArn } = shop
    forYou = await deploy(server, datasetGroupArn, 'aws-user-personalization', NO_EXPLORATION)
    ranking = await deploy(server, datasetGroupArn, 'aws-personalized-ranking')
    hot = await deploy(server, datasetGroupArn, 'aws-popularity-count')
    for (const [name, filterExpression] of [
      ['genre', 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)'],
      ['cheap', 'INCLUDE ItemID WHERE Items.PRICE < 4'],
      ['members', 'INCLUDE UserID WHERE Users.AGE > 30'],
    ] as const)
      await server.personalize.send(new CreateFilterCommand({ name, datasetGroupArn, filterExpression }))
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1)
  const open = ({ open }: Looked, choices: Record<string, string | readonly string[]>, group = 'shop') => {
    const search = new URLSearchParams(
      Object.entries(choices).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
    )
    return open(`/try/${group}?${search}`)
  }
  const cardsOf = (page: Page, arn: string) =>
    page.getByRole('list', { name: `Recommendations of ${nameOf(arn)}` }).locator('> li:not([data-gone])')
  /** The ids on the cards of a campaign, once they are as many as wanted. */
  async function idsOn(page: Page, arn: string, count = 10): Promise<readonly string[]> {
    const cards = cardsOf(page, arn)
    await cards.nth(count - 1).waitFor()
    return cards.evaluateAll(all => all.map(card => card.dataset.id!))
  }
  /** Waits until the cards of a campaign are these: those of what was asked for before may be there for a while. */
  async function untilCardsAre(page: Page, arn: string, ids: readonly string[]): Promise<void> {
    const cards = cardsOf(page, arn)
    for (const [at, id] of ids.entries())
      await cards
        .nth(at)
        .and(page.locator(`[data-id="${id}"]`))
        .waitFor()
    await cards.nth(ids.length).waitFor({ state: 'detached' })
  }
  const served = async (query: object, campaignArn = forYou) => {
    const command = new GetRecommendationsCommand({ campaignArn, numResults: 10, ...query })
    return (await server.runtime.send(command)).itemList!.map(({ itemId }) => itemId!)
  }

  it('shows lists beside each other, says why each item is there, and changes them on a click', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/try')
    await page.getByLabel('User', { exact: true }).fill('Member-')
    await page.getByRole('option', { name: 'Member-12' }).click()
    await page.getByRole('heading', { name: nameOf(forYou) }).waitFor()
    const before = await served({ userId: 'Member-12' })
    await untilCardsAre(page, forYou, before)
    await open(console, { user: 'Member-12', with: [nameOf(forYou), nameOf(hot)] })
    await untilCardsAre(page, hot, await served({}, hot))
    await page
      .getByText(/^(watch|buy) drama-\d+$/)
      .first()
      .waitFor()
    assert.equal(
      await page.locator(`[data-id="${before[0]}"] img`).first().getAttribute('src'),
      `${server.url}/console/icon.svg`,
    )
    await console.assertUsable()

    const bought = (await served({}, hot)).find(id => id.startsWith('comedy'))!
    await page.getByRole('button', { name: `buy: The ${bought.replace('-', ' ')}` }).click()
    await page.getByText(`buy ${bought}`).first().waitFor({ state: 'attached' })
    const list = page.getByRole('list', { name: `Recommendations of ${nameOf(forYou)}` })
    await list
      .getByText(/^(up \d+|down \d+|new)$/)
      .first()
      .waitFor()
    await untilCardsAre(page, forYou, await served({ userId: 'Member-12' }))
    const [event] = await historyOf(server, shop.interactions, 'Member-12')
    assert.deepEqual([event!.itemId, event!.eventType], [bought, 'buy'])
    const trackers = await server.personalize.send(new ListEventTrackersCommand({}))
    assert.deepEqual(
      trackers.eventTrackers!.map(({ name }) => name),
      ['shop-console'],
    )
  })

  it('filters and promotes, with faults of values at their column, and writes the call for other programs', async () => {
    await using console = await look(server.url, { isDark: true })
    const { page } = console
    await open(console, { user: 'Member-1', filter: 'genre', 'value.GENRE': '"comedy", drama' })
    await page.getByText(/^Column 11: Invalid input symbol: drama/).waitFor()
    assert.equal(await page.locator('mark').textContent(), 'drama')
    await console.assertUsable()
    await page.getByLabel('$GENRE').fill('"comedy"')
    const filterArn = forYou.replace(/:campaign\/.*/, ':filter/genre')
    const filterValues = { GENRE: '"comedy"' }
    const expected = await served({ userId: 'Member-1', filterArn, filterValues })
    await page.getByRole('heading', { name: 'The comedy' }).first().waitFor()
    await untilCardsAre(page, forYou, expected)
    await open(console, { user: 'Member-1', filter: 'members' })
    await page.getByText('It filters by UserID, not by ItemID, so nothing is filtered.').waitFor()
    await open(console, { user: 'Member-1', promotion: 'cheap', percent: '50', 'context.DEVICE': 'phone' })
    await page.getByText('promoted', { exact: true }).nth(4).waitFor()
    await page.getByRole('button', { name: 'The same elsewhere' }).click()
    await page.getByText(/"percentPromotedItems":50/).waitFor()
    await page.getByText(/--context '\{"DEVICE":"phone"\}'/).waitFor()
  })

  it('recommends to an anonymous session by what it does', async () => {
    await using console = await look(server.url, { width: 360, height: 740 })
    const { page } = console
    await open(console, { session: 'visit-1' })
    const last = (await idsOn(page, forYou)).at(-1)!
    await page.getByRole('button', { name: `watch: The ${last.replace('-', ' ')}` }).click()
    await page.getByText(`watch ${last}`).first().waitFor({ state: 'attached' })
    await page
      .getByText(/^(up \d+|new)$/)
      .first()
      .waitFor()
    await untilCardsAre(page, forYou, await served({ userId: 'visit-1' }))
    const [event] = await historyOf(server, shop.interactions, 'visit-1')
    assert.deepEqual([event!.itemId, event!.sessionId, event!.anonymous], [last, 'visit-1', true])
    await console.assertUsable()
  })

  it('ranks items that are pasted, and recommends items that go with one, and actions', async () => {
    const { datasetGroupArn } = shop
    const all = await createDataset(server, 'Actions', { group: 'shop' })
    const done = await createDataset(server, 'Action_Interactions', { group: 'shop' })
    const actions = await putFile(server, 'actions.csv', 'ACTION_ID,CHANNEL,VALUE\njoin,,\nleave,,\n')
    assertActive(await importFrom(server, all.datasetArn, actions))
    const lines = ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    for (let user = 0; user < 60; user++)
      lines.push(
        `Guest-${user},join,TAKEN,${1_790_000_000 - user},`,
        `Member-${user},leave,TAKEN,${1_790_000_000 - user},`,
      )
    assertActive(await importFrom(server, done.datasetArn, await putFile(server, 'done.csv', lines.join('\n'))))
    const [related, best] = [
      await deploy(server, datasetGroupArn, 'aws-sims'),
      await deploy(server, datasetGroupArn, 'aws-next-best-action'),
    ]
    await using console = await look(server.url, { width: 1600 })
    const { page } = console
    await open(console, { user: 'Member-1', with: [ranking, related, best].map(nameOf) })
    await page.getByText('Name the items that are to be ranked.').waitFor()
    await page.getByLabel('Items to rank').fill('comedy-3\n drama-3 \n\ndrama-3\ncomedy-4')
    await page.getByLabel('Item', { exact: true }).fill('drama-3')
    assert.deepEqual((await idsOn(page, ranking, 3)).toSorted(), ['comedy-3', 'comedy-4', 'drama-3'])
    await untilCardsAre(page, related, await served({ itemId: 'drama-3' }, related))
    assert.deepEqual((await idsOn(page, best, 2)).toSorted(), ['join', 'leave'])
    const put = page.waitForResponse(response => response.url().endsWith('/action-interactions'))
    await page.getByRole('button', { name: 'TAKEN: join' }).click()
    assert.equal((await put).status(), 200)
    const [event] = await historyOf(server, done.datasetArn, 'Member-1')
    assert.deepEqual([event!.actionId, event!.eventType], ['join', 'TAKEN'])
    await console.assertUsable()
  })

  it('runs nothing that ids and properties contain', async () => {
    const items = [
      {
        itemId: HOSTILE,
        properties: JSON.stringify({ title: HOSTILE, imageUrl: 'javascript:alert(1)', genres: HOSTILE }),
      },
      {
        itemId: 'data',
        properties: JSON.stringify({ title: 'data', imageUrl: 'data:image/svg+xml,<svg onload=alert(1)>' }),
      },
    ]
    await server.events.send(new PutItemsCommand({ datasetArn: shop.items, items }))
    await using console = await look(server.url)
    const { page } = console
    page.on('dialog', dialog => assert.fail(dialog.message()))
    await open(console, { user: HOSTILE, with: nameOf(ranking), rank: [HOSTILE, 'data', 'drama-1'] })
    const put = page.waitForResponse(response => response.url().endsWith('/events'))
    await page.getByRole('button', { name: `buy: ${HOSTILE}` }).click()
    assert.equal((await put).status(), 200)
    await page.getByText(HOSTILE).nth(1).waitFor()
    assert.equal(await page.locator('.cards img').count(), 1)
    assert.equal((await historyOf(server, shop.interactions, HOSTILE))[0]!.itemId, HOSTILE)
  })

  it('needs no Items dataset', async () => {
    const { datasetGroupArn, datasetArn } = await createDataset(server, 'Interactions', { group: 'bare' })
    const lines = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE']
    for (let n = 0; n < 1200; n++) lines.push(`u${n % 50},i${(n * n) % 30},view,${1_000_000 + n},`)
    assertActive(await importFrom(server, datasetArn, await putFile(server, 'bare.csv', lines.join('\n'))))
    await using console = await look(server.url)
    await open(console, {}, 'bare')
    await console.page.getByText('has neither a campaign nor a recommender').waitFor()
    await console.assertUsable()
    const campaignArn = await deploy(server, datasetGroupArn, 'aws-popularity-count')
    await console.page.reload()
    await untilCardsAre(console.page, campaignArn, await served({}, campaignArn))
  })
})
