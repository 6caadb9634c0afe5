import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listed, reloaded } from '#test/engine.ts'
import { sigmoid } from '../math/logistic.ts'
import { createRandom } from '../math/random.ts'
import { type ActionData, decisionsOf, OUTCOMES } from './decisions.ts'
import { NEXT_BEST_ACTION, openNextBestAction, trainNextBestAction } from './next-best-action.ts'

const DAY = 86_400_000
const { VIEWED, NOT_TAKEN, TAKEN } = OUTCOMES
type Event = readonly [user: number, action: number, day: number, outcome: number]
const dataOf = (events: readonly Event[], actions: number, features: readonly (readonly string[])[]): ActionData => ({
  actions,
  users: Int32Array.from(events, ([user]) => user),
  events: Int32Array.from(events, ([, action]) => action),
  times: Float64Array.from(events, ([, , day]) => day * DAY),
  outcomes: Uint8Array.from(events, ([, , , outcome]) => outcome),
  features,
})

describe('decisionsOf', () => {
  it('ends a view with its answer, or with the period', () => {
    const events: Event[] = [
      [0, 0, 1, VIEWED],
      [0, 0, 2, VIEWED],
      [0, 0, 3, TAKEN],
      [0, 1, 3, NOT_TAKEN],
      [0, 1, 4, VIEWED],
      [0, 1, 30, TAKEN],
      [1, 0, 1, TAKEN],
    ]
    const decisions = decisionsOf(dataOf(events, 2, [['a'], ['b']]), 14)
    assert.deepEqual(
      decisions.map(({ user, action, isTaken }) => [user, action, isTaken]),
      [
        [0, 0, true],
        [0, 1, false],
        [0, 1, false],
        [0, 1, true],
        [1, 0, true],
      ],
    )
    assert.ok(decisions[3]!.features.includes('this was NOT_TAKEN: 1'))
    assert.ok(decisions[4]!.features.includes('this was TAKEN: 0') && decisions[4]!.features.includes('b'))
  })
})

/** Men take action 0, women action 1; action 2 is taken seldom by anybody, action 3 was hardly shown. */
const chance = (sex: string, action: number) => sigmoid(action === 2 ? -2 : (action === 0) === (sex === 'M') ? 1.5 : -1)
function generated(users: number, seed: number) {
  const random = createRandom(seed)
  const sexes = Array.from({ length: users }, () => (random() < 0.5 ? 'M' : 'F'))
  const events = sexes.flatMap((sex, user) =>
    [0, 1, 2].flatMap((action): Event[] => {
      const day = Math.floor(random() * 30)
      const isTaken = random() < chance(sex, action)
      return [[user, action, day, VIEWED], ...(isTaken ? [[user, action, day + 1, TAKEN] as const] : [])]
    }),
  )
  return dataOf(
    [...events, [0, 3, 1, TAKEN]],
    4,
    sexes.map(sex => [`GENDER: ${sex}`]),
  )
}

