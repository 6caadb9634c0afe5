import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { quotas } from '../shared/quotas.ts'
import { itemsMax } from './metadata.ts'

const columns = (count: number) => ({ ITEMS: Array.from({ length: count }, () => 'PRICE') })

describe('a request with metadata', () => {
  it('may ask for as many items as one without, and for any number of columns', () => {
    assert.equal(itemsMax(columns(99), quotas.none), 500)
    assert.equal(itemsMax(undefined, quotas.none), 500)
  })

  it('may ask for 50 items and 10 columns with the quotas of the service', () => {
    assert.equal(itemsMax(columns(10), quotas.aws), 50)
    assert.equal(itemsMax({}, quotas.aws), 500)
    const message = 'metadataColumns.ITEMS can have at most 10 columns, got 11'
    assert.throws(() => itemsMax(columns(11), quotas.aws), { name: 'InvalidInputException', message })
  })
})
