import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { category, createWorld, deleteUsersOf, EVENT_FIELDS, eventsInto, long, text, trainRecipe } from './world.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const CAMPS = ['jazz', 'rock'] as const
const ITEM_FIELDS = [
  text('ITEM_ID'),
  category('GENRE'),
  { ...text('TITLE'), textual: true },
  long('CREATION_TIMESTAMP'),
]
const RECIPES = [
  'aws-user-personalization',
  'aws-user-personalization-v2',
  'aws-popularity-count',
  'aws-trending-now',
  'aws-similar-items',
  'aws-sims',
  'aws-semantic-similarity',
]
/** More than are looked at of the newest items. */
const LATE = 620

const line = (item: number) => `item-${item},${CAMPS[item % 2]},the ${CAMPS[item % 2]} of ${item % 7},${1_700_000_000}`
const itemsFile = (items: readonly number[]) =>
  [ITEM_FIELDS.map(({ name }) => name).join(','), ...items.map(line)].join('\n')
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

/** Items that training knew get the properties of others. Some get their own back. */
const CHANGED = [
  upTo(10).map(item => [item, item + 3]),
  upTo(10).map(item => [item + 10, item + 15]),
  upTo(5).map(item => [3 * item, 3 * item]),
] as const
const changed = (item: number, as: number) => {
  const [, genre, title, created] = line(as).split(',')
  const creationTimestamp = Number(created) + as - item
  return { itemId: `item-${item}`, properties: JSON.stringify({ genre, title, creationTimestamp }) }
}

/**
 * Makes all changes whose order may differ between a process and the store. Items are imported several times, put in
 * random order and again, or known only by events. Users are deleted, and events follow. Items that training knew are
 * changed last: models are loaded again after a deletion.
 */
async function live(server: TestServer, group: string): Promise<void> {
  const random = createRandom(3)
  const datasetArn = `${group.replace(':dataset-group/', ':dataset/')}/ITEMS`
  for (const [at, items] of [upTo(40), upTo(60), upTo(50)].entries())
    assertActive(await importFrom(server, datasetArn, await putFile(server, `${at}.csv`, itemsFile(items)), 'FULL'))
  const shuffled = upTo(LATE).sort(() => random() - 0.5)
  for (let from = 0; from < LATE; from += 10) {
    const items = shuffled.slice(from, from + 10).map(item => ({
      itemId: `late-${item}`,
      // No two thirds of them say when they came.
      properties: JSON.stringify({
        genre: CAMPS[item % 2],
        title: `a new ${CAMPS[item % 2]}`,
        creationTimestamp: NOW / 1000 - 60 * (item % 3 === 0 ? 3 : item),
      }),
    }))
    await server.events.send(new PutItemsCommand({ datasetArn, items }))
  }
  const put = await eventsInto(server, group)
  const clicks = (items: readonly string[], before: number) =>
    items.map((itemId, n) => ({ eventType: 'click', itemId, sentAt: new Date(NOW - before - 1000 * n) }))
  for (let user = 0; user < 30; user++) {
    const item = Math.floor(LATE * random())
    const events = [`late-${item}`, `unknown-${user % 4}`, `item-${user}`, `late-${(7 * user) % 5}`]
    await put(`${user % 3 === 0 ? 'user' : 'fan'}-${user}`, clicks(events, 60_000 * user), user % 5 === 0)
  }
  await deleteUsersOf(server, group, ['user-3', 'user-7', 'fan-4'])
  for (let user = 30; user < 36; user++) await put(`fan-${user}`, clicks(['unknown-9', 'late-1', 'item-2'], 500 * user))
  for (const items of CHANGED)
    await server.events.send(new PutItemsCommand({ datasetArn, items: items.map(([item, as]) => changed(item!, as!)) }))
}

describe('a restart', () => {
  let dataDir: string
  let server: TestServer
  const campaigns = new Map<string, string>()
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await startTestServer({ dataDir })
    const random = createRandom(5)
    const lines = Array.from({ length: 1400 }, (_, n) => {
      const item = 2 * Math.floor(25 * random() ** 2) + (n % 2)
      return `user-${n % 100},item-${item},click,${Math.floor(NOW / 1000) - 7200 - 300 * n}`
    })
    const group = await createWorld(server, 'again', {
      Items: { fields: ITEM_FIELDS, lines: upTo(30).map(line) },
      Interactions: { fields: EVENT_FIELDS, lines },
    })
    for (const recipe of RECIPES) {
      const trained = await trainRecipe(server, group, recipe)
      campaigns.set(recipe, trained.arn)
      await trained.list({ userId: 'user-1', itemId: 'item-1' })
    }
    await live(server, group)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  const answers = async () => {
    const found: Record<string, unknown> = {}
    for (const [recipe, campaignArn] of campaigns)
      for (const userId of ['user-1', 'user-2', 'user-9', 'fan-8', 'fan-32', 'user-3', 'nobody'])
        for (const numResults of [10, 500]) {
          const asked = { campaignArn, userId, itemId: `item-${userId.length + numResults / 10}`, numResults }
          const { itemList } = await server.runtime.send(new GetRecommendationsCommand(asked))
          found[`${recipe} ${userId} ${numResults}`] = itemList
        }
    return found
  }

  it('changes no answer, to the bit', async () => {
    const before = await answers()
    await server[Symbol.asyncDispose]()
    server = await startTestServer({ dataDir })
    const again = await answers()
    for (const [request, items] of Object.entries(before)) assert.deepEqual(again[request], items, request)
    assert.ok(Object.keys(before).length >= 60)
  })
})
