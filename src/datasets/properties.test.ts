import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileRecordRules } from './properties.ts'
import { parseSchema } from './schema.ts'

const schema = parseSchema(
  JSON.stringify({
    type: 'record',
    name: 'Users',
    fields: [
      { name: 'USER_ID', type: 'string' },
      { name: 'GENDER', type: 'string', categorical: true },
      { name: 'NUMBER_OF_VIDEOS_WATCHED', type: ['null', 'int'] },
      { name: 'ACCOUNT_NUMBER', type: ['long', 'null'] },
    ],
  }),
)
const { parseRecord } = compileRecordRules(schema, 'refuse')
const read = (properties: string | undefined) => parseRecord('users.3.member.properties: ', properties)
const refuses = (properties: string | undefined, message: string) =>
  assert.throws(() => read(properties), { name: 'InvalidInputException', message })
const at = 'users.3.member.properties:'

describe('the properties of a record', () => {
  it('returns the values in the order of the schema', () => {
    assert.deepEqual(read('{"accountNumber": 7, "numberOfVideosWatched": "45", "gender": "Female|Other"}'), [
      'Female|Other',
      45,
      7,
    ])
    assert.deepEqual(read('{"gender": "Female", "accountNumber": null}'), ['Female', null, null])
  })

  it('takes any spelling of a key with the same letters and digits', () => {
    for (const key of [
      'numberOfVideosWatched',
      'NUMBER_OF_VIDEOS_WATCHED',
      'number_of_videosWatched',
      'NumberOfVideosWatched',
    ])
      for (const _ of ['first', 'remembered'])
        assert.deepEqual(read(`{"gender": "Male", "${key}": 1}`), ['Male', 1, null])
  })

  it('keeps every digit of a long', () => {
    for (const [text, value] of [
      ['9007199254740993', 9007199254740993n],
      ['"9007199254740993"', 9007199254740993n],
      ['-9223372036854775808', -9223372036854775808n],
      ['1.234567890123456e18', 1234567890123456000n],
      ['1.23456789012345e18', 1234567890123450000n],
      ['9007199254740992.0', 9007199254740992n],
    ] as const)
      assert.equal(read(`{"gender": "Male", "accountNumber": ${text}}`)[2], value)
    refuses(
      '{"gender": "Male", "accountNumber": 9223372036854775808}',
      `${at} accountNumber must be a long, got the number 9223372036854775808; a long is a whole number from -9223372036854775808 to 9223372036854775807`,
    )
  })

  it('refuses a value of the wrong type by name', () => {
    refuses(
      '{"gender": "Male", "numberOfVideosWatched": "abc"}',
      `${at} numberOfVideosWatched must be an int, got the string "abc"`,
    )
    refuses('{"gender": 1}', `${at} gender must be a string, got the number 1`)
    refuses('{"gender": ["Male"]}', `${at} gender must be a string, got an array; join categories with |`)
    refuses('{"gender": null}', `${at} gender must not be null: GENDER has no null type in the schema`)
    const text = '{"gender": {"a": 1234567890123456789}}'
    refuses(text, `${at} gender must be a string, got an object`)
  })

  it('reads a zero however it is written', () => {
    for (const zero of ['0e-400', '-0.0E+999', '0.00e400'])
      assert.ok(read(`{"gender": "Male", "numberOfVideosWatched": ${zero}}`).includes(0))
  })

  it('says what would be right', () => {
    const range = 'an int is a whole number from -2147483648 to 2147483647'
    for (const [json, problem] of [
      ['1e400', `got the number 1e400; ${range}`],
      ['-1E+400', `got the number -1E+400; ${range}`],
      ['1e-400', `got the number 1e-400; ${range}`],
      ['-0.02E-0400', `got the number -0.02E-0400; ${range}`],
      ['"NULL"', 'got the string "NULL"; leave the property out for a missing value'],
      [
        '"2020-07-31"',
        /got the string "2020-07-31"; a time is in seconds since 1970, such as 1596153600 for this one$/,
      ],
      ['"11/14/2023 22:13"', /; a time is in seconds since 1970, such as 1596153600$/],
      ['"Tue, 14 Nov 2023"', /; a time is in seconds since 1970, such as 1596153600$/],
      ['"$5"', 'got the string "$5"; write the number without its unit'],
      ['"5 EUR"', 'got the string "5 EUR"; write the number without its unit'],
      ['"12%"', 'got the string "12%"; write the number without its unit'],
      ['[1]', 'got an array'],
    ] as const) {
      const text = `{"gender": "Male", "numberOfVideosWatched": ${json}}`
      if (typeof problem === 'string') refuses(text, `${at} numberOfVideosWatched must be an int, ${problem}`)
      else assert.throws(() => read(text), problem)
    }
  })

  it('takes the blanks around texts and categories away', () => {
    assert.deepEqual(read('{"gender": " Male |\u00a0Other\ufeff| ", "numberOfVideosWatched": "\\t7 "}'), [
      'Male|Other',
      7,
      null,
    ])
    refuses('{"gender": " \u200b|"}', `${at} gender must not be empty: GENDER has no null type in the schema`)
  })

  it('refuses a missing field that has no null type', () => {
    for (const properties of [undefined, '{}', '{"numberOfVideosWatched": 1}'])
      refuses(properties, `${at} gender must be given, having no null type in the schema`)
  })

  it('refuses a key that is no field, and lists the fields', () => {
    const known = 'is not a field of the schema, which has gender, numberOfVideosWatched, accountNumber'
    refuses('{"gender": "Male", "favouriteColour": "red"}', `${at} "favouriteColour" ${known}`)
    refuses('{"genderé": "Male"}', `${at} "genderé" ${known}; is it gender?`)
    for (const key of ['__proto__', 'constructor', 'toString']) refuses(`{"${key}": "Male"}`, `${at} "${key}" ${known}`)
    refuses(`{"${'k'.repeat(50)}": 1}`, `${at} "${'k'.repeat(40)}…" ${known}`)
  })

  it('says which field a key that is none may be', () => {
    const known = 'is not a field of the schema, which has gender, numberOfVideosWatched, accountNumber'
    refuses('{"gendre": "Male"}', `${at} "gendre" ${known}; is it gender?`)
    refuses('{"number_of_video_watched": 1}', `${at} "number_of_video_watched" ${known}; is it numberOfVideosWatched?`)
  })

  describe('where keys that are no field are let pass', () => {
    const { parseRecord } = compileRecordRules(schema, 'ignore')

    it('leaves them out, and tells of each', () => {
      const properties = '{"colour": {"a": [1]}, "gender": "Male", "__proto__": 1, "": null, "accountNumber": 3}'
      for (const _ of ['first', 'remembered']) {
        const leftOut = ['of the record before']
        assert.deepEqual(parseRecord('', properties, leftOut), ['Male', null, 3])
        assert.deepEqual(leftOut, ['of the record before', 'colour', '__proto__', ''])
      }
    })

    it('reads fields however many other keys came before', () => {
      for (let i = 0; i < 3000; i++) parseRecord('', `{"key${i}": 1, "gender": "Male"}`)
      assert.deepEqual(parseRecord('', '{"GENDER": "Male", "Number_Of_Videos_Watched": 2}'), ['Male', 2, null])
    })

    it('refuses a missing field that has no null type, and names the keys that may be meant to be it', () => {
      const missing = `${at} gender must be given, having no null type in the schema`
      assert.throws(() => parseRecord(`${at} `, '{"gendre": "Male", "colour": 1}', ['of the record before']), {
        message: `${missing}; not fields of the schema are "gendre" (is it gender?), "colour"`,
      })
      assert.throws(() => parseRecord(`${at} `, '{"a": 1, "b": 1, "c": 1, "d": 1}'), {
        message: `${missing}; not fields of the schema are "a", "b", "c" and 1 more`,
      })
    })

    it('refuses the id, which is beside the properties', () => {
      assert.throws(() => parseRecord('', '{"gender": "Male", "userId": "user-1"}'), /userId is not allowed inside/)
    })
  })

  it('refuses the id, which is beside the properties', () => {
    for (const key of ['userId', 'USER_ID', 'userid'])
      refuses(
        `{"gender": "Male", "${key}": "user-1"}`,
        `${at} userId is not allowed inside properties: it comes from beside them`,
      )
  })

  it('refuses a field in two spellings; of the same key twice the last counts', () => {
    refuses('{"gender": "Male", "GENDER": "Female"}', `${at} gender is given twice, as "gender" and "GENDER"`)
    refuses(
      '{"accountNumber": null, "gender": "Male", "ACCOUNT_NUMBER": 1}',
      `${at} accountNumber is given twice, as "accountNumber" and "ACCOUNT_NUMBER"`,
    )
    assert.deepEqual(read('{"gender": "Male", "gender": "Female"}'), ['Female', null, null])
  })

  it("answers malformed and doubly encoded JSON in the service's words", () => {
    for (const [text, problem] of [
      ['', 'is malformed: it ends too early'],
      ['{', 'is malformed at position 1'],
      ['{"gender": }', 'is malformed at position 11'],
      ['[]', 'is an array'],
      ['null', 'is null'],
      ['12', 'is a number'],
      ['true', 'is a boolean'],
      [
        '{"gender": "NaN", "numberOfVideosWatched": NaN}',
        'is malformed at position 43: NaN is no JSON, leave the property out',
      ],
      [
        "{'gender': 'f'}",
        'is malformed at position 1: JSON has double quotes, as json.dumps of Python writes them and str does not',
      ],
      [
        '{"numberOfVideosWatched":-Infinity}',
        'is malformed at position 26: -Infinity is no JSON, leave the property out',
      ],
      ['{"gender": 1234567890123456', 'is malformed at position 27'],
      [`{"a":${'['.repeat(100)}${']'.repeat(100)}}`, 'is nested more than 100 deep'],
      [`{"a":1234567890123456,"b":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, 'is nested more than 100 deep'],
    ] as const)
      refuses(
        text,
        `Error parsing properties json: users.3.member.properties must be a JSON object as text, and ${problem}`,
      )
    refuses('"{\\"gender\\": \\"Male\\"}"', 'Error parsing properties json')
  })
})
