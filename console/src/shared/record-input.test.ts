import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSchema, valueFields } from '../../../src/datasets/schema.ts'
import { draftOf, propertiesText, readDraft } from './record-input.ts'

const schema = parseSchema(
  JSON.stringify({
    ...{ type: 'record', name: 'Items', namespace: 'com.amazonaws.personalize.schema' },
    fields: [
      { name: 'ITEM_ID', type: 'string' },
      { name: 'GENRES_L1', type: ['null', 'string'], categorical: true },
      { name: 'SEATS', type: ['null', 'long'] },
      { name: 'IS_NEW', type: 'boolean' },
    ],
  }),
)

describe('a form of a record', () => {
  it('keeps every digit of a long from the server and back', () => {
    const properties = { genresL1: 'Drama|Comedy', seats: 9223372036854775807n, isNew: false }
    const draft = draftOf(schema, properties)
    assert.deepEqual(draft, { GENRES_L1: 'Drama|Comedy', SEATS: '9223372036854775807', IS_NEW: 'false' })
    const { values, faults } = readDraft(valueFields(schema), draft)
    assert.deepEqual(faults, {})
    assert.equal(propertiesText(values), '{"genresL1":"Drama|Comedy","seats":9223372036854775807,"isNew":false}')
  })

  it('leaves out what is empty, and names what is wrong', () => {
    const { values, faults } = readDraft(valueFields(schema), { SEATS: 'many', GENRES_L1: '' })
    assert.deepEqual(values, {})
    assert.match(faults.SEATS!, /must be a long, got the string "many"/)
    assert.match(faults.IS_NEW!, /must not be null/)
    assert.equal(propertiesText({}), undefined)
  })
})
