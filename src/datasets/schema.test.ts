import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidInputException } from '../contract/errors.ts'
import type { DatasetType, Domain } from './dataset-type.ts'
import { requirementsOf } from './requirements.ts'
import { canUpdateSchema, parseSchema, schemaIn, valueFields } from './schema.ts'

type AvroField = Readonly<Record<string, unknown>>
const namespace = 'com.amazonaws.personalize.schema'
const avro = (name: string, fields: readonly AvroField[], more = {}) =>
  JSON.stringify({ type: 'record', name, namespace, fields, version: '1.0', ...more })

const field = (name: string, type: unknown, more = {}): AvroField => ({ name, type, ...more })
const categorical = (name: string, type: unknown = 'string') => field(name, type, { categorical: true })
const USER_ID = field('USER_ID', 'string')
const ITEM_ID = field('ITEM_ID', 'string')
const TIMESTAMP = field('TIMESTAMP', 'long')
const GENDER = categorical('GENDER')

const refuses = (text: string, message: string | RegExp, domain?: Domain) =>
  assert.throws(() => parseSchema(text, domain), {
    name: 'InvalidInputException',
    message: typeof message === 'string' ? `schema: ${message}` : message,
  })

/** A field as the rule of requirements.ts describes it. */
function fieldOf(names: string, rule: string): AvroField {
  const words = rule.split(' ')
  const flags = { categorical: words.includes('categorical'), textual: words.includes('textual') }
  return field(
    names.split(' / ')[0]!,
    words.find(word => /^(string|long|float)$/.test(word)),
    flags,
  )
}

