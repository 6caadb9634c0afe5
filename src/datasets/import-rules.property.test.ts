import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { toJson } from '../contract/json.ts'
import { compileCsvRecords } from './csv.ts'
import { decodeValues, encodeValues, propertiesOf } from './encoding.ts'
import { compileInteractionRules } from './interaction.ts'
import { camelCase, foldName } from './names.ts'
import { compileRecordRules } from './properties.ts'
import { type Field, parseSchema, valueFields } from './schema.ts'
import type { Value } from './values.ts'

// ---- the rules once more, slow and obvious, on the text of each value ----

type Pair = readonly [key: string, json: string]
const REFUSED = 'refused'

function model(fields: readonly Field[], pairs: readonly Pair[]): readonly Value[] | typeof REFUSED {
  const last = new Map(pairs)
  const values: Value[] = []
  let matched = 0
  for (const field of fields) {
    const given = [...last].filter(([key]) => plain(key) === plain(field.name))
    if (given.length > 1) return REFUSED
    matched += given.length
    const value = modelValue(field, given[0]?.[1] ?? 'null')
    if (value === REFUSED) return REFUSED
    values.push(value)
  }
  return matched === last.size ? values : REFUSED
}

function plain(name: string): string {
  const punctuation = ['_', '-', ' ', '.', '$']
  return [...name]
    .filter(character => !punctuation.includes(character))
    .join('')
    .toLowerCase()
}

function modelValue(field: Field, json: string): Value {
  const raw: unknown = JSON.parse(json)
  const empty = field.categorical ? '| ' : ' '
  if (raw === null || (typeof raw === 'string' && [...raw].every(character => empty.includes(character))))
    return field.nullable ? null : REFUSED
  switch (field.type) {
    case 'string':
      if (typeof raw !== 'string' || [...raw].length > 1000) return REFUSED
      return field.categorical
        ? raw.replace(/^[| ]+|[| ]+$/g, '').replace(/ *\|[| ]*/g, '|')
        : raw.replace(/^ +| +$/g, '')
    case 'boolean':
      return (
        new Map<unknown, boolean>([
          [true, true],
          ['true', true],
          ['t', true],
          [false, false],
          ['false', false],
          ['f', false],
        ]).get(typeof raw === 'string' ? raw.toLowerCase().replaceAll(' ', '') : raw) ?? REFUSED
      )
    default: {
      const text = typeof raw === 'number' ? json : typeof raw === 'string' ? raw.trim() : ''
      return /^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/.test(text) ? modelNumber(field, text) : REFUSED
    }
  }
}

function modelNumber({ type }: Field, text: string): Value {
  if (type === 'float' || type === 'double') {
    const inRange = Math.abs(Number(text)) < (type === 'float' ? 2 ** 128 - 2 ** 103 : Number.POSITIVE_INFINITY)
    return inRange ? Number(text) + 0 : REFUSED
  }
  const [mantissa, exponent] = text.toLowerCase().split('e') as [string, string?]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  const power = Number(exponent ?? 0) - fraction.length
  const numerator = BigInt(whole.replace(/[-+]/, '') + fraction) * 10n ** BigInt(Math.max(power, 0))
  const denominator = 10n ** BigInt(Math.max(-power, 0))
  if (numerator % denominator !== 0n) return REFUSED
  const value = (text.startsWith('-') ? -numerator : numerator) / denominator
  if (BigInt.asIntN(type === 'int' ? 32 : 64, value) !== value) return REFUSED
  return value > 9007199254740991n || value < -9007199254740991n ? value : Number(value)
}

// ---- random schemas and records ----

const nameOf = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,7}$/)
  .filter(name => plain(name) !== '' && plain(name) !== 'userid')
const fieldOf = fc
  .record({
    name: nameOf,
    type: fc.constantFrom('string', 'string', 'string', 'int', 'long', 'float', 'double', 'boolean'),
    nullable: fc.boolean(),
    categorical: fc.boolean(),
  })
  .map(({ name, type, nullable, categorical }) => ({
    name,
    type: nullable ? ['null', type] : type,
    categorical: categorical && type === 'string',
  }))
