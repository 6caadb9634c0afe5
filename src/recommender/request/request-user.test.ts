import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { haveAll } from './request-user.ts'

describe('haveAll', () => {
  const events = (...types: string[]) => types

  it('holds where each type has as many events as are looked at, in any case of letters', () => {
    assert.equal(haveAll(events('view', 'buy', 'View', 'BUY'), ['view', 'buy'], 2), true)
    assert.equal(haveAll(events('view', 'buy', 'View'), ['view', 'buy'], 2), false)
    assert.equal(haveAll(events('view', 'view'), ['view', 'buy'], 2), false)
    assert.equal(haveAll(events('view', 'view'), ['view', 'view'], 2), true)
    assert.equal(haveAll(events('view', 'like', 'like'), ['like'], 2), true)
  })

  it('does not where the types are not known by name, so that there may always be another', () => {
    assert.equal(haveAll(events('view', 'view'), undefined, 1), false)
  })
})
