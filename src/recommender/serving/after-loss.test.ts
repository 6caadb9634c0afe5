import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { deploy } from '#test/market.ts'
import { createDataset, startTestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import type { Store } from '../../store/store.ts'
import { click } from '../../store/suite/fixture.ts'
import { openServing } from './serving.ts'

it('a model without items counts all events once, when the store could not be reached for long', async t => {
  const dataDir = await temporaryDirectory()
  t.after(() => rm(dataDir, { recursive: true }))
  const datasetGroupArn = await trainWithoutItems(dataDir)
  await using store = await openTestStore(dataDir)
  // As on PostgreSQL: changes are gone, and the first look afterwards says so before it tells of those still there.
  let changes: 'told' | 'gone' | 'told after a loss' = 'told'
  const lossy: Store = {
    ...store,
    watch: (listener, isOfRows) =>
      store.watch(change => {
        if (change.kind === 'interactions' && changes === 'gone') return
        if (change.kind === 'interactions' && changes === 'told after a loss') listener({ kind: 'unknown' })
        listener(change)
      }, isOfRows),
  }
  using serving = openServing(lossy, dataDir)
  const [version] = await store.resources.list({ kind: 'solution-version' })
  const sources = await serving.sources(datasetGroupArn)
  const counted = async () => {
    await store.catchUp()
    await serving.renewed()
    const { itemIndex, exposure } = await serving.model(version!, sources)
    return exposure.events[itemIndex.numberOf('late')]
  }
  const put = async (userId: string, events: number) => {
    const row = (n: number) => click({ userId, itemId: 'late', eventType: 'watch', timestampMs: 2e9 + n })
    await store.interactions.put(
      sources.INTERACTIONS!.id,
      Array.from({ length: events }, (_, n) => row(n)),
    )
    await store.catchUp()
  }
  await put('ann', 1)
  assert.equal(await counted(), 1)
  changes = 'gone'
  await put('ben', 10)
  changes = 'told'
  await put('cid', 100)
  changes = 'gone'
  await put('dan', 1000)
  changes = 'told after a loss'
  await put('eve', 12_000)
  assert.equal(await counted(), 13_111)
})

/** Returns the ARN of the dataset group. */
async function trainWithoutItems(dataDir: string): Promise<string> {
  await using server = await startTestServer({ dataDir })
  const { datasetArn, datasetGroupArn } = await createDataset(server, 'Interactions', { group: 'bare' })
  const lines = Array.from({ length: 2000 }, (_, n) => `u${n % 50},i${n % 40},watch,${1_000_000 + n},phone`)
  const text = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE', ...lines].join('\n')
  assertActive(await importFrom(server, datasetArn, await putFile(server, 'events.csv', text)))
  await deploy(server, datasetGroupArn, 'aws-popularity-count')
  return datasetGroupArn
}
