import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createRandom } from '../../engine/math/random.ts'
import {
  anonymousClick,
  click,
  createDataset,
  importInteractions,
  importRecords,
  record,
  USERS,
} from '../suite/fixture.ts'
import { openSqliteStore } from './store.ts'

const STEPS = 400
const EVENTS = USERS.replace('USERS', 'INTERACTIONS')

describe('a mark', () => {
  it('is another one whenever the record or the events of an id are others', async t => {
    const directory = mkdtempSync(join(tmpdir(), 'personalite-marks-'))
    const store = await openSqliteStore(directory)
    t.after(async () => {
      await store.close()
      rmSync(directory, { recursive: true })
    })
    const [users, events] = [await createDataset(store), await createDataset(store, EVENTS)]
    const random = createRandom(7)
    const below = (count: number) => Math.floor(random() * count)
    const oneOf = <Value>(values: readonly Value[]) => values[below(values.length)]!
    const ids = ['ann', 'ben', 'cleo', 'visit-1', 'visit-2', 'visit-3']
    const event = () => ({ itemId: `item-${below(1000)}`, timestampMs: 1_000_000 + below(1000) })
    const visit = () => oneOf(ids.slice(3))
    const imported = () => importInteractions(store, events, [click({ ...event(), userId: oneOf(ids) })], 'merge')
    const changes: readonly (() => Promise<unknown>)[] = [
      () => store.records.put(users, [record(oneOf(ids), below(1000))]),
      () => store.interactions.put(events, [click({ ...event(), userId: oneOf(ids.slice(0, 3)) })]),
      // The first of a user in a session has its anonymous events change hands.
      () => store.interactions.put(events, [click({ ...event(), userId: oneOf(ids.slice(0, 3)), sessionId: visit() })]),
      () => store.interactions.put(events, [anonymousClick(visit(), event())]),
      () => store.interactions.put(events, [anonymousClick(visit(), event()), click({ ...event(), userId: 'ben' })]),
      () => assert.rejects(store.interactions.put(-1, [click({ userId: oneOf(ids) })])),
      () => importRecords(store, users, [record(oneOf(ids), below(1000))], oneOf(['merge', 'publish'])),
      imported,
      () => store.records.delete(users, [oneOf(ids)]),
      () => store.interactions.deleteUsers(events, [oneOf(ids)]),
      async () => {
        for await (const _step of store.interactions.expire([{ dataset: events, before: 1_000_000 + below(500) }]));
      },
    ]
    const states = async () => {
      await store.catchUp()
      return Promise.all(
        ids
          .flatMap(id => [
            { of: store.mark!(users, id), read: store.records.get(users, id) },
            { of: store.mark!(events, id), read: store.interactions.ofUser(events, id, 1000) },
          ])
          .map(async ({ of, read }) => ({ mark: of, state: JSON.stringify(await read) })),
      )
    }
    let [before, kept, changed] = [await states(), 0, 0]
    for (let step = 0; step < STEPS; step++) {
      await changes[step % changes.length]!()
      const after = await states()
      for (const [at, { mark, state }] of after.entries()) {
        if (mark === before[at]!.mark) assert.equal(state, before[at]!.state, `step ${step}`)
        if (mark === before[at]!.mark) kept++
        if (state !== before[at]!.state) changed++
      }
      before = after
    }
    assert.ok(kept > STEPS && changed > STEPS / 2, `${kept} kept, ${changed} changed`)
  })
})
