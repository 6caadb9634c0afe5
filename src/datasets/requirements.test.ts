import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileCsvRecords } from './csv.ts'
import type { Domain } from './dataset-type.ts'
import { decodeValues } from './encoding.ts'
import { MissingCells } from './missing-values.ts'
import { compileRecordRules } from './properties.ts'
import { inSeconds } from './requirements.ts'
import { parseSchema } from './schema.ts'

const fieldsOf = (...fields: (readonly [name: string, type: unknown, categorical?: boolean])[]) =>
  fields.map(([name, type, categorical = false]) => ({ name, type, categorical }))
const schemaOf = (name: string, fields: readonly object[], domain?: Domain) =>
  parseSchema(JSON.stringify({ type: 'record', name, fields }), domain)

const items = schemaOf(
  'Items',
  fieldsOf(['ITEM_ID', 'string'], ['GENRES', ['null', 'string'], true], ['CREATION_TIMESTAMP', ['null', 'long']]),
)
const shop = schemaOf(
  'Items',
  fieldsOf(
    ['ITEM_ID', 'string'],
    ['PRICE', 'float'],
    ['CATEGORY_L1', 'string', true],
    ['CREATION_TIMESTAMP', ['null', 'float']],
  ),
  'ECOMMERCE',
)
const actions = schemaOf(
  'Actions',
  fieldsOf(
    ['ACTION_ID', 'string'],
    ['LEVEL', ['null', 'int']],
    ...(['CREATION_TIMESTAMP', 'ACTION_EXPIRATION_TIMESTAMP', 'VALUE', 'REPEAT_FREQUENCY'] as const).map(
      name => [name, ['null', 'long']] as const,
    ),
  ),
)

/** Reads one value as a Put call has it, as a number and as a string, and as a file has it. */
function ways(schema: typeof items, name: string, text: string, others: Record<string, string> = {}) {
  const put = (json: string) => () =>
    compileRecordRules(schema, 'refuse').parseRecord(
      '',
      `{"${name}": ${json}${Object.entries(others)
        .map(([key, value]) => `, "${key}": "${value}"`)
        .join('')}}`,
    )
  const header = [schema.fields[0]!.name, name, ...Object.keys(others)]
  const row = ['id', text, ...Object.values(others)]
  return [
    put(text),
    put(JSON.stringify(text)),
    () => compileCsvRecords(schema, header)(row).values,
    () => compileCsvRecords(schema, header, new MissingCells())(row).values,
  ]
}

describe('the values of reserved fields', () => {
  const at = 1646128800
  for (const [schema, name, others] of [
    [items, 'CREATION_TIMESTAMP', {}],
    [shop, 'CREATION_TIMESTAMP', { PRICE: '1', CATEGORY_L1: 'a' }],
    [actions, 'CREATION_TIMESTAMP', {}],
    [actions, 'ACTION_EXPIRATION_TIMESTAMP', {}],
  ] as const)
    it(`wants ${name} of ${schema.datasetType}${schema.domain ? ` in ${schema.domain}` : ''} in seconds`, () => {
      for (const [digits, unit] of [
        ['000', 'milliseconds'],
        ['000000', 'microseconds'],
        ['000000000', 'nanoseconds'],
      ] as const)
        for (const read of ways(schema, name, `${at}${digits}`, others))
          assert.throws(
            read,
            new RegExp(`must be in seconds since 1970, such as ${at}, got ${at}${digits}, .* ${unit}$`),
          )
      for (const time of [at, 0, -86400, 99_999_999_999])
        for (const read of ways(schema, name, String(time), others)) assert.ok(read().includes(time))
      for (const read of ways(schema, name, '-86400000000', others)) assert.ok(read().includes(-86400000000))
      for (const read of ways(schema, name, '-864000000000', others)) assert.throws(read, /looks like milliseconds/)
    })

  it('takes no unit for that of a number that is no time in any', () => {
    assert.match(inSeconds(1e30)!, /such as 1596153600, got 1e\+30$/)
    assert.match(inSeconds(-1e20)!, /such as 1596153600, got -100000000000000000000$/)
  })

  it('knows a date in digits, which is no time in milliseconds', () => {
    const problem = 'must be in seconds since 1970, such as 1700000000, got 20231114221320, which looks like a date'
    assert.equal(inSeconds(20231114221320), problem)
    assert.match(inSeconds(20231114)!, /such as 1699920000, got 20231114, which looks like a date$/)
    assert.match(inSeconds(202311142213n)!, /such as 1699999980, got 202311142213, which looks like a date$/)
    for (const seconds of [20231314, 19_958_400, 20_260_801.5, 2023111422, 20231114e-3, 2023])
      assert.equal(inSeconds(seconds), undefined)
    assert.match(inSeconds(20231314221320)!, /such as 20231314221, got .* looks like milliseconds$/)
  })

  it('wants the VALUE of an action from 1 to 10, and REPEAT_FREQUENCY from 0 to 30', () => {
    for (const [name, right, wrong, what] of [
      ['VALUE', [1, 10], [0, 11, -1], 'a whole number from 1 to 10'],
      ['REPEAT_FREQUENCY', [0, 1, 30], [31, -1], 'a number of days from 0 to 30'],
    ] as const) {
      for (const value of right)
        for (const read of ways(actions, name, String(value))) assert.ok(read().includes(value))
      for (const value of wrong)
        for (const read of ways(actions, name, String(value)))
          assert.throws(read, new RegExp(`must be ${what}, got ${value}$`))
    }
  })

  it('has no rule for a field of that name elsewhere', () => {
    const users = schemaOf('Users', fieldsOf(['USER_ID', 'string'], ['VALUE', 'long'], ['CREATION_TIMESTAMP', 'long']))
    const { parseRecord } = compileRecordRules(users, 'refuse')
    assert.deepEqual(parseRecord('', '{"value": 100, "creationTimestamp": 1646128800000}'), [100, 1646128800000])
  })

  it('reads what was stored before there were rules', () => {
    assert.deepEqual(
      decodeValues(actions, '[1,1646128800000,1646128800000,99,31]'),
      [1, 1646128800000, 1646128800000, 99, 31],
    )
  })
})
