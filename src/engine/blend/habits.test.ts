import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromSequences } from '#test/interactions.ts'
import { historyOf } from '../interactions.ts'
import { createRandom, sample } from '../math/random.ts'
import { type HabitsState, openHabits, trainHabits } from './habits.ts'
import { openPersonalization } from './serving/personalization.ts'
import { trainPersonalization } from './training/train.ts'

/** Even items are milk, odd ones fridges. Every other user takes milk again, seven times in ten; nobody else does. */
function shop(users: number, seed: number) {
  const random = createRandom(seed)
  return fromSequences(
    Array.from({ length: users }, (_, user) => {
      const sequence: number[] = []
      const length = 6 + 14 * random()
      while (sequence.length < length) {
        const milk = sequence.filter(item => item % 2 === 0)
        const isAgain = user % 2 === 0 && milk.length > 0 && random() < 0.7
        const item = isAgain ? milk[Math.floor(random() * milk.length)]! : Math.floor(200 * random() ** 2)
        if (isAgain || !sequence.includes(item)) sequence.push(item)
      }
      return sequence
    }),
    200,
  )
}

const oddsOf = (state: HabitsState, history: readonly number[]) => {
  const odds = new Map<number, number>()
  openHabits(state, 200)(Int32Array.from(history), (item, logOdds, lag) => odds.set(item, logOdds + lag))
  return odds
}

describe('habits', () => {
  const state = trainHabits(shop(600, 1))

  it('are those of a user: who came back comes back, who never did does not', () => {
    const [again, never] = [oddsOf(state, [0, 4, 0, 4, 0]), oddsOf(state, [0, 4, 8, 12, 16])]
    assert.ok(again.get(0)! > 0 && never.get(16)! < again.get(0)! - 1, `${again.get(0)} ${never.get(16)}`)
  })

  it('are those of a kind of items: milk is taken again, fridges are not', () => {
    const milk = Array.from(state.items.filter((_, item) => item % 2 === 0 && item < 40))
    const fridges = Array.from(state.items.filter((_, item) => item % 2 === 1 && item < 40))
    assert.ok(Math.min(...milk) > Math.max(...fridges), `${Math.min(...milk)} ${Math.max(...fridges)}`)
  })

  it('are by the time since: what comes in turns is not taken twice at once', () => {
    const turns = trainHabits(
      fromSequences(
        Array.from({ length: 100 }, () => Array.from({ length: 32 }, (_, at) => at % 8)),
        8,
      ),
    )
    const odds = oddsOf(turns, [0, 1, 2, 3, 4, 5, 6, 7])
    assert.ok(odds.get(0)! > odds.get(7)! + 2, `${odds.get(0)} ${odds.get(7)}`)
  })

  it('has nothing between requests, each item of a history once, nothing of an empty one', () => {
    assert.deepEqual([...oddsOf(state, []).keys()], [])
    const had = openHabits(state, 200)
    const listed = () => {
      const odds: [number, number][] = []
      had(Int32Array.of(3, 1, 3), (item, logOdds) => odds.push([item, logOdds]))
      return odds
    }
    const first = listed()
    assert.deepEqual(first.map(([item]) => item).toSorted(), [1, 3])
    assert.deepEqual(listed(), first)
  })
})

/** Users who buy four of 15 staples again and again, and every third time one of 45 durable goods, never twice. */
function staplesAndDurables(seed: number): number[][] {
  return Array.from({ length: 100 }, (_, user) => {
    const random = createRandom(seed * 1000 + user)
    const durables = sample(45, 8, seed * 1000 + user)
    const staple = () => (user + [0, 1, 4, 9][Math.floor(4 * random())]!) % 15
    return Array.from({ length: 24 }, (_, n) => (n % 3 === 2 ? 15 + durables[(n - 2) / 3]! : staple()))
  })
}

describe('recommendations by habit', () => {
  for (const seed of [1, 2, 3, 4, 5])
    it(`are staples, and seldom the durable goods that users have: world ${seed}`, () => {
      const histories = staplesAndDurables(seed)
      const model = openPersonalization(trainPersonalization({ interactions: fromSequences(histories, 60) }))
      let [staples, again] = [0, 0]
      for (const history of histories) {
        const list = [...model.ask({ history: Int32Array.from(history) }).rank({ count: 25 }).items]
        const had = list.filter(item => history.includes(item))
        staples += list.slice(0, 4).filter(item => item < 15 && had.includes(item)).length
        again += had.filter(item => item >= 15).length
      }
      // By chance 25 of 60 items would have four in ten of the durable goods.
      assert.ok(staples >= 0.93 * 400 && again <= 0.2 * 800, `${staples} of 400, ${again} of 800`)
    })

  it('gives a user who comes back what they had, and one who does not what is new, within one data set', () => {
    const interactions = shop(1000, 2)
    const model = openPersonalization(trainPersonalization({ interactions }))
    const shareOf = (kind: number, isRight: (item: number, had: ReadonlySet<number>) => boolean) => {
      const users = Array.from({ length: 200 }, (_, at) => 2 * at + kind)
      const histories = users.map(user => historyOf(interactions, user)).filter(({ length }) => length >= 8)
      const right = histories.filter(history => {
        const [first] = model.ask({ history }).rank().items.subarray(0, 1)
        return isRight(first!, new Set(history))
      })
      return right.length / histories.length
    }
    const [old, fresh] = [
      shareOf(0, (item, had) => had.has(item) && item % 2 === 0),
      shareOf(1, (item, had) => !had.has(item)),
    ]
    assert.ok(old > 0.8, `${old}`)
    assert.ok(fresh > 0.8, `${fresh}`)
  })

  it('stays with the taste of a user who took all that there is to it, where others seldom come back', () => {
    const random = createRandom(3)
    const own = (camp: number) => Array.from({ length: 100 }, (_, item) => 100 * camp + item)
    const people = Array.from({ length: 400 }, (_, user) => {
      const items = new Set<number>()
      while (items.size < 12) items.add(100 * (user % 2) + Math.floor(100 * random() ** 2))
      return [...items]
    })
    const robot = Array.from({ length: 120 }, () => own(0)).flat()
    for (const sequences of [people, [...people, robot]]) {
      const model = openPersonalization(trainPersonalization({ interactions: fromSequences(sequences, 200) }))
      const listOf = (history: readonly number[]) => [
        ...model
          .ask({ history: Int32Array.from(history.slice(-200)) })
          .rank()
          .items.subarray(0, 10),
      ]
      assert.ok(
        listOf(robot).every(item => item < 100),
        `${listOf(robot)}`,
      )
      const first = people[0]!
      assert.ok(
        listOf(first).every(item => item < 100 && !first.includes(item)),
        `${listOf(first)}`,
      )
    }
  })
})
