import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { otherSeparator } from './separators.ts'

const find = (...values: string[]) => otherSeparator(values.map((value, i) => ({ value, count: 10 - i })))

describe('otherSeparator', () => {
  it('returns the one whose parts come in several values', () => {
    const found = find('Action, Comedy', 'Comedy', 'Action, Drama')
    assert.deepEqual(found, { separator: ',', rows: 18, example: 'Action, Comedy' })
    assert.equal(find('Action;Comedy', 'Comedy;Drama', 'Drama;Action')!.separator, ';')
    assert.equal(find('Action / Comedy', 'Comedy', 'Action / Drama', 'Drama')!.separator, '/')
  })

  it('is none where the parts are of one value each, as in names', () => {
    assert.equal(find('Tools, Home & Garden', 'Clothing, Shoes', 'Books', 'A/V'), undefined)
    assert.equal(find('Action, Comedy'), undefined)
    assert.equal(find(), undefined)
  })
})
