import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Domain } from '../../../../src/datasets/dataset-type.ts'
import { parseSchema } from '../../../../src/datasets/schema.ts'
import { checkRows } from './check.ts'
import { sampleOf } from './sample.ts'

const schemaOf = (name: string, fields: readonly object[], domain?: Domain) =>
  parseSchema(JSON.stringify({ type: 'record', name, namespace: 'com.amazonaws.personalize.schema', fields }), domain)

const users = schemaOf('Users', [
  { name: 'USER_ID', type: 'string' },
  { name: 'AGE', type: ['null', 'int'] },
  { name: 'CITY', type: 'string', categorical: true },
])
const events = schemaOf('Interactions', [
  { name: 'USER_ID', type: 'string' },
  { name: 'ITEM_ID', type: 'string' },
  { name: 'TIMESTAMP', type: 'long' },
])

function check(schema: typeof users, text: string) {
  const sample = sampleOf(text, true)
  const checked = checkRows(schema, sample.header, sample)
  return { ...checked, cells: checked.rows.map(({ cells }) => cells.map(({ value, mark }) => mark ?? value)) }
}

describe('the rows as they will be stored', () => {
  it('have their values by the fields of the schema, in any order of columns', () => {
    const { cells, refused, missing } = check(users, 'City,user_id,age\n Rome |,ann,31.0\n,ben,\n')
    assert.deepEqual(cells, [
      ['ann', 31, 'Rome'],
      ['ben', null, 'missing'],
    ])
    assert.deepEqual([refused, missing], [0, 1])
  })

  it('mark a cell that is taken as missing, and say why', () => {
    const { rows, cells } = check(users, 'USER_ID,AGE,CITY\nann,n/a,Rome\n')
    assert.deepEqual(cells, [['ann', 'missing', 'Rome']])
    assert.match(rows[0]!.cells[1]!.problem!, /^AGE must be an int, got the string "n\/a"; leave the cell empty/)
  })

  it('mark a cell and a row for which the import fails', () => {
    const { rows, cells, refused } = check(users, `USER_ID,AGE,CITY\n,3,Rome\nann,3,${'x'.repeat(1001)}\nben,4\n`)
    assert.deepEqual(cells.slice(0, 2), [
      ['refused', 3, 'Rome'],
      ['ann', 3, 'refused'],
    ])
    assert.match(rows[2]!.problem!, /must have 3 cells like the header, got 2/)
    assert.equal(refused, 3)
  })

  it('mark a time in milliseconds or as a date', () => {
    const { rows, cells } = check(
      events,
      'USER_ID,ITEM_ID,TIMESTAMP\nu,i,1700000000000\nu,i,2023-11-14\nu,i,1700000000\n',
    )
    assert.deepEqual(cells, [
      ['u', 'i', 'refused'],
      ['u', 'i', 'refused'],
      ['u', 'i', 1700000000],
    ])
    assert.match(rows[0]!.cells[2]!.problem!, /must be in seconds since 1970, such as 1700000000/)
    assert.match(rows[1]!.cells[2]!.problem!, /a time is in seconds since 1970, such as 1699920000 for this one/)
  })

  it('are none where the header is wrong', () => {
    assert.match(check(users, 'id;age\n1;2\n').fault!, /cells must be separated by commas, not by semicolons/)
    assert.match(check(users, 'USER_ID,town,CITY\n1,2,3\n').fault!, /"town" is not a field .* and AGE has no column/)
  })
})
