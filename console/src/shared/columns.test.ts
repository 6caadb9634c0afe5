import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { schemaIn } from '../../../src/datasets/schema.ts'
import { columnsOf, ID_TITLE, NO_IMAGE, shownValue } from './columns.ts'

const text = (name: string, more = {}) => ({ name, type: ['null', 'string'], ...more })
const schema = schemaIn({
  schema: JSON.stringify({
    type: 'record',
    name: 'Items',
    fields: [
      { name: 'ITEM_ID', type: 'string' },
      text('GENRES', { categorical: true }),
      text('PRODUCT_NAME'),
      text('POSTER_URL'),
      text('STUDIO'),
      { name: 'PRICE', type: ['null', 'float'] },
      { name: 'CREATION_TIMESTAMP', type: ['null', 'long'] },
    ],
  }),
})
const namesOf = (title: string, image: string) => {
  const { title: first, image: second, rest } = columnsOf(schema, { title, image })
  return [first?.name, second?.name, rest.length]
}

describe('the columns of a card', () => {
  it('are known by their names, unless others are chosen', () => {
    assert.deepEqual(namesOf('', ''), ['PRODUCT_NAME', 'POSTER_URL', 4])
    assert.deepEqual(namesOf('STUDIO', NO_IMAGE), ['STUDIO', undefined, 5])
    assert.deepEqual(namesOf(ID_TITLE, 'GENRES'), [undefined, 'GENRES', 5])
    assert.deepEqual(columnsOf(undefined, { title: '', image: '' }), { title: undefined, image: undefined, rest: [] })
  })

  it('have values as a person reads them', () => {
    const valueIn = (name: string, properties: object) =>
      shownValue(properties as never, schema.fields.find(field => field.name === name)!)
    assert.equal(valueIn('GENRES', { genres: 'drama|comedy' }), 'drama, comedy')
    assert.equal(valueIn('STUDIO', { studio: 'a|b' }), 'a|b')
    assert.equal(valueIn('PRICE', { price: 0 }), '0')
    assert.equal(valueIn('PRICE', { price: null }), undefined)
    assert.equal(valueIn('CREATION_TIMESTAMP', { creationTimestamp: 1_700_000_000 }), '14 Nov 2023')
    assert.equal(valueIn('STUDIO', {}), undefined)
  })
})
