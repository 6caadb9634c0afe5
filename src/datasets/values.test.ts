import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Field, FieldType } from './schema.ts'
import { NumberText, parseValue, type Value } from './values.ts'

const field = (type: FieldType, more: Partial<Field> = {}): Field => ({
  name: 'SOME_FIELD',
  type,
  nullable: false,
  categorical: false,
  textual: false,
  ...more,
})
const refuses = (of: Field, raw: unknown, message: string | RegExp) =>
  assert.throws(() => parseValue(of, raw), { name: 'InvalidInputException', message })

describe('parseValue', () => {
  const accepted: readonly [FieldType, unknown, Value][] = [
    ['string', 'a', 'a'],
    ['string', ' a b ', 'a b'],
    ['string', '\u00a0a\ufeff', 'a'],
    ['string', '12', '12'],
    ['int', 13, 13],
    ['int', '13', 13],
    ['int', ' 13 ', 13],
    ['int', '+13', 13],
    ['int', 45.0, 45],
    ['int', '45.0', 45],
    ['int', '4.50e1', 45],
    ['int', '4500E-2', 45],
    ['int', '-0', 0],
    ['int', 2147483647, 2147483647],
    ['int', '-2147483648', -2147483648],
    ['long', 9007199254740991, 9007199254740991],
    ['long', '9007199254740993', 9007199254740993n],
    ['long', new NumberText('9007199254740993'), 9007199254740993n],
    ['long', new NumberText('9223372036854775807.000'), 9223372036854775807n],
    ['long', '-9223372036854775808', -9223372036854775808n],
    ['long', 1e18, 1000000000000000000n],
    ['float', 0.5, 0.5],
    ['float', '.5', 0.5],
    ['float', 4, 4],
    ['float', '3.4028234e38', 3.4028234e38],
    ['double', '-1e308', -1e308],
    ['double', new NumberText('0.12345678901234567'), 0.12345678901234566],
    ['boolean', true, true],
    ['boolean', 'false', false],
    ['boolean', 'True', true],
    ['boolean', 'TRUE', true],
    ['boolean', ' FALSE ', false],
    ['boolean', 'F', false],
    ['boolean', 't', true],
  ]
  for (const [type, raw, value] of accepted)
    it(`reads ${type} from ${typeof raw} ${raw instanceof NumberText ? raw.text : raw}`, () => {
      assert.equal(parseValue(field(type), raw), value)
    })

  it('refuses a value of another type', () => {
    refuses(field('int'), 'abc', 'SOME_FIELD must be an int, got the string "abc"')
    refuses(field('int'), true, 'SOME_FIELD must be an int, got the boolean true')
    refuses(field('string'), 12, 'SOME_FIELD must be a string, got the number 12')
    refuses(field('string'), {}, 'SOME_FIELD must be a string, got an object')
    refuses(field('float'), ['1'], 'SOME_FIELD must be a float, got an array')
    refuses(field('string'), ['1'], 'SOME_FIELD must be a string, got an array; join several texts with |')
    for (const raw of ['1,5', '0x10', 'NaN', 'Infinity', '1_000', '1 2', '.', 'e5', '--1', '1e'])
      refuses(field('double'), raw, `SOME_FIELD must be a double, got the string ${JSON.stringify(raw)}`)
    for (const raw of ['yes', 'No', 'y', '1', 1, 0, 'maybe', 'Wahr', 'VRAI'])
      refuses(field('boolean'), raw, /^SOME_FIELD must be a boolean, got the .*; a boolean is true or false$/)
  })

  it('refuses a number out of range or not whole, and says what would be right', () => {
    const hint = '; an int is a whole number from -2147483648 to 2147483647'
    refuses(field('int'), 2147483648, `SOME_FIELD must be an int, got the number 2147483648${hint}`)
    const whole = (right: number) => `; an int is a whole number, such as ${right} for this one`
    refuses(field('int'), 45.5, `SOME_FIELD must be an int, got the number 45.5${whole(45)}`)
    refuses(field('int'), '1e-1', `SOME_FIELD must be an int, got the string "1e-1"${whole(0)}`)
    refuses(field('int'), 2147483647.5, /a whole number, such as 2147483647 /)
    refuses(field('int'), 2147483648.5, `SOME_FIELD must be an int, got the number 2147483648.5${hint}`)
    refuses(field('long'), 1700000000.25, /; a long is a whole number, such as 1700000000 for this one$/)
    for (const raw of [
      '9223372036854775808',
      '-9223372036854775809',
      '1e400',
      '1e99999999999999999999',
      '1e-99999999999',
      1e300,
    ])
      refuses(
        field('long'),
        raw,
        /^SOME_FIELD must be a long, got the .*; a long is a whole number from -9223372036854775808/,
      )
    refuses(field('long'), new NumberText('1.0000000000000000001'), /got the number 1.0000000000000000001; a long is/)
    for (const raw of [3.5e38, '1e39', '-1e400', Number.POSITIVE_INFINITY])
      refuses(field('float'), raw, /^SOME_FIELD must be a float, got the/)
    refuses(field('double'), '1e309', /; a double is a number from -1.797/)
  })

  it('takes empty for null, where there is a null type', () => {
    const types: FieldType[] = ['string', 'int', 'long', 'float', 'double', 'boolean']
    for (const type of types)
      for (const raw of [null, '']) {
        assert.equal(parseValue(field(type, { nullable: true }), raw), null)
        const got = raw === null ? 'null' : 'empty'
        refuses(field(type), raw, `SOME_FIELD must not be ${got}: SOME_FIELD has no null type in the schema`)
      }
    assert.equal(parseValue(field('int', { nullable: true }), '  '), null)
    assert.equal(parseValue(field('string', { nullable: true }), ' \u00a0'), null)
    assert.equal(parseValue(field('string', { textual: true }), '  '), '  ')
  })

  it('drops empty categories', () => {
    const genres = field('string', { categorical: true, nullable: true })
    assert.equal(parseValue(genres, 'A||B|'), 'A|B')
    assert.equal(parseValue(genres, '| |Sci-Fi'), 'Sci-Fi')
    assert.equal(parseValue(genres, 'Science Fiction | Drama'), 'Science Fiction|Drama')
    assert.equal(parseValue(genres, ' Drama'), 'Drama')
    assert.equal(parseValue(genres, 'Drama\u2003'), 'Drama')
    for (const raw of ['', '|', ' | ']) assert.equal(parseValue(genres, raw), null)
    refuses({ ...genres, nullable: false }, '|', /must not be empty/)
  })

  it('limits the length of strings, in characters', () => {
    const of = (more: Partial<Field>) => field('string', more)
    assert.equal(parseValue(of({}), 'x'.repeat(1000)), 'x'.repeat(1000))
    assert.equal(parseValue(of({ categorical: true }), '😀'.repeat(1000)), '😀'.repeat(1000))
    for (const more of [{}, { categorical: true }])
      refuses(
        of(more),
        'x'.repeat(1001),
        'SOME_FIELD: Length cannot be more than 1000 characters for SOME_FIELD, got 1001',
      )
    refuses(
      of({ name: 'ITEM_ID' }),
      'x'.repeat(257),
      'ITEM_ID: Length cannot be more than 256 characters for ITEM_ID, got 257',
    )
    assert.equal(parseValue(of({ name: 'ITEM_ID' }), ` ${'x'.repeat(256)} `), 'x'.repeat(256))
    const source = of({ name: 'EVENT_ATTRIBUTION_SOURCE' })
    assert.equal(parseValue(source, 'x'.repeat(1024)), 'x'.repeat(1024))
    refuses(source, 'x'.repeat(1025), /more than 1024 characters for EVENT_ATTRIBUTION_SOURCE, got 1025/)
    assert.equal((parseValue(of({ textual: true }), 'x'.repeat(50000)) as string).length, 50000)
  })

  it('refuses a NUL in a text, however long', () => {
    for (const more of [{}, { categorical: true }, { textual: true }])
      for (const length of [1, 300])
        refuses(
          field('string', more),
          `${'x'.repeat(length)}\0`,
          'SOME_FIELD must not contain the NUL character (U+0000)',
        )
  })

  it('refuses half of a surrogate pair, and takes a whole one', () => {
    assert.equal(parseValue(field('string'), '🦊'), '🦊')
    for (const half of ['\ud83e', `${'x'.repeat(300)}\udd8a`])
      refuses(field('string'), half, 'SOME_FIELD must be well-formed Unicode, without halves of surrogate pairs')
  })

  it('quotes 40 characters of a value at most', () => {
    refuses(field('int'), 'y'.repeat(41), `SOME_FIELD must be an int, got the string "${'y'.repeat(40)}…"`)
  })
})
