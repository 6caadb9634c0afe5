import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import { openSqliteStore } from '../../store/sqlite/store.ts'
import { click, createDataset } from '../../store/suite/fixture.ts'
import { openEvents } from './event-source.ts'

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
      for (const before = count; count < before + 200; ) await setTimeout(1)
      await using source = await openEvents({ store, dataset: { id } as Dataset, bounds: {}, report: () => {} })
      const [seq, users] = [[0], new Set<string>()]
      for await (const chunk of source.read()) {
        seq.push(chunk.seq)
        for (const user of chunk.users) users.add(user)
      }
      reads.push({ seq: Math.max(...seq), users })
    }
    isPutting = false
    await Promise.all(callers)
    const put = await store.interactions.after(id, 0, count)
    for (const { seq, users } of reads)
      assert.deepEqual([...users].sort(), put.flatMap(event => (event.seq <= seq ? event.userId : [])).sort())
    await store.close()
    await rm(directory, { recursive: true })
  })
})
