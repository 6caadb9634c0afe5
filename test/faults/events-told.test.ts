import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { NODES, type Nodes, PLACES, startNodes } from '#test/nodes.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { toldEvent, type WatchedEvent } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { click, createDataset } from '../../src/store/suite/fixture.ts'
import { roundsOf } from './cluster.ts'

const CUTS = roundsOf(20)

for (const node of PLACES)
  describe(`a server that is told of events by a bad way to ${NODES[node]}`, () => {
    let nodes: Nodes
    let way: Way
    let putting: Store
    let counting: Store
    before(async () => {
      nodes = await startNodes({ fsync: 'off' })
      const urls = await nodes.createDatabase('told')
      way = await startWay(urls[node]!)
      putting = await openPostgresStore(urls[(node + 1) % urls.length]!)
      counting = await openPostgresStore(way.url)
    })
    after(async () => {
      await Promise.all([putting, counting].map(store => store?.close()))
      await way?.[Symbol.asyncDispose]()
      await nodes?.[Symbol.asyncDispose]()
    })

    it(`is told of each once, as it was put, when its connections are cut ${CUTS} times`, async () => {
      const dataset = await createDataset(putting)
      await counting.catchUp()
      const told: WatchedEvent[] = []
      counting.watch(
        change => {
          if (change.kind === 'interactions') told.push(...change.rows)
        },
        id => id === dataset,
      )
      let [calls, isOver] = [0, false]
      const putAll = Array.from({ length: 4 }, async () => {
        while (!isOver) {
          const call = calls++
          const details = call % 2 ? JSON.stringify({ IMPRESSION: `a${call}|b` }) : ''
          const events = [0, 1, 2].map(n => click({ userId: `${call}`, itemId: `${n}`, timestampMs: call, details }))
          // The fourth is a duplicate of the first, and the id of the last has come before: no model counts these.
          await putting.interactions.put(dataset, [...events, events[0]!, click({ eventId: 'one', timestampMs: call })])
        }
      })
      for (let cut = 0; cut < CUTS; cut++) {
        await setTimeout(Math.random() * 100)
        way.cut()
        await counting.catchUp().catch(() => {}) // as a request does, which is refused if it takes too long
      }
      isOver = true
      await Promise.all(putAll)
      await counting.catchUp()
      const rows = await putting.interactions.after(dataset, 0, 1_000_000)
      const counted = rows.filter(({ repeated }) => !repeated)
      assert.equal(counted.length, 3 * calls + 1)
      const stored = new Map(counted.map(row => [row.seq, toldEvent(row, row.seq)]))
      const seqs = new Set(told.map(({ seq }) => seq))
      const lost = stored.keys().filter(seq => !seqs.has(seq))
      const twice = told.length - seqs.size
      assert.deepEqual({ lost: [...lost], twice }, { lost: [], twice: 0 })
      for (const event of told) assert.deepEqual(event, stored.get(event.seq), 'torn')
      console.log(
        `faults: connections cut ${CUTS} times, told of ${told.length} events of ${calls} calls, lost 0, torn 0`,
      )
    })
  })
