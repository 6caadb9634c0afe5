import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { digestOf } from '../../digest.ts'
import { pendingIds } from './pending-ids.ts'

const MIGRATION = readFileSync(new URL('../migrations/0011-pending-ids.sql', import.meta.url), 'utf8')
const hashOf = (seq: number) => digestOf(`id ${seq}`)

/** The ids of a store; `found` is a table in the place of `event_ids`. */
function openIds() {
  const db = new DatabaseSync(':memory:')
  db.exec(`${MIGRATION}
    CREATE TABLE resources (id INTEGER PRIMARY KEY); INSERT INTO resources VALUES (1), (2);
    CREATE TABLE found (dataset INTEGER, hash INTEGER, seq INTEGER, PRIMARY KEY (dataset, hash, seq))`)
  const insert = db.prepare('INSERT OR IGNORE INTO found VALUES (?, ?, ?)')
  const select = db.prepare('SELECT 1 FROM found WHERE dataset = ? AND hash = ? AND seq = ?')
  const open = () => pendingIds(db, (dataset, { hash, seq }) => void insert.run(dataset, hash, seq))
  let ids = open()
  const inTransaction = <Result>(write: () => Result, isUndone = false): Result => {
    db.exec('BEGIN')
    const result = write()
    db.exec(isUndone ? 'ROLLBACK' : 'COMMIT')
    return result
  }
  const isMoved = (dataset: number, seq: number) => select.get(dataset, hashOf(seq), seq) !== undefined
  return {
    add: (dataset: number, seqs: readonly number[]) =>
      inTransaction(() =>
        ids.add(
          dataset,
          seqs.map(seq => ({ hash: hashOf(seq), seq })),
        ),
      ),
    /** Adds and moves in a transaction that fails, as on a full disk. */
    addInVain: (dataset: number, seqs: readonly number[]) =>
      inTransaction(() => {
        ids.add(
          dataset,
          seqs.map(seq => ({ hash: hashOf(seq), seq })),
        )
        ids.moveSome()
      }, true),
    /** Moves `times` times at most, the last time in vain. Returns whether there is more. */
    move(times: number): boolean {
      ids.forgetMoved()
      let isMore = true
      for (let n = 0; n < times && isMore; n++) isMore = inTransaction(() => ids.moveSome())
      if (isMore) inTransaction(() => ids.moveSome(), true)
      else ids.forgetMoved()
      return isMore
    },
    /** As a start does, before anyone asks for an id. */
    restart(): void {
      ids = open()
      while (inTransaction(() => ids.moveSome()));
    },
    isMoved,
    isKnown: (dataset: number, seq: number) =>
      isMoved(dataset, seq) || ids.mayHave(dataset, hashOf(seq)).some(found => found === seq),
    left: () => db.prepare('SELECT (SELECT count(*) FROM pending_ids) + (SELECT count(*) FROM id_move) AS n').get()!.n,
  }
}

const step = fc.oneof(
  fc.record({ add: fc.constantFrom(1, 2), count: fc.constantFrom(1, 10, 3000) }),
  fc.record({ inVain: fc.constantFrom(1, 2), count: fc.constantFrom(1, 10, 3000) }),
  fc.record({ move: fc.constantFrom(0, 1, 3, 1000) }),
  fc.constant('restart' as const),
)

describe('eventIds on their way into their table', () => {
  it('are known at any time, and in the table after a whole move', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), steps => {
        const ids = openIds()
        const added: (readonly [dataset: number, seq: number])[] = []
        for (const one of steps) {
          if (one === 'restart') ids.restart()
          else if ('move' in one) ids.move(one.move)
          else if ('inVain' in one) {
            const seqs = Array.from({ length: one.count }, (_, n) => -1 - n)
            ids.addInVain(one.inVain, seqs)
          } else {
            const seqs = Array.from({ length: one.count }, (_, n) => added.length + n)
            ids.add(one.add, seqs)
            for (const seq of seqs) added.push([one.add, seq])
          }
          for (const [dataset, seq] of added) assert.ok(ids.isKnown(dataset, seq), `${seq}`)
        }
        while (ids.move(1000) || ids.left() !== 0);
        for (const [dataset, seq] of added) assert.ok(ids.isMoved(dataset, seq), `${seq}`)
      }),
      { numRuns: 40 },
    )
  })

  it('are found by their dataset', () => {
    const ids = openIds()
    ids.add(1, [1, 2])
    assert.ok(!ids.isKnown(2, 1))
    ids.move(1000)
    assert.ok(ids.isMoved(1, 1) && !ids.isMoved(2, 1))
  })
})
