import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DatasetType, Domain } from '../../../../src/datasets/dataset-type.ts'
import { guessType } from './names.ts'
import { propose, proposeFor } from './propose.ts'
import { sampleOf } from './sample.ts'
import { headerFor, isHeaderRight, readSchema, schemaText } from './schema-text.ts'

/** A file with one column beside the id. */
const items = (column: string, values: readonly string[]) =>
  sampleOf(`ITEM_ID,${column}\n${values.map((value, at) => `i${at},${value}\n`).join('')}`, true)
const many = (count: number, value: (at: number) => string) => Array.from({ length: count }, (_, at) => value(at))

function columnOf(column: string, values: readonly string[], type: DatasetType = 'ITEMS', domain?: Domain) {
  const { name, kind, nullable, isUsed, role } = propose(items(column, values), type, domain)[1]!
  return { name, kind, nullable, isUsed, role }
}
const kindOf = (values: readonly string[], column = 'thing') => columnOf(column, values).kind

describe('the schema that is proposed for a file', () => {
  it('has a type for the values of each column', () => {
    for (const [values, kind] of [
      [['1', '2', ''], 'int'],
      [['1', '-2147483647'], 'int'],
      [['1', '3000000000'], 'long'],
      [['1.5', '2', '1e3'], 'float'],
      [['1.5', 'n/a', 'NULL'], 'float'],
      [['true', 'FALSE'], 'boolean'],
      [['Drama', 'Drama|Comedy'], 'category'],
      [many(100, at => `colour ${at % 7}`), 'category'],
      [many(100, at => `model ${at}`), 'string'],
      [many(100, at => `0${at % 5}`), 'category'],
      [many(100, at => `A long description of the thing with the number ${at}`), 'text'],
      [['', ''], 'string'],
    ] as const)
      assert.equal(kindOf(values), kind, values.slice(0, 3).join())
  })

  it('takes an id for one, though it is a number', () => {
    assert.equal(kindOf(many(100, String), 'BRAND_ID'), 'string')
  })

  it('has the names of the service for its columns, and upper case for others', () => {
    assert.deepEqual(columnOf('releaseYear', ['1999']), {
      ...{ name: 'RELEASE_YEAR', kind: 'int', nullable: true, isUsed: true, role: 'own' },
    })
    assert.equal(columnOf('Précision (cm)', ['1']).name, 'PRECISION_CM')
    assert.equal(columnOf('2nd price', ['1']).name, 'N_2ND_PRICE')
    const shop = (column: string, value: string) => columnOf(column, [value], 'ITEMS', 'ECOMMERCE')
    assert.deepEqual(shop('Category', 'Tents'), {
      ...{ name: 'CATEGORY_L1', kind: 'category', nullable: false, isUsed: true, role: 'required' },
    })
    assert.deepEqual(shop('description', 'x'), {
      ...{ name: 'PRODUCT_DESCRIPTION', kind: 'text', nullable: true, isUsed: true, role: 'reserved' },
    })
  })

  it('leaves out a column without a name or a value, and the second of two with the same letters', () => {
    assert.equal(columnOf('', ['0', '1']).isUsed, false)
    assert.equal(columnOf('notes', ['', '']).isUsed, false)
    const twins = propose(sampleOf('ITEM_ID,a_b,AB\n1,2,3\n', true), 'ITEMS', undefined)
    assert.deepEqual(
      twins.map(({ isUsed }) => isUsed),
      [true, true, false],
    )
  })

  it('has one text at most', () => {
    const text = 'A text of more than forty characters about the thing'
    const rows = many(9, at => `${at},${text} a${at},${text} b${at}\n`).join('')
    const kinds = propose(sampleOf(`ITEM_ID,plot,story\n${rows}`, true), 'ITEMS', undefined).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['string', 'text', 'string'])
  })

  it('is one that the server accepts, for files as programs write them', () => {
    for (const [header, row, type, domain] of [
      ['userId,movieId,rating,timestamp', '1,31,2.5,1260759144', 'INTERACTIONS', undefined],
      ['USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE', 'u,i,5,View', 'INTERACTIONS', 'ECOMMERCE'],
      ['movieId,title,genres', '1,Toy Story,Adventure|Animation', 'ITEMS', undefined],
      ['id,age,gender', '5,31,f', 'USERS', undefined],
      ['product_id,price,category', 'p,9.5,Tents', 'ITEMS', 'ECOMMERCE'],
      ['ACTION_ID,VALUE,CHANNEL', 'a,3,mail', 'ACTIONS', undefined],
    ] as const) {
      const columns = propose(sampleOf(`${header}\n${row}\n`, true), type, domain)
      const read = readSchema(schemaText(columns, type), domain)
      assert.ok('schema' in read, `${header}: ${'fault' in read && read.fault}`)
    }
  })

  it('says what is missing in the words of the server', () => {
    const columns = propose(sampleOf('userId,item\nu,i\n', true), 'INTERACTIONS', undefined)
    const read = readSchema(schemaText(columns, 'INTERACTIONS'), undefined)
    assert.deepEqual(read, { fault: 'the field TIMESTAMP is missing: it is required and must be long' })
  })

  it('is the dataset’s own where there is one', () => {
    const text = JSON.stringify({
      ...{ type: 'record', name: 'Users', namespace: 'com.amazonaws.personalize.schema', version: '1.0' },
      fields: [
        { name: 'USER_ID', type: 'string' },
        { name: 'AGE', type: ['null', 'int'] },
        { name: 'CITY', type: ['null', 'string'], categorical: true },
      ],
    })
    const read = readSchema(text, undefined)
    assert.ok('schema' in read)
    const columns = proposeFor(sampleOf('customer_id,age,shoe\nann,3,4\n', true), read.schema)
    assert.deepEqual(headerFor(columns), ['USER_ID', 'AGE', ''])
    assert.equal(isHeaderRight(columns, read.schema), false)
    const right = proposeFor(sampleOf('userId,Age,city,shoe\nann,3,x,4\n', true), read.schema)
    assert.equal(isHeaderRight(right, read.schema), true)
    // CITY has no column: the server takes `shoe` for a misspelt one.
    const stray = proposeFor(sampleOf('userId,Age,shoe\nann,3,4\n', true), read.schema)
    assert.equal(isHeaderRight(stray, read.schema), false)
  })
})

describe('the type of a file’s rows', () => {
  it('follows from its columns', () => {
    for (const [header, type] of [
      ['userId,movieId,timestamp', 'INTERACTIONS'],
      ['customer_id,product_id,ts', 'INTERACTIONS'],
      ['USER_ID,AGE', 'USERS'],
      ['ITEM_ID,GENRES', 'ITEMS'],
      ['sku,price', 'ITEMS'],
      ['ACTION_ID,VALUE', 'ACTIONS'],
      ['USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP', 'ACTION_INTERACTIONS'],
    ] as const)
      assert.equal(guessType(header.split(',')), type, header)
  })
})
