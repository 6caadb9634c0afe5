import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { digestOf } from '../../digest.ts'
import { openEventFilter } from './event-filter.ts'

const TABLES = `
  CREATE TABLE resources (id INTEGER PRIMARY KEY, kind TEXT NOT NULL) STRICT;
  INSERT INTO resources VALUES (1, 'dataset'), (2, 'dataset'), (3, 'schema');
  CREATE TABLE packs (dataset INTEGER NOT NULL, source INTEGER NOT NULL, user_id TEXT NOT NULL, newest INTEGER NOT NULL);
  CREATE TABLE interactions (
    dataset INTEGER NOT NULL, source INTEGER NOT NULL, user_id TEXT NOT NULL, timestamp INTEGER NOT NULL)`

/** An event of some second, and what stands for the rest of it. */
const at = (userId: string, second: number, key: number) => {
  const timestampMs = second * 1000
  return { userId, keys: [digestOf(`key ${key}`)], oldest: timestampMs, newest: timestampMs }
}

/** A filter for 1024 of the latest events. Dataset 1 has packs of `users` users, dataset 2 a row of each. */
function openFilter(users: number) {
  const db = new DatabaseSync(':memory:')
  db.exec(TABLES)
  const pack = db.prepare('INSERT INTO packs VALUES (1, ?, ?, ?)')
  const row = db.prepare('INSERT INTO interactions VALUES (2, ?, ?, ?)')
  db.exec('BEGIN')
  for (let n = 0; n < users; n++) {
    for (const insert of [pack, row]) {
      insert.run(0, `user-${n}`, 100_000)
      insert.run(0, `user-${n}`, 200_000)
    }
    pack.run(7, `user-${n}`, 900_000)
  }
  db.exec('COMMIT')
  return openEventFilter(db, 1 << 18, 256)
}

function fill(filter: ReturnType<typeof openFilter>): void {
  while (filter.isDue()) filter.fillSome()
}

describe('the filter of events', () => {
  it('knows no event to be new before it is filled', () => {
    const filter = openFilter(1)
    assert.ok(filter.mayHaveAny(1, at('another', 1, 1)))
    fill(filter)
    assert.ok(!filter.mayHaveAny(1, at('another', 1, 1)))
  })

  it('knows an event to be new that is later than all of its user, whatever was imported', () => {
    const filter = openFilter(6000)
    fill(filter)
    for (const dataset of [1, 2]) {
      for (let n = 0; n < 6000; n++) assert.ok(filter.mayHaveAny(dataset, at(`user-${n}`, 200, n)), `user-${n}`)
      const later = Array.from({ length: 6000 }, (_, n) => filter.mayHaveAny(dataset, at(`user-${n}`, 201, n)))
      assert.deepEqual(later.filter(Boolean), [])
    }
  })

  it('looks at the oldest of the events', () => {
    const filter = openFilter(1)
    fill(filter)
    const events = { userId: 'user-0', keys: [1, 2], oldest: 150_000, newest: 300_000 }
    assert.ok(filter.mayHaveAny(1, events))
    assert.ok(!filter.mayHaveAny(1, { ...events, oldest: 250_000 }))
  })

  it('has the events that came since, of any time, also those while it was filled', () => {
    const filter = openFilter(6000)
    for (let n = 0; n < 500; n++) {
      filter.add(1, at(`new-${n}`, 300, n))
      if (n % 100 === 0 && filter.isDue()) filter.fillSome()
    }
    fill(filter)
    for (let n = 0; n < 500; n++) assert.ok(filter.mayHaveAny(1, at(`new-${n}`, 300, n)), `new-${n}`)
    const earlier = Array.from({ length: 500 }, (_, n) => filter.mayHaveAny(1, at(`new-${n}`, 299, n + 0.5)))
    assert.ok(earlier.filter(Boolean).length < 50)
  })

  it('has all events of before by their users alone, once they are too many', () => {
    const filter = openFilter(0)
    fill(filter)
    for (let n = 0; n < 5000; n++) filter.add(1, at(`new-${n}`, 300, n))
    for (let n = 0; n < 5000; n++) assert.ok(filter.mayHaveAny(1, at(`new-${n}`, 300, n)), `new-${n}`)
    assert.ok(filter.mayHaveAny(1, at('new-0', 299, 9)))
    assert.ok(!filter.mayHaveAny(1, at('new-0', 301, 9)))
  })
})