describe('trainNextBestAction', () => {
  const state = reloaded(trainNextBestAction(generated(2000, 7)))
  const model = openNextBestAction(state)
  const ask = (sex: string, seed = 1, actions = 4) =>
    listed(model.rank({ features: [`GENDER: ${sex}`], past: [], actions, seed }))

  it('ranks what a user will take first, with the probability of it', () => {
    for (const sex of ['M', 'F']) {
      const scored = ask(sex).filter(({ isExplored }) => !isExplored)
      assert.deepEqual(
        scored.map(({ item }) => item),
        sex === 'M' ? [0, 1, 2] : [1, 0, 2],
      )
      for (const { item, score } of scored) assert.ok(Math.abs(score - chance(sex, item)) < 0.06, `${item} ${score}`)
    }
  })

  it('ranks the more valuable of two actions first that were taken alike, whatever the order of their rows', () => {
    const random = createRandom(5)
    const events = Array.from({ length: 300 }, (_, user): Event[] => {
      const outcome = random() < 0.6 ? TAKEN : NOT_TAKEN
      return [10, 20].flatMap((day): Event[] => [
        [user, 0, day, outcome],
        [user, 1, day, outcome],
      ])
    }).flat()
    const features = Array.from({ length: 300 }, () => [])
    for (const rows of [events, events.toReversed()]) {
      const alike = openNextBestAction(trainNextBestAction(dataOf(rows, 2, features)))
      for (const best of [0, 1]) {
        const worthOf = (action: number) => (action === best ? 10 : 1)
        const { items, scores } = alike.rank({ features: [], past: [], actions: 2, worthOf, seed: 1 })
        assert.deepEqual([items[0], scores[0]], [best, scores[1]])
      }
    }
  })

  it('gives no score to an action of fewer events than the guide asks for, or that is new', () => {
    const unscored = ask('M', 1, 6).filter(({ isExplored }) => isExplored)
    assert.deepEqual(unscored.map(({ item, score }) => [item, score]).toSorted(), [
      [3, 0],
      [4, 0],
      [5, 0],
    ])
  })

  it('tries actions without a score first now and then, the same for the same seed', () => {
    const firsts = Array.from({ length: 300 }, (_, seed) => ask('M', seed)[0]!.item)
    const share = firsts.filter(item => item === 3).length / 300
    assert.ok(share > 0.05 && share < 0.16, `${share}`)
    assert.deepEqual(ask('M', 5, 9), ask('M', 5, 9))
  })

  it('tries the same actions whatever numbers the new ones have', () => {
    const lists = ['abcdef', 'fbeadc'].map(names => {
      const nameOf = (action: number) => names[action - 4] ?? ''
      const compareActions = (a: number, b: number) => nameOf(a).localeCompare(nameOf(b)) || a - b
      return Array.from({ length: 20 }, (_, seed) => {
        const { items } = model.rank({ features: [], past: [], actions: 10, compareActions, seed })
        return Array.from(items, item => nameOf(item) || item)
      })
    })
    assert.deepEqual(lists[0], lists[1])
  })

  it('measures itself on users that it has not seen: golden accuracy on generated data', () => {
    const { area_under_the_curve, precision, recall } = state.metrics
    assert.ok(area_under_the_curve > 0.78, `${area_under_the_curve}`)
    assert.ok(precision > 0.5 && recall > 0.5, `${precision} ${recall}`)
    const { coverage, normalized_discounted_cumulative_gain_at_5: gain } = state.metrics
    assert.equal(coverage, 1)
    assert.ok(gain > 0.7 && gain < 1, `${gain}`)
  })

  it('learns from what the user did with actions before', () => {
    const random = createRandom(3)
    const events = Array.from({ length: 400 }, (_, user) => {
      const likes = random() < 0.5
      return [1, 20, 40].map((day): Event => [user, 0, day, random() < (likes ? 0.9 : 0.1) ? TAKEN : NOT_TAKEN])
    }).flat()
    const { rank } = openNextBestAction(
      trainNextBestAction(
        dataOf(
          events,
          1,
          Array.from({ length: 400 }, () => []),
        ),
      ),
    )
    const after = (outcome: 1 | 2) => {
      const past = [outcome, outcome].map(outcome => ({ action: 0, outcome }))
      return rank({ features: [], past, actions: 1, seed: 1 }).scores[0]!
    }
    assert.ok(after(TAKEN) > 0.75 && after(NOT_TAKEN) < 0.25, `${after(TAKEN)} ${after(NOT_TAKEN)}`)
  })

  it('counts the last six weeks alone towards a score', () => {
    const data = generated(2000, 1)
    const old = { ...data, times: data.times.map((time, at) => (data.events[at] === 0 ? time - 100 * DAY : time)) }
    assert.deepEqual([...trainNextBestAction(old).isScored], [0, 1, 1, 0])
  })

  it('has all scores at 0 where nothing happened, the more valuable action likelier first', () => {
    const nothing = openNextBestAction(trainNextBestAction(dataOf([], 2, [])))
    const firsts = Array.from({ length: 200 }, (_, seed) => {
      const worthOf = (action: number) => action * 10
      const { items, scores } = nothing.rank({ features: [], past: [], actions: 2, worthOf, seed })
      assert.equal(scores[0], 0)
      return items[0]!
    })
    assert.ok(firsts.filter(item => item === 1).length > 120)
    assert.deepEqual(NEXT_BEST_ACTION.eventsMin, 50)
  })
})
