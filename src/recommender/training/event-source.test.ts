import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { openSqliteStore } from '../../store/sqlite/store.ts'
import { click, createDataset, each, importInteractions } from '../../store/suite/fixture.ts'
import { openEvents } from './event-source.ts'
import { Numbering } from './numbering.ts'
import { readEvents } from './snapshot.ts'

describe('the events of a training', () => {
  it('are all up to a number, however many are put meanwhile: a model is told of those after it', async () => {
    const directory = await temporaryDirectory()
    const store = await openSqliteStore(directory)
    const id = await createDataset(store)
    let [isPutting, count] = [true, 0]
    // One caller repeats an eventId, so that its events are not in the log for a while, as those of the others.
    const callers = Array.from({ length: 20 }, async (_, caller) => {
      for (const eventId = caller === 0 ? 'again' : null; isPutting; ) {
        const timestampMs = ++count
        await store.interactions.put(id, [click({ userId: `user ${timestampMs}`, timestampMs, eventId })])
      }
    })
    const reads: { readonly seq: number; readonly users: ReadonlySet<string> }[] = []
    while (reads.length < 5) {
      const before = count
      await eventually('200 calls', () => count >= before + 200)
      await using source = await openEvents({ store, dataset: { id } as Dataset, bounds: {}, report: () => {} })
      const users = new Set<string>()
      for await (const chunk of source.read()) for (const user of chunk.users) users.add(user)
      reads.push({ seq: source.seq, users })
    }
    isPutting = false
    await Promise.all(callers)
    const put = await store.interactions.after(id, 0, count)
    for (const { seq, users } of reads)
      assert.deepEqual([...users].sort(), put.flatMap(event => (event.seq <= seq ? event.userId : [])).sort())
    await store.close()
    await rm(directory, { recursive: true })
  })

  it('are imported ones too, whose greater number hides no event from the model that came before them', async () => {
    const directory = await temporaryDirectory()
    const store = await openSqliteStore(directory)
    const schema = { datasetType: 'INTERACTIONS', fields: [] } as const
    const dataset = { id: await createDataset(store), schema } as Partial<Dataset> as Dataset
    await store.interactions.put(dataset.id, [click({ userId: 'put' })])
    await using source = await openEvents({ store, dataset, bounds: {}, report: () => {} })
    await store.interactions.put(dataset.id, [click({ userId: 'later' })])
    await importInteractions(store, dataset.id, [click({ userId: 'imported' })])
    const items = new Numbering()
    const { users, seq } = await readEvents(store, dataset, items, { source: source.read(), seq: source.seq })
    assert.deepEqual(users, ['imported', 'put'])
    assert.deepEqual(await each(store.interactions.after(dataset.id, seq, 10), 'userId'), ['later'])
    await store.close()
    await rm(directory, { recursive: true })
  })
})