describe('CreateSchema', () => {
  it('reads the fields of a schema', () => {
    const text = avro('Items', [
      ITEM_ID,
      categorical('GENRES', ['null', 'string']),
      field('PRICE', ['double', 'null']),
      field('TITLE', ['string']),
      field('DESCRIPTION', 'string', { textual: true }),
    ])
    const { datasetType, domain, fields } = parseSchema(text)
    const plain = { nullable: false, categorical: false, textual: false }
    assert.equal(datasetType, 'ITEMS')
    assert.equal(domain, undefined)
    assert.deepEqual(fields, [
      { ...plain, name: 'ITEM_ID', type: 'string' },
      { ...plain, name: 'GENRES', type: 'string', nullable: true, categorical: true },
      { ...plain, name: 'PRICE', type: 'double', nullable: true },
      { ...plain, name: 'TITLE', type: 'string' },
      { ...plain, name: 'DESCRIPTION', type: 'string', textual: true },
    ])
  })

  it('takes the names of dataset types in any case', () => {
    const fields = [USER_ID, field('ACTION_ID', 'string'), field('EVENT_TYPE', 'string'), TIMESTAMP]
    for (const name of ['ActionInteractions', 'Action_Interactions', 'actionInteractions'])
      assert.equal(parseSchema(avro(name, fields)).datasetType, 'ACTION_INTERACTIONS')
    assert.equal(parseSchema(avro('users', [USER_ID, GENDER])).datasetType, 'USERS')
  })

  it('takes what public code sends: version 1.1, 1 or none, another namespace, and attributes of Avro', () => {
    const fields = [USER_ID, { ...GENDER, doc: 'as stated by the user' }]
    for (const more of [{ version: '1.1' }, { version: 1 }, { version: undefined }, { namespace: undefined }])
      assert.equal(parseSchema(avro('Users', fields, more)).datasetType, 'USERS')
    for (const more of [{ namespace: 'com.amazonaws.Personalize.schema' }, { namespace: 'com.shop.schema' }])
      assert.equal(parseSchema(avro('Users', fields, more)).datasetType, 'USERS')
  })

  it('refuses what is not a record of one of the five types', () => {
    refuses('{', /^schema: must be JSON, and is malformed at position 1$/)
    refuses("{'type': 'record'}", /is malformed at position 1: JSON has double quotes, as json\.dumps of Python/)
    refuses('\ufeff{"type": "record"}', /is malformed: it begins with a byte order mark \(U\+FEFF\), leave that out$/)
    refuses('[]', 'must be a JSON object, got []')
    refuses(`{"fields":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'must not be nested more than 100 deep')
    refuses(avro('Users', [USER_ID], { type: 'enum' }), 'type must be "record", got "enum"')
    refuses(
      avro('People', [USER_ID]),
      'name must be Interactions, Users, Items, Actions or ActionInteractions, got "People"',
    )
    refuses(avro('Users', [USER_ID], { namespace: 1 }), `namespace must be a string such as "${namespace}", got 1`)
    refuses(avro('Users', [], { fields: {} }), 'fields must be a list of fields, got {}')
  })

  it('refuses types other than the six and their nullable forms', () => {
    const supported = 'must be of type string, int, long, float, double, boolean, or a list of one of them and "null"'
    for (const type of [
      'bytes',
      'null',
      'String',
      ['null'],
      [],
      ['int', 'string'],
      ['null', 'int', 'null'],
      ['int', 'int'],
    ])
      refuses(avro('Users', [USER_ID, field('AGE', type)]), `the field AGE ${supported}, got ${JSON.stringify(type)}`)
    for (const type of [
      { type: 'array', items: 'string' },
      { type: 'map', values: 'int' },
      undefined,
      ['null', { type: 'int' }],
    ])
      refuses(avro('Users', [USER_ID, field('AGE', type)]), /^schema: the field AGE must be of type string, int/)
  })

  it('refuses a keyword in another spelling, which would be metadata', () => {
    const event = (name: string, type: unknown = 'string') =>
      avro('Interactions', [USER_ID, ITEM_ID, TIMESTAMP, field(name, type)])
    refuses(event('event_type'), 'the field event_type must be written EVENT_TYPE, as the keyword is')
    refuses(event('eventValue', 'int'), 'the field eventValue must be written EVENT_VALUE, as the keyword is')
    const item = avro('Items', [ITEM_ID, field('Creation_Timestamp', 'long')])
    refuses(item, 'the field Creation_Timestamp must be written CREATION_TIMESTAMP, as the keyword is')
    refuses(
      avro('Users', [field('userId', 'string'), GENDER]),
      'the field userId must be written USER_ID, as the keyword is',
    )
    assert.equal(parseSchema(avro('Items', [ITEM_ID, field('price', 'float')])).fields[1]!.name, 'price')
    refuses(
      avro('Items', [ITEM_ID, field('price', 'float'), categorical('CATEGORY_L1')]),
      'the field price must be written PRICE, as the keyword is',
      'ECOMMERCE',
    )
    assert.equal(schemaIn({ schema: event('event_type') }).fields.length, 4)
  })

  it('refuses an attribute that is nearly one of the two, and a member that is there twice', () => {
    for (const [attribute, meant] of [
      ['Categorical', 'categorical'],
      ['catagorical', 'categorical'],
      ['isCategorical', 'categorical'],
      ['text', 'textual'],
    ] as const)
      refuses(
        avro('Users', [USER_ID, GENDER, field('CITY', 'string', { [attribute]: true })]),
        `the field CITY: "${attribute}" is not an attribute of a field; is it ${meant}?`,
      )
    for (const more of [{ optional: true }, { nullable: true }, { text: 'the city' }])
      assert.equal(parseSchema(avro('Users', [USER_ID, { ...GENDER, ...more }])).fields.length, 2)
    const twice = avro('Users', [USER_ID, GENDER]).replace('"categorical"', '"type":"int","categorical"')
    refuses(twice, '"type" must be given once in an object')
  })

  it('refuses names that Avro does not allow, or that clients could not tell apart', () => {
    for (const name of ['2ND', 'FIRST-NAME', '', '__'])
      refuses(avro('Users', [USER_ID, field(name, 'int')]), /must be letters, digits and underscores/)
    refuses(
      avro('Items', [ITEM_ID, categorical('GENRES_FIELD_1'), categorical('GENRESFIELD1')]),
      'the fields GENRES_FIELD_1 and GENRESFIELD1 must differ in their letters and digits: they have one name for clients',
    )
  })

  it("takes EVENT_VALUE as a string, as samples of the service's first years have it, for a number", () => {
    const EVENT_VALUE = field('EVENT_VALUE', 'string')
    const { fields } = parseSchema(avro('Interactions', [USER_ID, ITEM_ID, TIMESTAMP, EVENT_VALUE]))
    const plain = { nullable: false, categorical: false, textual: false }
    assert.deepEqual(fields[3], { ...plain, name: 'EVENT_VALUE', type: 'float' })
    const categories = avro('Interactions', [USER_ID, ITEM_ID, TIMESTAMP, categorical('EVENT_VALUE')])
    refuses(categories, 'the field EVENT_VALUE must be float or null, got categorical string')
  })

  it('wants a number or a categorical string about users, items and actions; of items text will do', () => {
    const label = field('LABEL', ['null', 'string'])
    for (const [name, id] of [
      ['Users', 'USER_ID'],
      ['Items', 'ITEM_ID'],
      ['Actions', 'ACTION_ID'],
    ] as const) {
      const schema = (...more: AvroField[]) => avro(name, [field(id, 'string'), label, ...more])
      refuses(
        schema(),
        `fields must have a number or a categorical string about the ${id}: make LABEL categorical, say`,
      )
      for (const more of [GENDER, field('AGE', 'int'), field('IS_NEW', 'boolean')])
        assert.equal(parseSchema(schema(more)).fields.length, 3)
    }
    parseSchema(avro('Items', [ITEM_ID, field('TITLE', 'string', { textual: true })]))
  })

  it('goes on reading a schema that was created before it wanted that', () => {
    const schema = avro('Users', [USER_ID, field('LABEL', 'string')])
    assert.equal(schemaIn({ schema }).fields.length, 2)
  })

  it('takes a number marked as categorical for a number', () => {
    const { fields } = parseSchema(avro('Items', [ITEM_ID, field('WESTERN', ['null', 'int'], { categorical: true })]))
    assert.deepEqual(fields[1], { name: 'WESTERN', type: 'int', nullable: true, categorical: false, textual: false })
  })

  it('takes flags that are words, as the schemas of a workshop of AWS have them', () => {
    const words = [field('GENRES', 'string', { categorical: 'true' }), field('PLOT', 'string', { textual: 'True' })]
    const { fields } = parseSchema(
      avro('Items', [ITEM_ID, ...words, field('CAST', 'string', { categorical: 'false' })]),
    )
    const flags = fields.slice(1).map(({ categorical, textual }) => [categorical, textual])
    assert.deepEqual(flags, [
      [true, false],
      [false, true],
      [false, false],
    ])
  })

  it('refuses attributes where they mean nothing', () => {
    const withAge = (more: object) => avro('Users', [USER_ID, field('AGE', 'int', more)])
    refuses(withAge({ textual: true }), 'the field AGE: only a string can be textual, this is of type int')
    refuses(withAge({ categorical: 'yes' }), 'the field AGE: categorical must be true or false, got "yes"')
    refuses(
      avro('Users', [USER_ID, GENDER, field('BIO', 'string', { textual: true })]),
      'the field BIO cannot be textual: only Items have text',
    )
    const text = (name: string) => field(name, 'string', { textual: true })
    refuses(avro('Items', [ITEM_ID, text('PLOT'), text('REVIEW')]), 'only one field can be textual, got PLOT, REVIEW')
    refuses(
      avro('Items', [ITEM_ID, field('PLOT', 'string', { textual: true, categorical: true })]),
      'the field PLOT must be categorical or textual, not both',
    )
  })

  it('refuses reserved fields of another type, attribute or nullability', () => {
    const interactions = (more: AvroField) => avro('Interactions', [USER_ID, ITEM_ID, TIMESTAMP, more])
    refuses(interactions(field('EVENT_VALUE', 'double')), 'the field EVENT_VALUE must be float or null, got double')
    refuses(
      interactions(field('EVENT_TYPE', ['null', 'string'])),
      'the field EVENT_TYPE must be string, got string or null',
    )
    refuses(interactions(categorical('EVENT_TYPE')), 'the field EVENT_TYPE must be string, got categorical string')
    refuses(
      avro('Items', [ITEM_ID, field('PRICE', 'float'), field('CATEGORY_L1', 'string')]),
      'the field CATEGORY_L1 must be categorical string, got string',
      'ECOMMERCE',
    )
  })

  it('takes either side where pages of the guide contradict each other', () => {
    const video = (genres: string) => avro('Items', [ITEM_ID, categorical(genres), field('CREATION_TIMESTAMP', 'long')])
    for (const genres of ['GENRES', 'GENRES_L1']) parseSchema(video(genres), 'VIDEO_ON_DEMAND')
    const product = [ITEM_ID, field('PRICE', 'float'), categorical('CATEGORY_L1')]
    for (const type of ['long', 'float'])
      parseSchema(avro('Items', [...product, field('CREATION_TIMESTAMP', type)]), 'ECOMMERCE')
    const action = [field('ACTION_ID', 'string'), categorical('LEVEL')]
    for (const name of ['EXPIRATION_TIMESTAMP', 'ACTION_EXPIRATION_TIMESTAMP'])
      parseSchema(avro('Actions', [...action, field(name, ['null', 'long'])]))
    assert.throws(() => parseSchema(avro('Actions', [...action, field('EXPIRATION_TIMESTAMP', 'int')])))
  })

  it('counts metadata fields', () => {
    refuses(avro('Users', [USER_ID]), 'fields must have one more, about the USER_ID: a categorical string or a number')
    refuses(avro('Items', [ITEM_ID, field('CREATION_TIMESTAMP', 'long')]), /^schema: fields must have one more/)
    parseSchema(avro('Users', [USER_ID, categorical('SUBSCRIPTION_MODEL')]), 'VIDEO_ON_DEMAND')
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => field(`N${i}`, 'int'))
    const most = {
      Users: [25, [USER_ID]],
      Items: [100, [ITEM_ID]],
      Interactions: [5, [USER_ID, ITEM_ID, TIMESTAMP]],
    } as const
    for (const [name, [count, required]] of Object.entries(most)) {
      parseSchema(avro(name, [...required, ...numbers(count)]))
      refuses(
        avro(name, [...required, ...numbers(count + 1)]),
        `fields can have at most ${count} of your own (not required or reserved), got ${count + 1}`,
      )
    }
  })

  it('has actions only without a domain', () => {
    const text = avro('Actions', [field('ACTION_ID', 'string'), categorical('LEVEL')])
    assert.equal(parseSchema(text).datasetType, 'ACTIONS')
    refuses(text, 'Actions cannot be in the domain ECOMMERCE: actions need a custom dataset group', 'ECOMMERCE')
  })

  for (const domain of [undefined, 'ECOMMERCE', 'VIDEO_ON_DEMAND'] as const)
    for (const type of ['INTERACTIONS', 'USERS', 'ITEMS', 'ACTIONS', 'ACTION_INTERACTIONS'] satisfies DatasetType[]) {
      const requirements = requirementsOf(type, domain)
      if (!requirements) continue
      it(`asks of ${type} ${domain ? `in ${domain}` : 'without a domain'} for its required fields and no more`, () => {
        const { required, reserved, metadata } = requirements
        const least = Object.entries(required).map(([names, rule]) => fieldOf(names, rule))
        if (metadata[0] > 0) least.push(categorical('SEGMENT'))
        parseSchema(avro(type, least), domain)
        const everything = [...least, ...Object.entries(reserved).map(([name, rule]) => fieldOf(name, rule))]
        const { fields } = parseSchema(avro(type, everything), domain)
        assert.equal(fields.length, everything.length)
        for (const names of Object.keys(required)) {
          const without = least.filter(({ name }) => !names.split(' / ').includes(name as string))
          refuses(
            avro(type, without),
            `the field ${names} is missing: it is required and must be ${required[names]}`,
            domain,
          )
        }
      })
    }
})

describe('UpdateDataset', () => {
  const users = (...fields: AvroField[]) => parseSchema(avro('Users', [USER_ID, ...fields]))
  const current = users(GENDER, field('AGE', ['null', 'int']))
  const refusesUpdate = (replacement: ReturnType<typeof users>, message: string) =>
    assert.throws(() => canUpdateSchema(current, replacement), {
      name: InvalidInputException.name,
      message: `schema: ${message}`,
    })

  it('takes new fields with a null type, in any order', () => {
    canUpdateSchema(current, current)
    canUpdateSchema(current, users(field('AGE', ['int', 'null']), field('SCORE', ['null', 'float']), GENDER))
  })

  it('keeps every field as it was', () => {
    refusesUpdate(users(GENDER), 'the field AGE is missing: every field of the current schema must be kept')
    refusesUpdate(users(GENDER, field('AGE', 'int')), 'the field AGE must stay int or null, got int')
    refusesUpdate(
      users(field('GENDER', 'string'), field('AGE', ['null', 'int'])),
      'the field GENDER must stay categorical string, got string',
    )
    refusesUpdate(
      users(GENDER, field('AGE', ['null', 'int']), field('SCORE', 'float')),
      'the new field SCORE must have a null type: ["null", "float"]',
    )
  })

  it('is for Users and Items', () => {
    const interactions = parseSchema(avro('Interactions', [USER_ID, ITEM_ID, TIMESTAMP]))
    assert.throws(
      () => canUpdateSchema(interactions, interactions),
      /INTERACTIONS cannot be replaced, only of USERS and ITEMS/,
    )
    refusesUpdate(interactions, 'must be for a dataset of type USERS without a domain')
  })
})

describe('valueFields', () => {
  it('leaves out the id', () => {
    const schema = parseSchema(avro('Users', [GENDER, USER_ID, field('AGE', 'int')]))
    assert.deepEqual(
      valueFields(schema).map(({ name }) => name),
      ['GENDER', 'AGE'],
    )
  })
})
