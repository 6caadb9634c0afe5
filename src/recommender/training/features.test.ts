import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Schema } from '../../datasets/schema.ts'
import { compileFeatures, featureName, learnFeatures } from './features.ts'

const common = { nullable: true, categorical: false, textual: false }
const schema: Schema = {
  datasetType: 'USERS',
  fields: [
    { name: 'USER_ID', type: 'string', ...common },
    { name: 'MEMBERSHIP', type: 'string', ...common, categorical: true },
    { name: 'AGE', type: 'int', ...common },
    { name: 'IS_ADULT', type: 'boolean', ...common },
    { name: 'MOTTO', type: 'string', ...common },
  ],
}
const records = Array.from({ length: 100 }, (_, i) => [
  i % 2 === 0 ? ['Member', 'Frequent shopper'] : ['Guest'],
  i,
  i > 18,
  `motto ${i}`,
])

describe('learnFeatures', () => {
  const space = learnFeatures(schema, records)
  const reader = compileFeatures(space, schema)
  const names = (record: Parameters<typeof reader.features>[0]) =>
    Array.from(reader.features(record), feature => featureName(space, feature))

  it('makes a feature of each category, of classes of numbers and of codes', () => {
    assert.deepEqual(names([['Member', 'Frequent shopper'], 33, true, null]), [
      'MEMBERSHIP: Member',
      'MEMBERSHIP: Frequent shopper',
      'AGE: 30 to 40',
      'AGE: 20 to 40',
      'IS_ADULT: true',
    ])
    assert.deepEqual(names([null, 3, null, null]), ['AGE: below 10', 'AGE: below 20'])
    assert.deepEqual(names([null, 1000, null, null]), ['AGE: 90 or more', 'AGE: 80 or more'])
  })

  it('knows nothing of what was not there, nor of texts that are different in each record', () => {
    assert.deepEqual(names([['Founder'], null, false, 'motto 1']), ['IS_ADULT: false'])
  })

  it('returns properties, a column for each category of a field with several', () => {
    assert.deepEqual(reader.properties([['Member'], null, null, null]), [null, null, 'yes', null, null, null])
    assert.equal(reader.properties([['Guest'], 5, true, null]).filter(value => value !== null).length, 4)
  })

  it('leaves out excluded columns', () => {
    const few = learnFeatures(schema, records, ['MEMBERSHIP'])
    assert.deepEqual(
      few.columns.map(({ name }) => name),
      ['AGE', 'AGE', 'IS_ADULT'],
    )
  })

  it('reads the telling words of unstructured text, not those that most texts or one alone have', () => {
    const fields = [
      { name: 'ITEM_ID', type: 'string' as const, ...common },
      { name: 'DESCRIPTION', type: 'string' as const, ...common, textual: true },
      { name: 'CREATION_TIMESTAMP', type: 'long' as const, ...common },
    ]
    const items: Schema = { datasetType: 'ITEMS', fields }
    const texts = Array.from({ length: 40 }, (_, i) => [`The sound of ${i % 2 ? 'Rock' : 'jazz'}, part x${i}`, i])
    const words = learnFeatures(items, texts)
    assert.deepEqual(words.columns, [{ name: 'DESCRIPTION', kind: 'words', values: ['jazz', 'rock'], first: 0 }])
    assert.deepEqual([...compileFeatures(words, items).features(['The new sound of ROCK', 39])], [1])
  })

  it('makes a class of each of few numbers, which one between them or beyond has as well', () => {
    const few = learnFeatures(
      schema,
      Array.from({ length: 20 }, (_, at) => [null, [10, 20, 30][at % 3]!, null, null]),
    )
    const ages = [10, 20, 30, 12, 24, 26, 99].map(age => compileFeatures(few, schema).features([null, age, null, null]))
    assert.deepEqual(
      ages.map(([feature]) => feature),
      [0, 1, 2, 0, 1, 2, 2],
    )
  })

  it('makes no class of a number that hardly any record has', () => {
    const ages = [...Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 10 : 50)), 14, 45]
    const rare = learnFeatures(
      schema,
      ages.map(age => [null, age, null, null]),
    )
    assert.deepEqual(rare.columns[0], { name: 'AGE', kind: 'classes', edges: [30], first: 0 })
  })

  it('makes a feature of each code: a number that is marked as categorical', () => {
    const fields = schema.fields.map(field => (field.name === 'AGE' ? { ...field, categorical: true } : field))
    const coded: Schema = { ...schema, fields }
    const codes = learnFeatures(
      coded,
      Array.from({ length: 60 }, (_, at) => [null, 7 * (at % 30), null, null]),
    )
    const features = compileFeatures(codes, coded).features
    assert.equal(new Set(Array.from({ length: 30 }, (_, at) => features([null, 7 * at, null, null])[0])).size, 30)
    assert.deepEqual([...features([null, 8, null, null])], [])
  })

  it('has no features of no records', () => {
    assert.deepEqual(learnFeatures(schema, []), { columns: [], size: 0 })
  })

  it('reads a big long and a single number that all share', () => {
    const one = learnFeatures(
      schema,
      Array.from({ length: 20 }, () => [null, 7, null, null]),
    )
    assert.deepEqual(one.columns[0], { name: 'AGE', kind: 'classes', edges: [], first: 0 })
    assert.deepEqual([...compileFeatures(one, schema).features([null, 7n, null, null])], [0])
  })
})
