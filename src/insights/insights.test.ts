import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type NewStore, openNewStore } from '#test/store.ts'
import type { Store } from '../store/store.ts'
import { openInsights } from './insights.ts'

describe('openInsights', () => {
  let opened: NewStore
  let store: Store
  before(async () => {
    opened = await openNewStore()
    store = opened.store
  })
  after(() => opened[Symbol.asyncDispose]())

  it('runs one analysis of a group at a time, and one group after the other', async () => {
    const insights = openInsights(store)
    const first = insights.find('a')
    const other = insights.find('b')
    assert.equal(insights.find('a'), first)
    assert.notEqual(other, first)
    let isFirstDone = false
    void first.facts.then(() => {
      isFirstDone = true
    })
    assert.deepEqual((await other.facts).datasets, [])
    assert.ok(isFirstDone)
    await insights.close()
  })

  it('finds an ended analysis by its id and its group', async () => {
    const insights = openInsights(store)
    const first = insights.find('a')
    await first.facts
    assert.equal(insights.find('a', first.id), first)
    const [anew, ofAnother] = [insights.find('a'), insights.find('b', first.id)]
    assert.notEqual(anew, first)
    assert.notEqual(ofAnother, first)
    await Promise.all([anew.facts, ofAnother.facts])
    await insights.close()
  })

  it('refuses waiting requests with ThrottlingException when the server stops', async () => {
    const insights = openInsights(store)
    const waiting = ['a', 'b'].map(group => {
      return assert.rejects(insights.find(group).facts, { code: 'ThrottlingException', message: /try again/ })
    })
    await insights.close()
    await Promise.all(waiting)
    await assert.rejects(insights.find('c').facts, { code: 'ThrottlingException' })
  })
})
