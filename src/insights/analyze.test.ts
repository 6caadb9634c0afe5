import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type NewStore, openNewStore } from '#test/store.ts'
import type { StoredInteraction } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { analyze } from './analyze.ts'
import { insightsInto } from './rules.ts'

const text = (name: string, more = {}) => ({ name, type: 'string', ...more })
const maybe = (name: string, type: string, more = {}) => ({ name, type: ['null', type], ...more })
const NOW = Date.parse('2030-06-01T00:00:00Z')

describe('analyze', () => {
  let opened: NewStore
  let store: Store
  before(async () => {
    opened = await openNewStore()
    store = opened.store
  })
  after(() => opened[Symbol.asyncDispose]())

  /** Creates a dataset, and its group if there is none. Returns the id of the dataset. */
  const datasetIn = async (group: string, datasetType: string, fields: readonly object[], domain?: string) => {
    const create = (kind: string, arn: string, document: object, parent?: string, reference?: string) =>
      store.resources.create({ kind, arn, parent, reference, status: 'ACTIVE', document: { ...document } })
    if (!(await store.resources.get(group))) await create('dataset-group', group, { name: group })
    const schema = { type: 'record', name: datasetType, fields, version: '1.0' }
    await create('schema', `${group}/schema/${datasetType}`, { schema: JSON.stringify(schema), domain })
    const document = { datasetType: datasetType.toUpperCase(), datasetGroupArn: group }
    return (await create('dataset', `${group}/${datasetType}`, document, group, `${group}/schema/${datasetType}`)).id
  }
  const event = (userId: string, itemId: string, more: Partial<StoredInteraction> = {}): StoredInteraction => ({
    ...{ userId, itemId, anonymous: false, sessionId: null, timestampMs: NOW - 1000, eventType: 'view' },
    ...{ eventId: null, eventValue: null, details: '', ...more },
  })
  const EVENTS = [text('USER_ID'), text('ITEM_ID'), text('EVENT_TYPE'), { name: 'TIMESTAMP', type: 'long' }]

  it('finds blanks, milliseconds and other spellings, by any way into the store', async () => {
    const fields = [
      text('ITEM_ID'),
      maybe('GENRES', 'string', { categorical: true }),
      maybe('CREATION_TIMESTAMP', 'long'),
    ]
    const items = await datasetIn('blanks', 'Items', fields)
    const record = (id: string, ...values: unknown[]) => ({ id, fields: JSON.stringify(values) })
    await store.records.put(items, [
      record('a', 'Action|Comedy', NOW / 1000 - 5),
      record(' b', 'Action | Comedy', NOW),
      record('c', 'action', 0),
    ])
    const { datasets } = await analyze(store, 'blanks', NOW, () => {})
    const insights = insightsInto(datasets)
    assert.deepEqual(
      insights.map(({ level, name, finding }) => [level, name, finding]),
      [
        ['error', 'ids-with-blanks', 'Ids that begin or end with a blank, and match no others: 1.'],
        [
          'warning',
          'strange-times',
          `CREATION_TIMESTAMP: 1 like milliseconds (the last is ${NOW}); CREATION_TIMESTAMP: 1 in 1970, as 0 for an unknown time would be.`,
        ],
        ['warning', 'blanks', 'Values that begin or end with a blank: GENRES (33 % of the rows).'],
        [
          'warning',
          'spellings',
          'Spelled in several ways: GENRES (2 values, such as "Action " (1), "Action" (1), "action" (1)).',
        ],
      ],
    )
    assert.deepEqual(datasets[0]!.columns[0]!.distinct, { count: 5, isEstimate: false })
  })

  it('names ids that are words for no value, of users, sessions, items and records', async () => {
    const events = await datasetIn('nameless', 'Interactions', EVENTS)
    const users = await datasetIn('nameless', 'Users', [text('USER_ID'), maybe('AGE', 'int')])
    await store.records.put(
      users,
      ['undefined', '[object Object]', 'nullius'].map(id => ({ id, fields: '[30]' })),
    )
    await store.interactions.put(events, [
      event('undefined', 'i1'),
      event('undefined', 'null'),
      event('ann', 'NaN', { timestampMs: 1 }),
      event('undefined', 'i1', { anonymous: true, sessionId: 'undefined', timestampMs: 1 }),
    ])
    const { datasets } = await analyze(store, 'nameless', NOW, () => {})
    const found = insightsInto(datasets).filter(({ name }) => name === 'ids-for-nothing')
    assert.deepEqual(
      found.map(({ datasetType, finding }) => [datasetType, finding]),
      [
        ['INTERACTIONS', 'Ids that are words for no value: "undefined" (3), "NaN" (1), "null" (1).'],
        ['USERS', 'Ids that are words for no value: "[object Object]" (1), "undefined" (1).'],
      ],
    )
  })

  it('finds categories that a comma separates, unless some have a |', async () => {
    const fields = ['GENRES', 'TAGS'].map(name => maybe(name, 'string', { categorical: true }))
    const items = await datasetIn('commas', 'Items', [text('ITEM_ID'), ...fields])
    const record = (id: string, ...values: unknown[]) => ({ id, fields: JSON.stringify(values) })
    await store.records.put(items, [
      record('a', 'Action, Comedy', 'new, old'),
      record('b', 'Comedy, Drama', 'old, new|x'),
      record('c', 'Drama, Action', null),
    ])
    const { datasets } = await analyze(store, 'commas', NOW, () => {})
    const { finding } = insightsInto(datasets).find(({ name }) => name === 'other-separators')!
    assert.equal(
      finding,
      'Categories that something else than | separates: GENRES ("," in 3 rows, such as "Action, Comedy").',
    )
  })

  it('names the use cases of a domain that lack events of their type', async () => {
    const domain = 'VIDEO_ON_DEMAND'
    const interactions = await datasetIn('videos', 'Interactions', EVENTS, domain)
    const events = Array.from({ length: 3 }, (_, i) => event('ann', `film-${i}`, { eventType: 'watch' }))
    await store.interactions.put(interactions, [...events, event('ann', 'film-4', { eventType: 'Click' })])
    const { datasets } = await analyze(store, 'videos', NOW, () => {})
    const { finding } = insightsInto(datasets).find(({ name }) => name === 'events-of-use-cases')!
    assert.equal(
      finding,
      'Use cases need 1,000 events of their type; there are hardly any of "Watch", for aws-vod-because-you-watched-x, aws-vod-most-popular.',
    )
  })

  it('names the event types that a metric counts and hardly any event has', async () => {
    const interactions = await datasetIn('clips', 'Interactions', EVENTS)
    const metrics = ['watch', 'Watch', 'Watch'].map(eventType => ({ eventType }))
    const attribution = { arn: 'clips/impact', kind: 'metric-attribution', parent: 'clips', document: { metrics } }
    await store.resources.create({ ...attribution, status: 'ACTIVE' })
    const events = Array.from({ length: 3 }, (_, i) => event('ann', `film-${i}`, { eventType: 'watch' }))
    await store.interactions.put(interactions, events)
    const { datasets } = await analyze(store, 'clips', NOW, () => {})
    const { finding } = insightsInto(datasets).find(({ name }) => name === 'events-of-metrics')!
    assert.equal(
      finding,
      'Metrics of the metric attribution count events of "Watch"; there are hardly any. Frequent types are "watch".',
    )
  })

  it('counts users, sessions, ids without a record and rows that are alike', async () => {
    const events = await datasetIn('shop', 'Interactions', [...EVENTS, maybe('SEARCH', 'string')])
    const users = await datasetIn('shop', 'Users', [text('USER_ID'), maybe('AGE', 'int'), maybe('NOTE', 'string')])
    const items = await datasetIn('shop', 'Items', [text('ITEM_ID'), maybe('PRICE', 'float')])
    await store.records.put(users, [
      { id: 'u1', fields: '[30]' },
      { id: 'u2', fields: '[null]' },
    ])
    await store.records.put(items, [
      { id: 'i1', fields: '[1.5]' },
      { id: 'i9', fields: '[2]' },
    ])
    await store.interactions.put(events, [
      event('u1', 'i1'),
      event('u1', 'i1', { details: '{"SEARCH":"tent"}' }),
      event('u1', 'I9'),
      event('U2', 'i1', { eventId: 'e' }),
      event('U2', 'i1', { eventId: 'e', eventType: 'buy' }),
      event('s', 'i1', { anonymous: true, sessionId: 's' }),
    ])
    const { datasets } = await analyze(store, 'shop', NOW, () => {})
    const insights = insightsInto(datasets)
    const [ofEvents, ofItems, ofUsers] = datasets
    const { histories } = ofEvents!
    assert.deepEqual([ofEvents!.rows, ofEvents!.incomplete, histories!.alike, histories!.repeated], [6, 5, 1, 1])
    assert.deepEqual(histories!.users.distinct, { count: 2, isEstimate: false })
    assert.deepEqual(histories!.items.top[0], { id: 'i1', count: 4 })
    assert.deepEqual(histories!.trainable, { rows: 5, users: 3, withTwo: 1 })
    assert.deepEqual(histories!.anonymous, { sessions: 1, rows: 1 })
    assert.deepEqual(histories!.strangers.users, {
      ...{ count: 1, isEstimate: false, of: 2, rows: 2, examples: ['U2'] },
      alike: { count: 1, of: 1, examples: [{ id: 'U2', other: 'u2' }] },
    })
    assert.deepEqual(histories!.strangers.items!.alike!.examples, [{ id: 'I9', other: 'i9' }])
    assert.deepEqual(ofItems!.withoutInteractions, { count: 1, isEstimate: false, of: 2, examples: ['i9'] })
    assert.deepEqual(ofUsers!.withoutInteractions, { count: 1, isEstimate: false, of: 2, examples: ['u2'] })
    assert.deepEqual([ofUsers!.rows, ofUsers!.columns[0]!.missing, ofUsers!.columns[0]!.numbers!.median], [2, 1, 30])
    const alike = insights.find(({ name }) => name === 'nearly-duplicates')
    assert.match(alike!.finding, /differ in something else: 1 \(17 %\)\.$/)
    const unused = insights.find(({ name }) => name === 'unused-columns')
    assert.match(unused!.finding, /NOTE \(no row has a value\)/)
    assert.doesNotMatch(unused!.finding, /SEARCH/)
  })

  it('reads actions and their interactions', async () => {
    const fields = [text('USER_ID'), text('ACTION_ID'), text('EVENT_TYPE'), { name: 'TIMESTAMP', type: 'long' }]
    const events = await datasetIn('actions', 'Action_Interactions', fields)
    const actions = await datasetIn('actions', 'Actions', [text('ACTION_ID'), maybe('COST', 'long')])
    await store.records.put(actions, [{ id: 'a1', fields: '[3]' }])
    await store.interactions.put(events, [event('u', 'a1', { eventType: 'Taken' }), event('u', 'a2')])
    const { datasets } = await analyze(store, 'actions', NOW, () => {})
    const insights = insightsInto(datasets)
    assert.deepEqual(
      datasets.map(({ datasetType, rows }) => [datasetType, rows]),
      [
        ['ACTION_INTERACTIONS', 2],
        ['ACTIONS', 1],
      ],
    )
    const found = insights.find(({ name }) => name === 'actions-without-record')
    assert.equal(found?.finding, '1 of 2 actions in interactions (50 % of the rows) are not in Actions, such as "a2".')
  })

  it('says that a dataset is empty, and reports its progress', async () => {
    await datasetIn('empty', 'Users', [text('USER_ID'), maybe('AGE', 'int')])
    const { datasets } = await analyze(store, 'empty', NOW, () => {})
    const insights = insightsInto(datasets)
    assert.deepEqual(
      insights.map(({ name, datasetType }) => [name, datasetType]),
      [['empty', 'USERS']],
    )
    assert.deepEqual((await analyze(store, 'nothing', NOW, () => {})).datasets, [])
    const events = await datasetIn('many', 'Interactions', EVENTS)
    const rows = Array.from({ length: 9000 }, (_, n) => event(`u${n}`, 'i', { timestampMs: n }))
    await store.interactions.put(events, rows)
    const progress: object[] = []
    await analyze(store, 'many', NOW, step => progress.push(step))
    assert.deepEqual(progress, [{ rows: 8192, rowsTotal: 9000 }])
  })
})
