import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { historyOf, inspect, propertiesOf } from '#test/http.ts'
import { assertActive, exportTo, importFrom, notesOf, putFile, readFiles } from '#test/jobs.ts'
import { deploy, importMarket } from '#test/market.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import type { MissingValues } from '../../datasets/missing-values.ts'

/** As in AWS's sample projects: the schema allows few nulls, but the file has empty and malformed cells. */
const MOVIES = [
  { name: 'ITEM_ID', type: 'string' },
  { name: 'YEAR', type: 'int' },
  { name: 'GENRES', type: 'string', categorical: true },
  { name: 'RATING', type: ['null', 'float'] },
  { name: 'FOR_CHILDREN', type: 'boolean' },
  { name: 'CREATION_TIMESTAMP', type: 'long' },
]

const WATCHED = [
  { name: 'USER_ID', type: 'string' },
  { name: 'ITEM_ID', type: 'string' },
  { name: 'EVENT_TYPE', type: 'string' },
  { name: 'EVENT_VALUE', type: 'float' },
  { name: 'DEVICE', type: 'string', categorical: true },
  { name: 'TIMESTAMP', type: 'long' },
]

const HEADER = 'ITEM_ID,YEAR,GENRES,RATING,FOR_CHILDREN,CREATION_TIMESTAMP'