const USER_ID = { name: 'USER_ID', type: 'string' }
/** For schemas whose other fields are strings alone, which CreateSchema refuses. */
const CATEGORY = { name: 'CATEGORY_OF_ITS_OWN', type: ['null', 'string'], categorical: true }
const schemaOf = fc
  .uniqueArray(fieldOf, { minLength: 1, maxLength: 6, selector: ({ name }) => plain(name) })
  .map(fields => parseSchema(JSON.stringify({ type: 'record', name: 'Users', fields: [...fields, USER_ID, CATEGORY] })))

const decimalOf = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    fc.constantFrom('', '', '.0', '.5', '.000', 'e0', 'e-1', 'E+2', 'e30', 'e-30'),
  )
  .map(([digits, tail]) => `${digits}${tail}`)
const edgeOf = fc.constantFrom(
  ...['0', '-0', '0.0', '45.0', '4.50e1', '2147483647', '2147483648', '-2147483648', '-2147483649', '9007199254740991'],
  ...['9007199254740992', '9007199254740993', '-9007199254740993', '9223372036854775807', '9223372036854775808'],
  ...[
    '-9223372036854775808',
    '-9223372036854775809',
    '9223372036854775807.0',
    '922337203685477580.7e1',
    '1.00000000000000000001',
  ],
  ...[
    '1.234567890123456e18',
    '1e18',
    '123456789012345e3',
    '999999999999999E4',
    '1e19',
    '0.1',
    '1e38',
    '3.4028235e38',
    '3.4028236e38',
    '-1e39',
    '1e308',
    '1e309',
    '123456789012345678e-3',
  ],
)
const shortDecimalOf = fc.integer({ min: -1000, max: 1000 }).map(String)
const numberOf = fc.oneof(shortDecimalOf, edgeOf, decimalOf)
const stringOf = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '|',
    'A||B|',
    '| |',
    '|A',
    'true',
    'True',
    'TRUE',
    ' f',
    'T ',
    'yes',
    'false',
    'x'.repeat(1000),
    'x'.repeat(1001),
    '😀'.repeat(1000),
  ),
  fc.constantFrom('+5', '.5', '5.', ' 12 ', '0x10', '1,5', 'NaN', '1e', '--1', '1234567890123456789'),
  fc.string({ unit: fc.constantFrom('a', 'B', '|', ' ', 'é', '😀', '"', '\\'), maxLength: 8 }),
)
const jsonOf = fc.oneof(
  { weight: 4, arbitrary: numberOf },
  { weight: 2, arbitrary: numberOf.map(text => JSON.stringify(text)) },
  { weight: 4, arbitrary: stringOf.map(text => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', '{}', '[1]', '{"a":1234567890123456789}') },
)

const spellingOf = (name: string) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(camelCase(name), name) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        name.toLowerCase(),
        name.toUpperCase(),
        `${name}-`,
        `$${name[0]}.${name.slice(1)}`,
        `${name}é`,
      ),
    },
  )
/** A JSON value that the field takes, or not: mostly of its type, so that whole records are valid now and then. */
const valueFor = ({ type }: Field) =>
  fc.oneof(
    {
      weight: 12,
      arbitrary:
        type === 'string'
          ? fc.constantFrom('"a"', '"A|B"', '"x||y"')
          : type === 'boolean'
            ? fc.constantFrom('true', '"False"')
            : shortDecimalOf,
    },
    { weight: 2, arbitrary: type === 'string' ? stringOf.map(text => JSON.stringify(text)) : numberOf },
    { weight: 1, arbitrary: jsonOf },
  )
const oddPairOf = (name: string) =>
  fc.tuple(fc.oneof(fc.constantFrom('userId', '__proto__', 'toString'), spellingOf(name)), jsonOf)
