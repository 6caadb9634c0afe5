import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Asked, readAsked, writeAsked } from './asked.ts'

describe('the choices in an address', () => {
  it('are read as they were written', () => {
    const asked: Asked = {
      targets: ['for-you', 'a,b & c'],
      userId: '<b>u1</b>',
      sessionId: '',
      itemId: 'tent=1',
      ranked: ['one, two', 'three'],
      numResults: 25,
      filter: 'genre',
      values: { GENRE: '"drama","horror"' },
      promotion: 'new',
      percent: 50,
      promotionValues: { GENRE: '"comedy"' },
      context: { DEVICE: 'phone' },
      title: 'NAME',
      image: 'PICTURE',
    }
    assert.deepEqual(readAsked(new URLSearchParams(writeAsked(asked).toString())), asked)
  })

  it('are the usual ones where the address has none, or numbers out of range', () => {
    assert.equal(writeAsked(readAsked(new URLSearchParams())).toString(), '')
    for (const results of ['0', '501', '-1', '1e2', 'ten', '5.5'])
      assert.equal(readAsked(new URLSearchParams({ results })).numResults, 10)
  })
})
