import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import type { FilledFilter } from '../../filters/ast.ts'
import { historyOf } from '../../store/history.ts'
import { click } from '../../store/suite/fixture.ts'
import { type ListInputs, rememberLists, type UserInputs, type WorkedOut } from './remembered-lists.ts'

const sources = {} as DatasetsOfGroup
const filter: FilledFilter = { expressions: [] }
const event = (itemId: string, eventType = 'watch') => ({
  ...click({ itemId, eventType }),
  ingestion: 'PUT' as const,
  seq: 1,
  repeated: false,
})
const user = (): UserInputs['user'] => ({
  userId: 'ann',
  history: Int32Array.of(3, 1),
  weights: Float32Array.of(1, 0.5),
  late: new Set([9]),
  properties: [],
})
/** As each request reads it anew. */
const inputs = (): ListInputs => ({
  version: 5,
  day: 20_000,
  sources,
  filters: [filter, undefined],
  user: userInputs(),
})
const userInputs = (): UserInputs => ({
  user: user(),
  newest: 17,
  properties: '["Member"]',
  lookedFor: historyOf([event('a'), event('b')]),
})
const list = (): WorkedOut => ({ found: { ids: ['a'], scores: Float64Array.of(0.5) }, promoted: { ids: [] } })

describe('rememberLists', () => {
  it('returns the list of the same request while all is the same that it was worked out from', () => {
    const lists = rememberLists()
    assert.equal(lists.recall('asked', inputs()), undefined)
    const found = list()
    lists.remember('asked', inputs(), found)
    assert.equal(lists.recall('asked', inputs()), found)
    assert.equal(lists.recall('asked otherwise', inputs()), undefined)
    assert.equal(lists.recalled, 1)
  })

  it('returns none when any of this has changed', () => {
    const ofUser: { readonly [Input in keyof UserInputs]-?: readonly UserInputs[Input][] } = {
      user: [
        { ...user(), history: Int32Array.of(1, 3) },
        { ...user(), history: Int32Array.of(3, 1, 1), weights: Float32Array.of(1, 0.5, 1) },
        { ...user(), weights: Float32Array.of(1, 1) },
        { ...user(), late: new Set() },
        { ...user(), late: new Set([9, 10]) },
      ],
      newest: [18, undefined],
      properties: ['["Guest"]', undefined],
      lookedFor: [
        undefined,
        historyOf([]),
        historyOf([event('a'), event('c')]),
        historyOf([event('a'), event('b', 'buy')]),
      ],
    }
    const users = Object.entries(ofUser).flatMap(([input, values]) =>
      values.map(value => ({ ...userInputs(), [input]: value })),
    )
    const changes: { readonly [Input in keyof ListInputs]-?: readonly ListInputs[Input][] } = {
      version: [6],
      day: [20_001],
      sources: [{} as DatasetsOfGroup],
      filters: [
        [undefined, undefined],
        [undefined, filter],
        [{ ...filter }, undefined],
      ],
      user: [...users, 3],
    }
    for (const [input, values] of Object.entries(changes))
      for (const value of values) {
        const lists = rememberLists()
        lists.remember('asked', inputs(), list())
        assert.equal(lists.recall('asked', { ...inputs(), [input]: value }), undefined, input)
      }
  })

  it('goes by the mark of a user where the store has one', () => {
    const lists = rememberLists()
    const found = list()
    lists.remember('asked', { ...inputs(), user: 3 }, found)
    assert.equal(lists.recall('asked', { ...inputs(), user: 3 }), found)
    assert.equal(lists.recall('asked', { ...inputs(), user: 4 }), undefined)
  })

  it('forgets the list that was used the longest ago when there are too many', () => {
    // Each has the room of ten items, one item, a few events of the history, and two that are looked for, four each.
    const lists = rememberLists(2 * 20 + 19)
    for (const request of ['first', 'second']) lists.remember(request, inputs(), list())
    // The same again takes no more room.
    lists.remember('second', inputs(), list())
    assert.ok(lists.recall('first', inputs()))
    lists.remember('third', inputs(), list())
    assert.deepEqual(
      ['first', 'second', 'third'].map(request => lists.recall(request, inputs()) !== undefined),
      [true, false, true],
    )
  })
})