const recordOf = (fields: readonly Field[]) =>
  fc
    .tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: oddPairOf(fields[0]!.name) }),
      ...fields.map(field => {
        const pair = fc.tuple(spellingOf(field.name), valueFor(field))
        return fc.option(pair, { freq: field.nullable ? 3 : 20, nil: undefined })
      }),
    )
    .map(pairs => pairs.filter(pair => pair !== undefined) as readonly Pair[])
const schemaAndRecord = schemaOf.chain(schema => recordOf(valueFields(schema)).map(pairs => ({ schema, pairs })))

const textOf = (pairs: readonly Pair[]) =>
  `{${pairs.map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join(', ')}}`

function outcome(read: () => readonly Value[]): readonly Value[] | typeof REFUSED {
  try {
    return read()
  } catch (error) {
    assert.ok(error instanceof InvalidInputException, `not a refusal: ${error}`)
    return REFUSED
  }
}

describe('the rules of import, on random schemas and records', () => {
  it('accept and refuse the same records as the model, and read the same values', () => {
    const seen = { accepted: 0, refused: 0 }
    const check = fc.property(schemaAndRecord, ({ schema, pairs }) => {
      const rules = compileRecordRules(schema, 'refuse')
      const expected = model(valueFields(schema), pairs)
      seen[expected === REFUSED ? 'refused' : 'accepted']++
      for (const _ of ['first', 'with remembered spellings'])
        assert.deepEqual(
          outcome(() => rules.parseRecord('users.1.member.properties: ', textOf(pairs))),
          expected,
        )
    })
    fc.assert(check, { numRuns: 5000 })
    assert.ok(seen.accepted > 500 && seen.refused > 500, `one-sided: ${JSON.stringify(seen)}`)
  })

  it('read values back as they were: stored, as properties, and from a CSV file', () => {
    const check = fc.property(schemaAndRecord, ({ schema, pairs }) => {
      const values = model(valueFields(schema), pairs)
      if (values === REFUSED) return
      const { parseRecord } = compileRecordRules(schema, 'refuse')
      assert.deepEqual(decodeValues(schema, encodeValues(values)), values)
      assert.deepEqual(parseRecord('users.1.member.properties: ', toJson(propertiesOf(schema, values))), values)
      const header = ['USER_ID', ...valueFields(schema).map(({ name }) => name)]
      const row = ['u', ...values.map(value => String(value ?? ''))]
      assert.deepEqual(compileCsvRecords(schema, header)(row), { id: 'u', values })
    })
    fc.assert(check, { numRuns: 5000 })
  })

  it('give every field one name for clients', () => {
    fc.assert(
      fc.property(nameOf, name => foldName(camelCase(name)) === foldName(name) && plain(name) === foldName(name)),
    )
  })

  it('read an event the same, whether its values are beside properties or inside', () => {
    const fields = [
      ...['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(name => ({ name, type: 'string' })),
      { name: 'TIMESTAMP', type: 'long' },
      { name: 'EVENT_VALUE', type: ['null', 'float'] },
    ]
    const { parseEvent } = compileInteractionRules(
      parseSchema(JSON.stringify({ type: 'record', name: 'Interactions', fields })),
      'refuse',
    )
    const told = fc.record({
      itemId: fc.string({ minLength: 1 }).filter(id => id.trim() === id),
      eventValue: fc.double({ noNaN: true, min: -1e38, max: 1e38 }),
    })
    const read = (more: object) =>
      parseEvent('eventList.1.member', { sessionId: 's', event: { eventType: 'click', sentAt: 1, ...more } })
    const check = fc.property(told, values => {
      const beside = read(values)
      assert.equal(beside.itemId, values.itemId)
      assert.deepEqual(read({ properties: JSON.stringify(values) }), beside)
      assert.deepEqual(read({ ...values, properties: JSON.stringify(values) }), beside)
    })
    fc.assert(check)
  })
})
