import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { startPostgres } from '#test/postgres.ts'
import { startTestServer } from '#test/server.ts'
import { createWorld, EVENT_FIELDS, trainRecipe } from '../worlds/world.ts'

const HEADER = EVENT_FIELDS.map(({ name }) => name).join(',')
const click = (user: number, item: string) => `user-${user},${item},click,${1_000_000 + user}`

describe('an import of interactions on one of several servers', () => {
  it('counts with the models that are in memory on another', async () => {
    await using used = new AsyncDisposableStack()
    const postgres = used.use(await startPostgres({ fsync: 'off' }))
    const dataDir = await temporaryDirectory()
    used.defer(() => rm(dataDir, { recursive: true }))
    const store = await postgres.createDatabase('shared')
    const here = used.use(await startTestServer({ dataDir, store }))
    const there = used.use(await startTestServer({ dataDir, store, workers: 0 }))
    const lines = Array.from({ length: 1200 }, (_, n) => click(n % 100, `item-${Math.floor(n / 100)}`))
    const group = await createWorld(here, 'shared', { Interactions: { fields: EVENT_FIELDS, lines } })
    const { arn: campaignArn } = await trainRecipe(here, group, 'aws-popularity-count')
    const firstThere = async () => {
      const { itemList } = await there.runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'any' }))
      return itemList!.map(({ itemId }) => itemId)
    }
    assert.ok(!(await firstThere()).includes('viral'))
    const viral = Array.from({ length: 150 }, (_, user) => click(user, 'viral'))
    const path = await putFile(here, 'viral.csv', [HEADER, ...viral, ...lines.slice(200)].join('\n'))
    assertActive(await importFrom(here, `${group.replace(':dataset-group/', ':dataset/')}/INTERACTIONS`, path))
    // The model of before answers until the other is loaded, a moment after the job has ended.
    await eventually('the other model', async () => (await firstThere())[0] === 'viral')
    assert.ok(!(await firstThere()).includes('item-0'))
  })
})