describe('CreateDatasetImportJob of a file with missing values', () => {
  let server: TestServer
  let movies: string
  let watched: string
  before(async () => {
    server = await startTestServer()
    movies = (await createDataset(server, 'Items', { fields: MOVIES })).datasetArn
    watched = (await createDataset(server, 'Interactions', { fields: WATCHED })).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const importRows = async (rows: readonly string[], header = HEADER, datasetArn = movies, on = server) =>
    importFrom(on, datasetArn, await putFile(on, 'file.csv', [header, ...rows].join('\n')))
  const missingOf = async (jobName: string | undefined) => {
    const { jobs } = await inspect<{ jobs: { jobName: string; missingValues?: readonly MissingValues[] }[] }>(
      server,
      '/inspect/jobs',
      {},
    )
    return jobs.find(job => job.jobName === jobName)?.missingValues
  }

  it('keeps the rows, counts the cells of each column and names the first lines', async () => {
    const { jobName, ...job } = await importRows([
      'm1,1994,Drama,4.5,false,1600000000',
      'm2,,Comedy,,true,1600000000',
      'm3,2006–2007,,3.5,maybe,',
      'm4,,|,4,true,1600000000',
      'm5,2010,Drama,,true,1600000000',
      'm6,2011,Drama,n/a,true,1600000000',
    ])
    assertActive(job)
    assert.deepEqual(await propertiesOf(server, movies, 'm2'), {
      genres: 'Comedy',
      forChildren: true,
      creationTimestamp: 1600000000,
    })
    assert.deepEqual(await propertiesOf(server, movies, 'm3'), { rating: 3.5 })
    const at = (line: number) => `s3://b/file.csv line ${line}`
    const missing = (await missingOf(jobName))!
    assert.deepEqual(missing[0], {
      column: 'YEAR',
      rows: 6,
      empty: 2,
      emptyAt: [at(3), at(5)],
      unreadable: 1,
      unreadableAt: [`${at(4)}: YEAR must be an int, got the string "2006–2007"`],
      unreadableShare: 0.25,
    })
    assert.deepEqual(
      missing.map(({ column, empty, emptyAt, unreadable }) => [column, empty, emptyAt, unreadable]),
      [
        ['YEAR', 2, [at(3), at(5)], 1],
        ['GENRES', 2, [at(4), at(5)], 0],
        ['RATING', 0, undefined, 1],
        ['FOR_CHILDREN', 0, undefined, 1],
        ['CREATION_TIMESTAMP', 1, [at(4)], 0],
      ],
    )
    const problem = 'RATING must be a float, got the string "n/a"; leave the cell empty for a missing value'
    assert.deepEqual(missing[2]!.unreadableAt, [`${at(7)}: ${problem}`])
  })

  it('reports nothing for a file with every value, or with null where the schema allows it', async () => {
    const { jobName, ...job } = await importRows(['m1,1994,Drama,,false,1600000000'])
    assertActive(job)
    assert.deepEqual(await missingOf(jobName), [])
  })

  it('keeps words for no value as texts, and notes where they are', async () => {
    const row = (id: number, genres: string, rating = '1') => `m${id},1994,${genres},${rating},false,1600000000`
    const words = ['\\N', 'NULL', '', 'none', '\\N', 'NA', '#REF!', '(null)'].map((word, i) => row(i, word))
    const { jobName, ...job } = await importRows([...words, row(9, 'Drama', 'NULL')])
    assertActive(job)
    assert.equal((await propertiesOf(server, movies, 'm0'))!.genres, '\\N')
    assert.equal((await propertiesOf(server, movies, 'm2'))!.genres, undefined)
    const at = (line: number) => `s3://b/file.csv line ${line}`
    const places = `"\\N" at ${at(2)}, "NULL" at ${at(3)}, "\\N" at ${at(6)}`
    assert.deepEqual(await notesOf(server, jobName), [
      `GENRES: 6 cells have a word for no value, kept as a text (${places}); leave a cell empty for a missing value`,
    ])
  })

  it('notes the columns that are no field, but for the index of pandas', async () => {
    const header = `Unnamed: 0,${HEADER},Director,imdbId`
    const { jobName, ...job } = await importRows(['0,m1,1994,Drama,1,false,1600000000,Jane,tt1'], header)
    assertActive(job)
    const note = 'columns that are no field of the schema are left out: "Director", "imdbId"'
    assert.deepEqual(await notesOf(server, jobName), [note])
  })

  it('notes a word for no value in the place of an id, too', async () => {
    const { jobName, ...job } = await importRows(['NaN,1994,Drama,1,false,1600000000'])
    assertActive(job)
    assert.match(
      (await notesOf(server, jobName))![0]!,
      /^ITEM_ID: a cell has a word for no value, .* line 2\); leave out/,
    )
  })

  it('notes words for no value in the place of users and types of events, and ids as numbers', async () => {
    const ids = ['nan,17.0,click', 'nan,1.2E+11,NULL', 'u1,17,click', 'u1.0,1E5,17.0', 'u1,1.2345678E7,click']
    const rows = [...ids, '"=""0017""",17.00,click', "'0017,'s-gravenhage,click"].map(row => `${row},1,,1600000000`)
    const header = 'USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,DEVICE,TIMESTAMP'
    const { jobName, ...job } = await importRows(rows, header, watched)
    assertActive(job)
    const at = (line: number) => `s3://b/file.csv line ${line}`
    const leaveOut = 'leave out rows without a value here: all of these are taken for one'
    const asText = 'write ids as text: 17.0 is not the id 17, and 1.2E+11 has lost digits'
    assert.deepEqual(await notesOf(server, jobName), [
      `USER_ID: 2 cells have a word for no value, kept as a text ("nan" at ${at(2)}, "nan" at ${at(3)}); ${leaveOut}`,
      `USER_ID: 2 cells have ids marked as texts for a spreadsheet ("="0017"" at ${at(7)}, "'0017" at ${at(8)}); ` +
        'write the id alone: the marks are a part of it here',
      `EVENT_TYPE: a cell has a word for no value, kept as a text ("NULL" at ${at(3)}); ${leaveOut}`,
      `ITEM_ID: 4 cells have ids as programs write numbers ("17.0" at ${at(2)}, "1.2E+11" at ${at(3)}, ` +
        `"1.2345678E7" at ${at(6)}); ${asText}`,
    ])
  })

  it('keeps lists in brackets as one value, and notes where they are', async () => {
    const tuples = ["('Drama', 'Comedy')", "{'Drama'}", "('Drama',)"]
    const others = ['(new, old)', "(l'été)"]
    const lists = [
      "['Drama', 'Comedy']",
      '["Drama"]',
      '{Drama,Comedy}',
      ...tuples,
      ...others,
      '[new]',
      '{"a": 1, "b": 2}',
      'Drama, old',
    ]
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
    const { jobName, ...job } = await importRows(lists.map((list, i) => `m${i},1994,${cell(list)},1,false,1600000000`))
    assertActive(job)
    const at = (line: number) => `s3://b/file.csv line ${line}`
    const shown = [lists[0]!, lists[1]!, lists[2]!].map((list, i) => `"${list}" at ${at(i + 2)}`)
    const kept = `GENRES: 6 cells have a list in brackets, kept as one value each (${shown.join(', ')})`
    assert.deepEqual(await notesOf(server, jobName), [`${kept}; join values with |`])
  })

  it('notes impressions whose items something else than | separates', async () => {
    const fields = [...WATCHED, { name: 'IMPRESSION', type: ['null', 'string'] }]
    const { datasetArn } = await createDataset(server, 'Interactions', { group: 'shown', fields })
    const cells = ['"i1,i2"', 'i1;i2', 'i1|i2', '"a,b|c"', '"[""i1"",""i2""]"', 'i1', '']
    const rows = cells.map((cell, i) => `u1,i1,click,1,,${1600000000 + i},${cell}`)
    const header = 'USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,DEVICE,TIMESTAMP,IMPRESSION'
    const { jobName, ...job } = await importRows(rows, header, datasetArn)
    assertActive(job)
    const places = [2, 3].map((line, i) => `"${['i1,i2', 'i1;i2'][i]}" at s3://b/file.csv line ${line}`)
    const [list, oneItem] = await notesOf(server, jobName)
    assert.match(list!, /^IMPRESSION: a cell has a list in brackets/)
    const kept = 'IMPRESSION: 2 cells have a comma or a semicolon and no |, kept as one item each'
    assert.equal(oneItem, `${kept} (${places.join(', ')}); join items with |`)
  })

  it('exports a missing value as an empty cell, and imports it again', async () => {
    assertActive(await importRows(['m1,1994,Drama,4.5,false,1600000000', 'm2,,,,,']))
    const { jobName, ...job } = await exportTo(server, movies, 's3://b/out/', 'BULK')
    assertActive(job)
    const { 'part-0000.csv': text } = await readFiles(server, `out/${jobName}`)
    assert.equal(text, `${HEADER}\nm1,1994,Drama,4.5,false,1600000000\nm2,,,,,\n`)
    assertActive(await importFrom(server, movies, `s3://b/out/${jobName}/`))
    assert.deepEqual(await propertiesOf(server, movies, 'm2'), {})
  })

  it('keeps interactions without a value or metadata', async () => {
    const header = 'USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,DEVICE,TIMESTAMP'
    const rows = ['u,m1,watch,,,100', 'u,m2,watch,much,tv,200', 'u,m3,watch,1,tv,300']
    const { jobName, ...job } = await importRows(rows, header, watched)
    assertActive(job)
    const history = await historyOf(server, watched, 'u')
    assert.deepEqual(
      history.map(({ itemId, eventValue, properties }) => [itemId, eventValue ?? null, properties]),
      [
        ['m3', 1, { device: 'tv' }],
        ['m2', null, { device: 'tv' }],
        ['m1', null, {}],
      ],
    )
    const missing = await missingOf(jobName)
    assert.deepEqual(
      missing!.map(({ column, empty, unreadable }) => [column, empty, unreadable]),
      [
        ['EVENT_VALUE', 1, 1],
        ['DEVICE', 1, 0],
      ],
    )
  })

  it('fails where more than half of the cells of a column with a text are not of its type', async () => {
    const rows = (bad: number) =>
      Array.from({ length: 8 }, (_, i) => `m${i},${i < bad ? 'abc' : 1994},Drama,,false,1600000000`)
    assertActive(await importRows([...rows(4), 'm9,,Drama,,false,1600000000']))
    const { failureReason } = await importRows([...rows(5), 'm9,,Drama,,false,1600000000'])
    const problem = 'YEAR must be an int, got the string "abc"'
    assert.equal(
      failureReason,
      'More than half of the cells of a column are not of its type. ' +
        `YEAR: 5 of 9 (s3://b/file.csv line 2: ${problem}. Also: s3://b/file.csv line 3: ${problem}. ` +
        `Also: s3://b/file.csv line 4: ${problem})`,
    )
  })

  it('takes words for no value as missing, however many a column of numbers or booleans has', async () => {
    const row = (id: number, word: string) => `m${id},${word},Drama,${word},${word},${word}`
    const words = ['\\N', 'NULL', 'NaN', 'None', 'n/a', '-']
    const { jobName, ...job } = await importRows(words.map((word, i) => row(i, word)))
    assertActive(job)
    assert.deepEqual(await propertiesOf(server, movies, 'm0'), { genres: 'Drama' })
    const missing = (await missingOf(jobName))!
    assert.deepEqual(
      missing.map(({ column, unreadable, unreadableShare }) => [column, unreadable, unreadableShare]),
      ['YEAR', 'RATING', 'FOR_CHILDREN', 'CREATION_TIMESTAMP'].map(column => [column, 6, 0]),
    )
    // They say nothing of the column's type, and the other texts do.
    const { failureReason } = await importRows([...words.map((word, i) => row(i, word)), row(7, 'abc')])
    assert.match(failureReason!, /More than half of the cells of a column are not of its type\. YEAR: 7 of 7/)
  })

  it('still refuses a row without a required value, or that breaks another rule', async () => {
    const good = 'm1,1994,Drama,4.5,false,1600000000'
    for (const [row, reason] of [
      [',1994,Drama,4.5,false,1600000000', /line 3: ITEM_ID must not be empty/],
      [`m2,1994,${'x'.repeat(1001)},4.5,false,1600000000`, /line 3: .*Length cannot be more than 1000 characters/],
      ['m2,1994,Drama', /line 3: must have 6 cells like the header, got 3/],
    ] as const) {
      const { status, failureReason } = await importRows([good, row])
      assert.equal(status, 'CREATE FAILED', row)
      assert.match(failureReason!, reason)
    }
    const header = 'USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,DEVICE,TIMESTAMP'
    for (const [row, reason] of [
      ['u,m,watch,1,tv,', /line 3: TIMESTAMP must not be empty/],
      ['u,m,watch,1,tv,2020-07-31T23:30:43Z', /line 3: TIMESTAMP must be .* such as 1596238243 for this one$/],
      ['u,m,watch,1,tv,1596238243000', /line 3: TIMESTAMP .*looks like milliseconds$/],
      ['u,m,,1,tv,1596238243', /line 3: EVENT_TYPE must not be empty/],
    ] as const) {
      const { status, failureReason } = await importRows(['u,m,watch,1,tv,100', row], header, watched)
      assert.equal(status, 'CREATE FAILED', row)
      assert.match(failureReason!, reason)
    }
  })

  it('trains on the rows, filters them, and returns their present values', async () => {
    const items = Array.from({ length: 30 }, (_, i) => {
      const [year, genre] = [i % 3 === 0 ? '' : 1990 + i, i % 5 === 0 ? '' : 'Drama']
      return `i${i},${year},${genre},,${i % 4 === 0 ? '' : i % 2 === 0},${i % 7 === 0 ? '' : 1600000000 + i}`
    })
    const events = Array.from({ length: 1200 }, (_, n) => `u${n % 60},i${(n * n + 7 * (n % 60)) % 30},watch,${n},`)
    const lines = {
      users: ['USER_ID,AGE', ...Array.from({ length: 60 }, (_, i) => `u${i},${20 + (i % 9)}`)],
      items: [HEADER, ...items],
      events: ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE', ...events],
    }
    const { datasetGroupArn } = await importMarket(server, 'cinema', lines, MOVIES)
    const campaignArn = await deploy(server, datasetGroupArn, 'aws-user-personalization-v2')
    let filters = 0
    const recommended = async (filterExpression: string) => {
      const name = `filter-${filters++}`
      const filter = new CreateFilterCommand({ name, datasetGroupArn, filterExpression })
      const { filterArn } = await server.personalize.send(filter)
      const metadataColumns = { ITEMS: ['YEAR', 'GENRES'] }
      const request = { campaignArn, filterArn, userId: 'u1', numResults: 30, metadataColumns }
      return (await server.runtime.send(new GetRecommendationsCommand(request))).itemList!
    }
    const isWithoutYear = (itemId: string) => Number(itemId.slice(1)) % 3 === 0
    const later = await recommended('INCLUDE ItemID WHERE Items.YEAR >= 1990')
    assert.equal(later.length, 20)
    assert.ok(later.every(({ itemId, metadata }) => !isWithoutYear(itemId!) && Number(metadata!.year) >= 1990))
    const others = await recommended('EXCLUDE ItemID WHERE Items.YEAR >= 1990')
    assert.equal(others.length, 10)
    assert.ok(others.every(({ itemId, metadata }) => isWithoutYear(itemId!) && !('year' in metadata!)))
    assert.equal((await recommended('INCLUDE ItemID WHERE Items.GENRES IN ("Drama")')).length, 24)
  })

  it('leaves PutItems as strict as it was', async () => {
    const put = server.events.send(
      new PutItemsCommand({ datasetArn: movies, items: [{ itemId: 'm7', properties: '{"year":""}' }] }),
    )
    await assertRefused(put, INVALID, /year must not be empty: YEAR has no null type in the schema/)
  })

  it('refuses every such cell where imports are strict', async () => {
    await using strict = await startTestServer({ strictImports: 'on' })
    const { datasetArn } = await createDataset(strict, 'Items', { fields: MOVIES })
    const { failureReason } = await importRows(
      ['m1,,Drama,4.5,false,1600000000', 'm2,2006–2007,Drama,4.5,false,1600000000', 'm3,,Drama,4,false,1600000000'],
      HEADER,
      datasetArn,
      strict,
    )
    assert.equal(
      failureReason,
      's3://b/file.csv line 2: YEAR must not be empty: YEAR has no null type in the schema (2 such rows, on lines 2 and 4). ' +
        'Also: s3://b/file.csv line 3: YEAR must be an int, got the string "2006–2007"',
    )
  })
})
