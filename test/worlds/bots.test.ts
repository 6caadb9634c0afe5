import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { createWorld, EVENT_FIELDS, type Trained, trainRecipe } from './world.ts'

/** The moment of the test server, in seconds. */
const NOW = Date.parse('2026-11-23T12:00:00Z') / 1000
const HOUR = 3600
const RECIPES = ['aws-user-personalization-v2', 'aws-popularity-count', 'aws-trending-now'] as const

/** 400 users of 8 clicks each in 90 days, and a program that calls twelve pages 6,000 times in two days. */
function lines(): readonly string[] {
  const random = createRandom(9)
  const ofUsers = Array.from({ length: 3200 }, (_, n) => {
    const time = Math.floor(NOW - HOUR - 90 * 24 * HOUR * random())
    return `user-${n % 400},item-${Math.floor(60 * random() ** 2)},Click,${time}`
  })
  const ofBot = Array.from({ length: 6000 }, (_, n) => `bot,page-${n % 12},Click,${NOW - 48 * HOUR + 28 * n}`)
  return [...ofUsers, ...ofBot]
}

describe('a program that calls a few pages again and again', () => {
  let server: TestServer
  const trained = new Map<string, Trained>()
  const assertHidden = async (recipe: string) => {
    const list = await trained.get(recipe)!.list({ userId: 'newcomer' })
    assert.deepEqual(
      list.filter(item => !item.startsWith('item-')),
      [],
      list.join(),
    )
  }
  before(async () => {
    server = await startTestServer()
    const group = await createWorld(server, 'bots', { Interactions: { fields: EVENT_FIELDS, lines: lines() } })
    for (const recipe of RECIPES) trained.set(recipe, await trainRecipe(server, group, recipe))
  })
  after(() => server[Symbol.asyncDispose]())

  for (const recipe of RECIPES) it(`is nothing that others are shown by ${recipe}`, () => assertHidden(recipe))
})
