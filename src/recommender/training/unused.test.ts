import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FieldType } from '../../datasets/schema.ts'
import { whyUnused } from './unused.ts'

const field = (name: string, type: FieldType, more = {}) => {
  return { name, type, nullable: true, categorical: false, textual: false, ...more }
}

describe('whyUnused', () => {
  it('finds nothing against numbers, categories and strings of few values, of events as of others', () => {
    for (const type of ['INTERACTIONS', 'USERS', 'ITEMS'] as const) {
      for (const number of ['int', 'long', 'float', 'double', 'boolean'] as const)
        assert.equal(whyUnused(type, field('HOUR', number), 1000), undefined)
      assert.equal(whyUnused(type, field('DEVICE', 'string', { categorical: true }), 1000), undefined)
      assert.equal(whyUnused(type, field('DEVICE', 'string'), 50), undefined)
    }
  })

  it('says why a string of many values is not used', () => {
    assert.match(whyUnused('INTERACTIONS', field('SEARCH', 'string'), 51)!, /used only while it has 50 values or fewer/)
    assert.match(whyUnused('ITEMS', field('TITLE', 'string'), 51)!, /read by aws-semantic-similarity only/)
    assert.equal(whyUnused('INTERACTIONS', field('RECOMMENDATION_ID', 'string'), 1000), undefined)
  })

  it('says that columns of action interactions are not used', () => {
    assert.match(whyUnused('ACTION_INTERACTIONS', field('HOUR', 'int'), 3)!, /no columns of your own/)
  })
})
