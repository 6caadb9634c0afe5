import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { openLatePairs, type Pairing, type WrittenEvent, withLate } from './late-pairs.ts'

/** Items from 10 on are late. */
const open = (pairing: Pairing) =>
  openLatePairs(
    item => item >= 10,
    pairing,
    (a, b) => a - b,
  )
const NEXT: Pairing = { window: 1, after: () => 1, before: () => 0.5 }
const ONCE: Pairing = { window: Number.POSITIVE_INFINITY, after: () => 1, before: () => 1 }
const events = (...items: readonly number[]): WrittenEvent[] => items.map((item, seq) => ({ item, weight: 1, seq }))
const allNew = () => true
type Pairs = ReturnType<typeof open>
const paired = (pairs: Pairs, item: number) => {
  const found: [number, number][] = []
  pairs.eachPaired(item, (other, sum) => found.push([other, sum]))
  return found
}

describe('openLatePairs', () => {
  it('counts what comes after a late item and what came before it, and no pair without one', () => {
    const pairs = open(NEXT)
    pairs.add(events(1, 2, 10, 3), allNew)
    assert.deepEqual(paired(pairs, 10), [
      [2, 0.5],
      [3, 1],
    ])
    assert.deepEqual(paired(pairs, 2), [[10, 1]])
    assert.deepEqual(paired(pairs, 1), [])
    assert.equal(pairs.usersOf(10), 1)
  })

  it('counts a pair once, however often the events of a user are read, in any order of writing', () => {
    const history = [4, 10, 5, 11].map((item, at) => ({ item, weight: 1, seq: [7, 5, 8, 6][at]! }))
    const [atOnce, later] = [open(ONCE), open(ONCE)]
    atOnce.add(history, allNew)
    for (const now of [5, 6, 7, 8])
      later.add(
        history.filter(({ seq }) => seq <= now),
        ({ seq }) => seq === now,
      )
    for (const item of [4, 5, 10, 11])
      assert.deepEqual(paired(later, item).toSorted(), paired(atOnce, item).toSorted(), `${item}`)
    assert.deepEqual([later.usersOf(10), later.usersOf(11)], [1, 1])
  })

  it('counts the same in whatever order events came, and however many at once', () => {
    const nearby: Pairing = { window: 4, after: steps => 0.95 ** (steps - 1), before: steps => 0.5 * 0.95 ** steps }
    const event = fc.record({
      item: fc.integer({ min: 6, max: 13 }),
      weight: fc.double({ min: 0.1, max: 1, noNaN: true }),
    })
    const history = fc.array(fc.tuple(event, fc.integer(), fc.integer({ min: 1, max: 4 })), { maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom(nearby, ONCE), fc.array(history, { maxLength: 4 }), (pairing, users) => {
        const [atOnce, later] = [open(pairing), open(pairing)]
        for (const user of users) {
          const came = user.map((_, at) => at).toSorted((a, b) => user[a]![1] - user[b]![1])
          const all = user.map(([members], at) => ({ ...members, seq: came.indexOf(at) }))
          atOnce.add(all, allNew)
          for (let seq = 0; seq < all.length; ) {
            const [from, to] = [seq, seq + user[seq]![2]]
            // Of an event that is there already it is told later.
            later.add(
              all.filter(event => event.seq <= to),
              event => event.seq >= from && event.seq < to,
            )
            seq = to
          }
        }
        for (let item = 6; item < 14; item++) {
          assert.deepEqual(paired(later, item).toSorted(), paired(atOnce, item).toSorted())
          assert.equal(later.usersOf(item), atOnce.usersOf(item))
        }
      }),
    )
  })

  it('counts a pair of items once a user where there is no window', () => {
    const pairs = open(ONCE)
    pairs.add(events(1, 10, 1, 10, 10), allNew)
    assert.deepEqual([paired(pairs, 1), pairs.usersOf(10)], [[[10, 1]], 1])
  })

  it('wants the events of users of late items, and some events after these', () => {
    const pairs = open(NEXT)
    assert.deepEqual([pairs.concerns(1, 'u'), pairs.concerns(10, 'u')], [false, true])
    const later = Array.from({ length: 40 }, () => pairs.concerns(1, 'u'))
    assert.equal(later.lastIndexOf(true), 29)
    assert.equal(pairs.concerns(1, 'v'), false)
  })

  it('judges by the first thousand users of an item, and counts the others', () => {
    const pairs = open(NEXT)
    for (let user = 0; user < 4000; user++) if (pairs.concerns(10, `${user}`)) pairs.add(events(1, 10), allNew)
    assert.deepEqual([pairs.usersOf(10), paired(pairs, 1)], [4000, [[10, 4000]]])
  })
})

describe('withLate', () => {
  it('puts late items among those of as many users, those after items of as many', () => {
    const pairs = open(NEXT)
    for (const item of [10, 11, 11, 11, 12]) pairs.add(events(item), allNew)
    const users = [3, 2, 1, 0]
    assert.deepEqual([...withLate([0, 1, 2, 3], users, pairs)], [0, 11, 1, 2, 10, 12, 3])
  })
})
