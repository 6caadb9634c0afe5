import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileCsvInteractions, compileCsvRecords } from './csv.ts'
import { parseSchema } from './schema.ts'

const schema = (name: string, fields: readonly object[]) =>
  parseSchema(JSON.stringify({ type: 'record', name, fields }))
const users = schema('Users', [
  { name: 'USER_ID', type: 'string' },
  { name: 'AGE', type: ['null', 'int'] },
  { name: 'GENDER', type: 'string', categorical: true },
])
const interactions = schema('Interactions', [
  { name: 'USER_ID', type: 'string' },
  { name: 'ITEM_ID', type: 'string' },
  { name: 'EVENT_TYPE', type: 'string' },
  { name: 'EVENT_VALUE', type: ['float', 'null'] },
  { name: 'DEVICE', type: ['string', 'null'], categorical: true },
  { name: 'TIMESTAMP', type: 'long' },
  { name: 'IMPRESSION', type: ['string', 'null'] },
])
const header = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'EVENT_VALUE', 'DEVICE', 'TIMESTAMP', 'IMPRESSION']
const refusal = (message: string) => ({ name: 'InvalidInputException', message })

describe('a CSV file of users', () => {
  it('reads rows by the header, in any order and spelling', () => {
    for (const columns of [
      ['GENDER', 'USER_ID', 'AGE'],
      ['\uFEFFgender', 'userId', ' Age'],
    ])
      assert.deepEqual(compileCsvRecords(users, columns)(['Male|', '5', '34']), { id: '5', values: [34, 'Male'] })
  })

  it('reads an empty cell, or an absent column, as null', () => {
    assert.deepEqual(compileCsvRecords(users, ['USER_ID', 'AGE', 'GENDER'])(['5', '', 'Male']).values, [null, 'Male'])
    assert.deepEqual(compileCsvRecords(users, ['USER_ID', 'GENDER'])(['5', 'Male']).values, [null, 'Male'])
  })

  it("refuses a header without required columns in the service's words", () => {
    const message = 'Input CSV is missing the following columns:[USER_ID, GENDER]. The header is "AGE"'
    assert.throws(() => compileCsvRecords(users, ['AGE']), refusal(message))
  })

  it('says what was found in the place of the header', () => {
    const found = (columns: readonly string[], message: string) =>
      assert.throws(() => compileCsvRecords(users, columns), {
        message: new RegExp(`\\]\\. The header is ${message}$`),
      })
    found(['AGE', 'GENRE'], '"AGE,GENRE"')
    found(['USER_ID;AGE;GENDER'], '"USER_ID;AGE;GENDER": cells must be separated by commas, not by semicolons')
    found(['USER_ID\tAGE'], '"USER_ID\\\\tAGE": cells must be separated by commas, not by tabs')
    found(['5', '34', 'Male'], '"5,34,Male": the first line must name the columns, such as USER_ID,AGE,GENDER')
    const excel = 'which tells Excel how cells are separated: remove this line, and separate cells by commas'
    found(['sep=', ''], `"sep=,", ${excel}`)
    found(['SEP=;'], `"SEP=;", ${excel}`)
    found(['version https://git-lfs.github.com/spec/v1'], '"version .*": the file is a pointer of Git LFS, and not .*')
    found(['x'.repeat(500)], `"x{120}…": the first line must name the columns, such as USER_ID,AGE,GENDER`)
  })

  it('ignores columns that are no field, as the index of a pandas frame', () => {
    for (const columns of [
      ['', 'USER_ID', 'AGE', 'GENDER', ''],
      ['Unnamed: 0', 'USER_ID', 'AGE', 'GENDER', 'COLOUR'],
    ])
      assert.deepEqual(compileCsvRecords(users, columns)(['0', '5', '34', 'Male', 'x']).values, [34, 'Male'])
    for (const index of ['', 'Unnamed: 0', 'Unnamed: 0.1', '__index_level_0__'])
      assert.deepEqual(compileCsvRecords(users, [index, 'USER_ID', 'GENDER'])(['0', '5', 'Male']).values, [
        null,
        'Male',
      ])
  })

  it('refuses columns that may be a misspelt field, or are there twice', () => {
    const unknown = 'the column "AEG" is not a field of the schema, and AGE has no column: rename or remove it'
    assert.throws(() => compileCsvRecords(users, ['USER_ID', 'AEG', 'GENDER']), refusal(unknown))
    const twice = 'the column "gender" is there twice'
    assert.throws(() => compileCsvRecords(users, ['USER_ID', 'GENDER', 'gender']), refusal(twice))
  })

  it('names the column that breaks a rule', () => {
    const read = compileCsvRecords(users, ['USER_ID', 'AGE', 'GENDER'])
    assert.throws(() => read(['5', 'abc', 'Male']), refusal('AGE must be an int, got the string "abc"'))
    assert.throws(
      () => read(['', '1', 'Male']),
      refusal('USER_ID must not be empty: USER_ID has no null type in the schema'),
    )
    const long = 'USER_ID: Length cannot be more than 256 characters for USER_ID, got 300'
    assert.throws(() => read(['u'.repeat(300), '1', 'Male']), refusal(long))
    assert.throws(() => read(['5', '1']), refusal('must have 3 cells like the header, got 2'))
  })

  it('shows a row of one cell, which a program added to the rows', () => {
    const read = compileCsvRecords(users, ['USER_ID', 'AGE', 'GENDER'])
    for (const row of ['(17 rows)', '\x1a', '\0\0\0'])
      assert.throws(() => read([row]), refusal(`must have 3 cells like the header, got 1: ${JSON.stringify(row)}`))
  })

  it('says why a row has too many cells, or the header', () => {
    const plain = ['USER_ID', 'AGE', 'GENDER']
    for (const [columns, row, message] of [
      [
        plain,
        ['5', '1', 'M', ''],
        'must have 3 cells like the header, got 4; it ends in a comma, and the header does not',
      ],
      [
        [...plain, ''],
        ['5', '1', 'M'],
        'must have 4 cells like the header, got 3; the header ends in a comma, and it does not',
      ],
      [
        plain,
        ['5', '1', '234', 'M'],
        'must have 3 cells like the header, got 4; a cell with a comma in it must be in quotes',
      ],
    ] as const)
      assert.throws(() => compileCsvRecords(users, columns)(row), refusal(message))
  })

  it('says that a row is empty, as spreadsheets write rows that were emptied', () => {
    const read = compileCsvRecords(users, ['USER_ID', 'AGE', 'GENDER'])
    for (const row of [
      ['', '', ''],
      [' ', '', '\t'],
    ])
      assert.throws(() => read(row), { message: /^the row has no values, .*: remove it$/ })
  })

  it('refuses a column that is a field but for another separator', () => {
    for (const [columns, message] of [
      [['USER_ID', 'AGE', 'GENDER;'], 'the column "GENDER;" has semicolons in its name'],
      [['USER_ID', 'AGE|', 'GENDER'], 'the column "AGE|" has vertical bars in its name'],
    ] as const)
      assert.throws(
        () => compileCsvRecords(users, columns),
        refusal(`${message}: cells must be separated by commas alone`),
      )
    const read = compileCsvRecords(users, ['USER_ID', 'AGE\t', 'GENDER', 'Price; net'])
    assert.deepEqual(read(['5', '34', 'Male', '1']).values, [34, 'Male'])
  })

  it('says what is right for numbers as tools write them', () => {
    const read = compileCsvRecords(users, ['USER_ID', 'AGE', 'GENDER'])
    const grouped = /; write a number with a decimal point, and nothing between its thousands$/
    for (const age of ['12\u202f345', '12\u00a0345', '12’345'])
      assert.throws(() => read(['5', age, 'M']), { message: grouped })
    for (const age of ['(null)', '[NULL]', '#REF!', '#DIV/0!', '#NAME?'])
      assert.throws(() => read(['5', age, 'M']), { message: /; leave the cell empty for a missing value$/ })
  })
})

