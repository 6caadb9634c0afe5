import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toJson } from '../contract/json.ts'
import { decodeValues, encodeDetails, encodeValues, propertiesOf } from './encoding.ts'
import { parseSchema, valueFields } from './schema.ts'

const schema = parseSchema(
  JSON.stringify({
    type: 'record',
    name: 'Items',
    fields: [
      { name: 'GENRES', type: ['null', 'string'], categorical: true },
      { name: 'ITEM_ID', type: 'string' },
      { name: 'LICENCE_NUMBER', type: ['null', 'long'] },
      { name: 'CODE', type: ['null', 'string'] },
      { name: 'FOR_CHILDREN', type: ['null', 'boolean'] },
    ],
  }),
)

describe('stored values', () => {
  it('come back as they were, with every digit', () => {
    const values = ['Drama|War', 9007199254740993n, '9007199254740993', false]
    const text = encodeValues(values)
    assert.equal(text, '["Drama|War","9007199254740993","9007199254740993",false]')
    assert.deepEqual(decodeValues(schema, text), values)
  })

  it('are null where the schema has got more fields since', () => {
    assert.deepEqual(decodeValues(schema, '["Drama",7]'), ['Drama', 7, null, null])
  })

  it('read back as a client would have sent them', () => {
    const text = '{"genres":"A \\"B\\"","licenceNumber":9007199254740993,"forChildren":true}'
    assert.equal(toJson(propertiesOf(schema, ['A "B"', 9007199254740993n, null, true])), text)
    assert.equal(toJson(propertiesOf(schema, [null, null, null, null])), '{}')
  })
})

describe('the details of an interaction', () => {
  it('are by field name, without nulls', () => {
    const fields = valueFields(schema)
    assert.equal(
      encodeDetails(fields, [null, 9007199254740993n, 'x', null]),
      '{"LICENCE_NUMBER":"9007199254740993","CODE":"x"}',
    )
    assert.equal(encodeDetails(fields, [null, null, null, null]), '')
  })
})
