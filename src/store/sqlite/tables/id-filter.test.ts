import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { digestOf } from '../../digest.ts'
import { openIdFilter } from './id-filter.ts'

const TABLE = `CREATE TABLE event_ids (
  dataset INTEGER NOT NULL, hash INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (dataset, hash, seq)
) STRICT, WITHOUT ROWID`

/** A filter for 1024 ids at first, of a table that has some of two datasets; `put` adds one, as a row is added. */
function openFilter(count: number) {
  const db = new DatabaseSync(':memory:')
  db.exec(TABLE)
  const insert = db.prepare('INSERT INTO event_ids VALUES (?, ?, ?)')
  db.exec('BEGIN')
  for (let n = 0; n < count; n++) insert.run((n % 2) + 1, digestOf(`id ${n}`), n)
  db.exec('COMMIT')
  const filter = openIdFilter(db, 256)
  const put = (id: string) => {
    insert.run(1, digestOf(id), count)
    filter.add(1, digestOf(id))
  }
  return { ...filter, put }
}

function fill(filter: ReturnType<typeof openFilter>): void {
  while (filter.isDue()) filter.fillSome()
}

describe('the filter of eventIds', () => {
  it('knows no id to be new before it is filled', () => {
    const filter = openFilter(100)
    assert.ok(filter.mayHave(1, digestOf('another')))
    fill(filter)
    assert.ok(!filter.mayHave(1, digestOf('another')))
  })

  it('has every id of the table, and few others, however many there are', () => {
    for (const count of [0, 1, 1000, 30_000]) {
      const filter = openFilter(count)
      fill(filter)
      for (let n = 0; n < count; n++) assert.ok(filter.mayHave((n % 2) + 1, digestOf(`id ${n}`)), `id ${n}`)
      const others = Array.from({ length: 1000 }, (_, n) => filter.mayHave(3, digestOf(`other ${n}`)))
      assert.ok(others.filter(Boolean).length < 100)
    }
  })

  it('has the ids that came while and after it was filled, also when it grows', () => {
    const filter = openFilter(12_000)
    for (let n = 0; n < 50_000; n++) {
      filter.put(`new ${n}`)
      if (n % 1000 === 0 && filter.isDue()) filter.fillSome()
    }
    for (let n = 0; n < 50_000; n++) assert.ok(filter.mayHave(1, digestOf(`new ${n}`)), `new ${n}`)
  })
})