describe('a CSV file of interactions', () => {
  const read = compileCsvInteractions(interactions, header)

  it("reads the guide's sample", () => {
    assert.deepEqual(read(['54', '35', 'watch', '0.75', 'Cellphone', '1586735164', '35|82|78']), {
      userId: '54',
      itemId: '35',
      timestampMs: 1586735164000,
      eventType: 'watch',
      eventValue: 0.75,
      details: '{"DEVICE":"Cellphone","IMPRESSION":"35|82|78"}',
    })
    const { eventValue, details } = read(['35', '73', 'click', '', '', '1586731606', ''])
    assert.deepEqual([eventValue, details], [null, ''])
  })

  it('has no event type where the schema has none', () => {
    const fields = ['USER_ID', 'ITEM_ID'].map(name => ({ name, type: 'string' }))
    const bare = schema('Interactions', [...fields, { name: 'TIMESTAMP', type: 'long' }])
    assert.equal(compileCsvInteractions(bare, ['TIMESTAMP', 'USER_ID', 'ITEM_ID'])(['0', 'u', 'i']).eventType, '')
  })

  it('refuses times that are not seconds since 1970', () => {
    const at = (timestamp: string) => () => read(['54', '35', 'watch', '', '', timestamp, ''])
    const milliseconds =
      'TIMESTAMP must be in seconds since 1970, such as 1586735164, got 1586735164000, which looks like milliseconds'
    assert.throws(at('1586735164000'), refusal(milliseconds))
    assert.throws(
      at('9223372036854775807'),
      /such as 9223372036, got 9223372036854775807, which looks like nanoseconds/,
    )
    assert.throws(at('-1'), refusal('TIMESTAMP must not be before 1970, got -1'))
    const date =
      'TIMESTAMP must be a long, got the string "2020-07-31"; a time is in seconds since 1970, such as 1596153600 for this one'
    assert.throws(at('2020-07-31'), refusal(date))
    for (const text of ['2020-07-31T23:30:43Z', '2020-07-31 23:30:43', '2020-08-01T01:30:43.123+02:00'])
      assert.throws(at(text), /such as 1596238243 for this one$/, text)
    assert.throws(at('NULL'), /got the string "NULL"; every row must have its TIMESTAMP$/)
    assert.throws(at('1,586,735,164'), /nothing between its thousands$/)
    assert.throws(at('1586735164.5'), /^InvalidInputException: TIMESTAMP must be a long/)
  })

  it('knows the event types of action interactions', () => {
    const fields = ['USER_ID', 'ACTION_ID', 'EVENT_TYPE'].map(name => ({ name, type: 'string' }))
    const actions = schema('ActionInteractions', [...fields, { name: 'TIMESTAMP', type: 'long' }])
    const readAction = compileCsvInteractions(actions, ['USER_ID', 'ACTION_ID', 'EVENT_TYPE', 'TIMESTAMP'])
    assert.equal(readAction(['35', '73', 'Not taken', '1586731606']).itemId, '73')
    assert.throws(
      () => readAction(['35', '73', 'click', '1586731606']),
      refusal('EVENT_TYPE must be Viewed, Taken or Not Taken, got "click"'),
    )
  })
})
