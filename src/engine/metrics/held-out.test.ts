import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { historyOf } from '../interactions.ts'
import { aboutLastItem, holdOutNewest, holdOutUsers } from './held-out.ts'

const twenty = Array.from({ length: 20 }, (_, item) => item)

describe('holdOutUsers', () => {
  const interactions = fromSequences(Array.from({ length: 30 }, () => twenty))
  const { train, questions } = holdOutUsers(interactions, 1)

  it('asks a tenth of the users for the newest tenth of their events', () => {
    assert.equal(questions.length, 3)
    for (const { history, targets } of questions) {
      assert.deepEqual([...history], twenty.slice(0, 18))
      assert.deepEqual([...targets], [18, 19])
    }
  })

  it('trains on the others alone', () => {
    assert.equal(train.sequence.length, 27 * 20)
    for (const { user } of questions) assert.equal(historyOf(train, user).length, 0)
  })

  it('chooses others with another seed, and the same with the same one', () => {
    const askers = (seed: number) => holdOutUsers(interactions, seed).questions.map(({ user }) => user)
    assert.deepEqual(askers(1), askers(1))
    assert.notDeepEqual(askers(1), askers(2))
  })

  it('asks nobody with a single event', () => {
    assert.deepEqual(holdOutUsers(fromSequences(Array.from({ length: 10 }, () => [0])), 1).questions, [])
  })
})

describe('aboutLastItem', () => {
  it('asks about the last item known, for neither it nor what the use case leaves out', () => {
    // Each video is clicked, then watched; the newest two of 20 events are asked for.
    const interactions = fromSequences(Array.from({ length: 10 }, () => twenty.map(event => Math.floor(event / 2))))
    const endings = Uint8Array.from(interactions.sequence, (_, event) => event % 2)
    const [ended] = aboutLastItem(holdOutUsers({ ...interactions, endings }, 1).questions)
    assert.equal(ended!.item, 8)
    assert.deepEqual([...ended!.left].toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert.deepEqual([...ended!.relevant], [9])
  })

  it('asks nothing whose only answers are left out', () => {
    const again = fromSequences(Array.from({ length: 10 }, () => [3, 3, 3]))
    assert.equal(holdOutUsers(again, 1).questions.length, 1)
    assert.deepEqual(aboutLastItem(holdOutUsers(again, 1).questions), [])
  })
})

describe('holdOutNewest', () => {
  it("keeps each user's newest fifth, one at least, and trains on the rest", () => {
    const { train, test } = holdOutNewest(fromSequences([twenty, [5, 6], [7]]))
    const events = (of: typeof train) => [0, 1, 2].map(user => [...historyOf(of, user)])
    assert.deepEqual(events(train), [twenty.slice(0, 16), [5], [7]])
    assert.deepEqual(events(test), [twenty.slice(16), [6], []])
  })
})
