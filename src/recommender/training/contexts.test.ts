import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Field, FieldType } from '../../datasets/schema.ts'
import { createRandom } from '../../engine/math/random.ts'
import { collectContexts, readContext } from './contexts.ts'

const field = (name: string, type: FieldType, categorical = false): Field => {
  return { name, type, categorical, nullable: true, textual: false }
}
const own = (...fields: readonly Field[]) => ({ datasetType: 'INTERACTIONS' as const, fields })

/** Events of two items, the second in the evening alone. */
function days(events: number, type: FieldType = 'int') {
  const random = createRandom(3)
  const contexts = collectContexts(own(field('HOUR', type)), [])
  const items = Int32Array.from({ length: events }, () => {
    const hour = Math.floor(24 * random())
    contexts.push(random() < 0.1 ? '' : JSON.stringify({ HOUR: hour }))
    return hour >= 18 && hour < 23 && random() < 0.5 ? 1 : 0
  })
  return contexts.columns(items)[0]!
}

describe('collectContexts', () => {
  it('makes classes of numbers where the items change', () => {
    for (const type of ['int', 'long', 'float', 'double'] as const) {
      const { edges, values } = days(2000, type)
      assert.deepEqual(edges, [18, 23])
      assert.deepEqual(values, ['below 18', '18 to 23', '23 or more'])
    }
  })

  it('makes one class of numbers that say nothing of the items, or of few events', () => {
    const contexts = collectContexts(own(field('BATTERY', 'float')), [])
    const random = createRandom(5)
    for (let event = 0; event < 2000; event++) contexts.push(JSON.stringify({ BATTERY: random() }))
    const items = Int32Array.from({ length: 2000 }, () => Math.floor(20 * random()))
    assert.deepEqual(contexts.columns(items)[0]!.edges, [])
    assert.ok(days(5).edges!.length < 2)
  })

  it('knows the events without a value', () => {
    const contexts = collectContexts(own(field('HOUR', 'int'), field('DEVICE', 'string', true)), [])
    for (const details of ['', '{"HOUR":3}', '{"DEVICE":"phone"}']) contexts.push(details)
    const [hour, device] = contexts.columns(Int32Array.of(0, 0, 0))
    assert.deepEqual([...hour!.classes, ...device!.classes], [-1, 0, -1, -1, -1, 0])
  })

  it('takes numbers that are categories, booleans and strings of few values one by one', () => {
    const fields = [field('CODE', 'int', true), field('MOBILE', 'boolean'), field('PLACE', 'string')]
    const contexts = collectContexts(own(...fields), [])
    contexts.push('{"CODE":7,"MOBILE":true,"PLACE":"here"}')
    contexts.push('{"CODE":8,"MOBILE":false,"PLACE":"there"}')
    assert.deepEqual(
      contexts.columns(Int32Array.of(0, 0)).map(({ values }) => values),
      [
        ['7', '8'],
        ['true', 'false'],
        ['here', 'there'],
      ],
    )
  })

  it('leaves out excluded fields, those with a place of their own, and strings of many values', () => {
    const names = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'TIMESTAMP', 'EVENT_VALUE', 'IMPRESSION', 'RECOMMENDATION_ID']
    const fields = [...names, 'EVENT_ATTRIBUTION_SOURCE', 'SEARCH', 'DEVICE'].map(name => field(name, 'string'))
    const contexts = collectContexts(own(...fields), ['DEVICE'])
    for (let event = 0; event < 51; event++) contexts.push(JSON.stringify({ SEARCH: `word ${event}` }))
    assert.deepEqual(contexts.columns(new Int32Array(51)), [])
  })
})

describe('readContext', () => {
  const hour = days(2000)
  const code = { name: 'CODE', type: 'float', values: ['1', '2.5'] } as const
  const device = { name: 'DEVICE', values: ['phone', 'tablet|pen'] }
  const read = (context: Record<string, string>) => readContext([hour, code, device], context)

  it('puts a number into its class, one out of range into the nearest', () => {
    assert.deepEqual(
      ['20', ' 22.0 ', '-5', '999'].map(HOUR => read({ HOUR })![0]),
      ['18 to 23', '18 to 23', 'below 18', '23 or more'],
    )
  })

  it('matches names by letters and digits, and values however they are written', () => {
    assert.deepEqual(read({ hour: '3', Code: '2.50', device: ' tablet | pen ' }), ['below 18', '2.5', 'tablet|pen'])
  })

  it('has null for what the request does not say', () => {
    assert.deepEqual(read({ HOUR: '', CODE: ' ', OTHER: '3' }), [null, null, null])
    assert.equal(readContext([hour], undefined), undefined)
    assert.equal(readContext([], { HOUR: '3' }), undefined)
  })

  it('refuses what is no number of the type', () => {
    const refused = (context: Record<string, string>, message: string) =>
      assert.throws(() => read(context), { name: 'InvalidInputException', message })
    refused({ HOUR: 'noon' }, 'context.HOUR must be an int, got the string "noon"')
    const twice = 'context: no two names may be the same in their letters and digits'
    refused({ DEVICE: 'phone', device: 'tablet' }, twice)
    refused({ CODE: 'x' }, 'context.CODE must be a float, got the string "x"')
  })
})
