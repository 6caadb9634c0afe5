import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { inspect } from '#test/http.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'
import type { InsightsReport } from '../insights/report.ts'

type Answer = InsightsReport & { readonly analysis: string; readonly status: string }
type Line = readonly unknown[]
type Type = Parameters<typeof createDataset>[1]

const text = (name: string, more = {}) => ({ name, type: 'string', ...more })
const maybe = (name: string, type: string, more = {}) => ({ name, type: ['null', type], ...more })
const category = (name: string) => maybe(name, 'string', { categorical: true })
const EVENTS = [text('USER_ID'), text('ITEM_ID'), text('EVENT_TYPE'), { name: 'TIMESTAMP', type: 'long' }]
const DAY = 86_400
const START = 1_700_000_000

/** Returns rows of a file, each made from its number. */
const rows = (count: number, row: (n: number) => readonly unknown[]) => Array.from({ length: count }, (_, n) => row(n))

describe('/inspect/insights', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const load = async (group: string, type: Type, fields: readonly { name: string }[], lines: readonly Line[]) => {
    const { datasetArn, datasetGroupArn } = await createDataset(server, type, { group, fields })
    const csv = [fields.map(({ name }) => name), ...lines].map(cells => `${cells.join(',')}\n`).join('')
    assertActive(await importFrom(server, datasetArn, await putFile(server, `${group}/${type}.csv`, csv)))
    return datasetGroupArn
  }
  const ask = (datasetGroupArn: string, query = {}) =>
    inspect<Answer>(server, '/inspect/insights', { datasetGroupArn, wait: '60', ...query })
  const found = ({ insights }: Answer) => insights.map(({ level, datasetType, name }) => [level, datasetType, name])
  const finding = ({ insights }: Answer, wanted: string, type?: string) =>
    insights.find(({ name, datasetType }) => name === wanted && (!type || datasetType === type))?.finding

  it('has no advice for data that are as the guide asks', async () => {
    const interactions = rows(50_000, n => [`u${n % 1000}`, `i${n % 97}`, 'view', START + 20 * n])
    const group = await load('good', 'Interactions', EVENTS, interactions)
    await load(
      'good',
      'Users',
      [text('USER_ID'), category('PLAN')],
      rows(1000, n => [`u${n}`, n % 3 ? 'free' : 'paid']),
    )
    const items = [text('ITEM_ID'), category('GENRE'), maybe('PRICE', 'float')]
    await load(
      'good',
      'Items',
      items,
      rows(97, n => [`i${n}`, n % 2 ? 'Drama' : 'Comedy|Drama', 5 + (n % 20)]),
    )
    const answer = await ask(group)
    assert.equal(answer.status, 'COMPLETED')
    assert.deepEqual(answer.insights, [])
    const [ofEvents, ofItems, ofUsers] = answer.datasets
    assert.deepEqual(
      answer.datasets.map(({ datasetType, rows }) => [datasetType, rows]),
      [
        ['INTERACTIONS', 50_000],
        ['ITEMS', 97],
        ['USERS', 1000],
      ],
    )
    const { users, times } = ofEvents!.histories!
    assert.deepEqual(users.interactions, { min: 50, p25: 50, median: 50, p75: 50, p90: 50, p99: 50, max: 50 })
    assert.deepEqual([times!.first, times!.last], [START, START + 20 * 49_999])
    assert.deepEqual(ofItems!.columns[0]!.top, [
      { value: 'Drama', count: 97 },
      { value: 'Comedy', count: 49 },
    ])
    assert.deepEqual(ofUsers!.columns[0]!.distinct, { count: 2, isEstimate: false })
  })

  it('names the data that are too few, and the ids that do not match', async () => {
    const interactions = rows(24, n => [`u${n >> 1}`, n < 20 ? `${n % 5}.0` : 'x', `type ${n % 11}`, 5])
    const group = await load('few', 'Interactions', EVENTS, interactions)
    await load(
      'few',
      'Users',
      [text('USER_ID'), category('PLAN')],
      rows(20, n => [`u${n + 6}`, 'free']),
    )
    await load(
      'few',
      'Items',
      [text('ITEM_ID'), category('GENRE')],
      rows(5, n => [n, 'Drama']),
    )
    const answer = await ask(group)
    assert.deepEqual(found(answer), [
      ['error', 'INTERACTIONS', 'few-interactions'],
      ['error', 'INTERACTIONS', 'few-users-with-two-interactions'],
      ['error', 'INTERACTIONS', 'items-without-record'],
      ['error', 'ITEMS', 'without-interactions'],
      ['warning', 'INTERACTIONS', 'many-event-types'],
      ['warning', 'INTERACTIONS', 'one-time'],
      ['warning', 'INTERACTIONS', 'users-without-record'],
      ['warning', 'INTERACTIONS', 'strange-times'],
      ['warning', 'USERS', 'without-interactions'],
      ['note', 'ITEMS', 'unused-columns'],
      ['note', 'USERS', 'unused-columns'],
    ])
    assert.match(finding(answer, 'few-interactions')!, /^There are 24 interactions, 976 fewer than training needs/)
    assert.match(finding(answer, 'few-users-with-two-interactions')!, /^12 users .*, 13 fewer than training needs/)
    assert.match(finding(answer, 'items-without-record')!, /5 of 6 differ .* only: "\d.0" is "\d" there/)
    assert.match(finding(answer, 'users-without-record')!, /^6 of 12 users .* \(50 % of the rows\)/)
    assert.match(finding(answer, 'without-interactions', 'USERS')!, /^70 % of the users \(14 of 20\)/)
    assert.match(finding(answer, 'many-event-types')!, /11 event types/)
  })

  it('names the faults of a column', async () => {
    const fields = [
      text('ITEM_ID'),
      category('GENRES'),
      category('COLOUR'),
      category('TAG'),
      maybe('PRICE', 'float'),
      maybe('STOCK', 'int'),
      maybe('ABOUT', 'string', { textual: true }),
      maybe('BRAND', 'string'),
    ]
    const genre = (n: number) => ['Action', 'action', 'Drama'][n % 3]
    const group = await load(
      'columns',
      'Items',
      fields,
      rows(1100, n => [
        ...[`i${n}`, genre(n), n % 4 ? 'red' : 'NULL', `tag ${n}`],
        ...[n === 7 ? 99_999 : 5 + (n % 30), n % 2 ? '' : n, n % 5 ? 'a text' : '', `brand ${n % 60}`],
      ]),
    )
    const answer = await ask(group)
    assert.deepEqual(found(answer), [
      ['warning', 'ITEMS', 'incomplete-rows'],
      ['warning', 'ITEMS', 'incomplete-columns'],
      ['warning', 'ITEMS', 'many-categories'],
      ['warning', 'ITEMS', 'incomplete-texts'],
      ['warning', 'ITEMS', 'spellings'],
      ['warning', 'ITEMS', 'words-for-nothing'],
      ['note', 'ITEMS', 'outliers'],
      ['note', 'ITEMS', 'unused-columns'],
    ])
    assert.equal(finding(answer, 'incomplete-columns'), 'Less than 70 % complete: STOCK (50 %).')
    assert.equal(finding(answer, 'many-categories'), 'More than 1,000 categories: TAG (1,100).')
    assert.equal(finding(answer, 'incomplete-texts'), 'Texts that are less than 85 % complete: ABOUT (80 %).')
    assert.equal(finding(answer, 'outliers'), 'Outliers: PRICE (99,999, where the median is 19).')
    assert.equal(finding(answer, 'spellings'), 'Spelled in several ways: GENRES ("Action" (367), "action" (367)).')
    assert.match(finding(answer, 'words-for-nothing')!, /: COLOUR \("NULL" \(275\)\)/)
    assert.match(finding(answer, 'unused-columns')!, /^No recipe learns from BRAND \(.*aws-semantic-similarity/)
  })

  it('names the faults of times and events', async () => {
    const days = (n: number) => START + DAY * (n < 50 ? n : n + 30)
    const interactions = rows(100, n => [`u${n % 9}`, `i${n % 7}`, 'view', days(n)])
    const late = rows(3, n => [`u${n}`, 'i1', 'view', Date.UTC(2900, 1, 1) / 1000])
    const group = await load('times', 'Interactions', EVENTS, [...interactions, ...late])
    const trackingId = await createTracker(server, group)
    const event = (itemId: string) => ({ itemId, eventType: 'view', eventId: 'e', sentAt: new Date(1000 * START) })
    const put = (itemId: string, userId?: string) =>
      server.events.send(new PutEventsCommand({ trackingId, userId, sessionId: 's', eventList: [event(itemId)] }))
    await put('a')
    await put('a')
    await put('b')
    const answer = await ask(group)
    assert.equal(finding(answer, 'gap'), undefined)
    assert.match(finding(answer, 'strange-times')!, /^TIMESTAMP: 3 in the future/)
    assert.match(finding(answer, 'repeated-event-ids')!, /had come before: 1 /)
    assert.match(finding(answer, 'duplicates')!, /left out: 1\./)
    const { anonymous, times } = answer.datasets[0]!.histories!
    assert.deepEqual(anonymous, { sessions: 1, rows: 2 })
    assert.ok(times!.longestGap!.days > 100_000)
  })

  it('reports days without interactions', async () => {
    const interactions = rows(200, n => [`u${n % 9}`, `i${n % 7}`, 'view', START + DAY * (n < 90 ? n : n + 30)])
    const answer = await ask(await load('gap', 'Interactions', EVENTS, interactions))
    assert.equal(finding(answer, 'gap'), 'No interactions for 30 days, 2024-02-12 to 2024-03-12.')
  })

  it('reports cells that the imports in effect took as missing values', async () => {
    const fields = [text('ITEM_ID'), { name: 'YEAR', type: 'int' }]
    const group = await load('cells', 'Items', fields, [
      ['a', 1994],
      ['b', ''],
      ['c', '2006–2007'],
      ...rows(20, n => [n, 2000]),
    ])
    const answer = await ask(group)
    assert.match(
      finding(answer, 'cells-taken-as-missing')!,
      /^An import took cells as missing values: YEAR, 1 empty and 1 unreadable of 23 \(.*line 4: YEAR must be an int/,
    )
    assert.equal(answer.datasets[0]!.missingCells[0]!.column, 'YEAR')
    const { datasetArn } = answer.datasets[0]!
    assertActive(
      await importFrom(
        server,
        datasetArn,
        await putFile(server, 'cells/more.csv', 'ITEM_ID,YEAR\nd,2020\n'),
        'INCREMENTAL',
      ),
    )
    assert.ok(finding(await ask(group), 'cells-taken-as-missing'))
    assertActive(
      await importFrom(server, datasetArn, await putFile(server, 'cells/whole.csv', 'ITEM_ID,YEAR\nd,2020\n')),
    )
    assert.equal(finding(await ask(group), 'cells-taken-as-missing'), undefined)
  })

  it('reports properties that were left out', async () => {
    const group = await load('unknown', 'Users', [text('USER_ID'), category('MEMBERSHIP_TYPE')], [['u', 'Member']])
    const { datasetArn } = (await ask(group)).datasets[0]!
    const put = (userId: string, properties: object) =>
      new PutUsersCommand({ datasetArn, users: [{ userId, properties: JSON.stringify(properties) }] })
    await server.events.send(put('u1', { membershipTyp: 'Guest' }))
    await server.events.send(put('u2', { membershipType: 'Guest', shoeSize: 9 }))
    const insight = (await ask(group)).insights.find(({ name }) => name === 'unknown-properties')
    assert.equal(insight?.level, 'warning')
    assert.match(insight.finding, /: "membershipTyp" of 1, perhaps meant to be membershipType, "shoeSize" of 1\.$/)
  })

  it('does not keep a request waiting, and returns the result to a later one', async () => {
    const group = await load(
      'long',
      'Interactions',
      EVENTS,
      rows(20_000, n => [`u${n}`, 'i', 'view', START + n]),
    )
    const [first, joined] = await Promise.all([ask(group, { wait: '0' }), ask(group)])
    assert.deepEqual([first.status, joined.status], ['IN_PROGRESS', 'COMPLETED'])
    assert.equal(joined.analysis, first.analysis)
    const later = await ask(group, { analysis: first.analysis })
    assert.deepEqual([later.status, later.readAt], ['COMPLETED', joined.readAt])
    assert.notEqual((await ask(group)).analysis, first.analysis)
  })

  it('names the wrong parameter', async () => {
    const arn = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/none'
    await assert.rejects(ask(arn), { message: /^ResourceNotFoundException: .*dataset group does not exist/ })
    await assert.rejects(ask(''), { message: /^InvalidInputException: .*datasetGroupArn must be given/ })
    await load('empty', 'Items', [text('ITEM_ID'), category('GENRE')], [['i', 'Drama']])
    const group = arn.replace('none', 'empty')
    await assert.rejects(ask(group, { wait: 'long' }), {
      message: /wait must be a whole number of seconds from 0 to 60/,
    })
  })
})
