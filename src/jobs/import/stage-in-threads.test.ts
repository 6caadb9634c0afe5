import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { inspect } from '#test/http.ts'
import { assertActive, importFrom, notesOf, putFile } from '#test/jobs.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../../cli/client.ts'
import { LOCAL_KEY } from '../../config/config.ts'

/** So long that a few rows are enough for threads to be worth while. */
const FILLING = 'x'.repeat(900)
const FILES = 4
const ROWS = 2600

describe('an import of a folder of interactions', () => {
  let server: TestServer
  let interactions: string
  before(async () => {
    server = await startTestServer()
    const strings = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(name => ({ name, type: 'string' }))
    const others = [
      { name: 'TIMESTAMP', type: 'long' },
      { name: 'DEVICE', type: ['null', 'string'], categorical: true },
      { name: 'EVENT_VALUE', type: ['null', 'float'] },
    ]
    interactions = (await createDataset(server, 'Interactions', { fields: [...strings, ...others] })).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  /** Rows of a file; each second file has the same ones. */
  const rowsOf = (file: number) =>
    Array.from({ length: ROWS }, (_, i) => `u${i % 50},i${file % 2}-${i},Click,${1_600_000_000 + i},${FILLING}`)
  const put = async (files: readonly (readonly string[])[], header = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE') => {
    for (const [i, rows] of files.entries()) await putFile(server, `folder/${i}.csv`, `${header}\n${rows.join('\n')}\n`)
    return importFrom(server, interactions, 's3://b/folder/')
  }
  const all = Array.from({ length: FILES }, (_, i) => rowsOf(i))
  const count = async () => {
    const counted = await inspect<{ count: { BULK: number } }>(server, '/inspect/count', { datasetArn: interactions })
    return counted.count.BULK
  }

  it('stores the rows of all files, and those that are in two files once', async () => {
    assertActive(await put(all))
    assert.equal(await count(), 2 * ROWS)
  })

  it('stores nothing where rows of two files are bad, and names the first of each mistake in the order of files', async () => {
    const bad = all.map((rows, i) =>
      i === 1 || i === 2 ? rows.with(5, 'u,,Click,1600000000,').with(9, 'u,i,,1,') : rows,
    )
    const { status, failureReason } = await put(bad)
    assert.equal(status, 'CREATE FAILED')
    assert.match(
      failureReason!,
      /^s3:\/\/b\/folder\/1\.csv line 7: ITEM_ID .*\. Also: s3:\/\/b\/folder\/1\.csv line 11: EVENT_TYPE .*\. Also: s3:\/\/b\/folder\/2\.csv line 7: ITEM_ID/,
    )
    assert.equal(await count(), 2 * ROWS)
  })

  it('names the first rows of missing values in the order of files', async () => {
    const value = (row: string) => `${row},x`
    const header = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE,EVENT_VALUE'
    const { jobName, ...job } = await put(
      all.map((rows, i) => rows.map((row, k) => (k === i ? value(row) : `${row},1`))),
      header,
    )
    assertActive(job)
    const { jobs } = await inspect<{
      jobs: {
        jobName: string
        missingValues: { column: string; rows: number; unreadable: number; unreadableAt: string[] }[]
      }[]
    }>(server, '/inspect/jobs', {})
    const [{ unreadableAt, ...counts } = { unreadableAt: [] }] = jobs.find(
      one => one.jobName === jobName,
    )!.missingValues
    assert.deepEqual(
      unreadableAt.map(place => place.split(':', 2).join(':').replace(/^s3:/, '')),
      ['//b/folder/0.csv line 2', '//b/folder/1.csv line 3', '//b/folder/2.csv line 4'],
    )
    assert.deepEqual(
      [counts],
      [{ column: 'EVENT_VALUE', rows: FILES * ROWS, empty: 0, unreadable: FILES, unreadableShare: 1 / ROWS }],
    )
  })

  it('notes the first words for no value in the order of files', async () => {
    const { jobName } = await put(
      all.map((rows, i) => rows.map((row, k) => (k === i ? row.replace(/x+$/, 'NA') : row))),
    )
    const places = [0, 1, 2].map(i => `"NA" at s3://b/folder/${i}.csv line ${i + 2}`).join(', ')
    assert.deepEqual(await notesOf(server, jobName), [
      `DEVICE: ${FILES} cells have a word for no value, kept as a text (${places}); leave a cell empty for a missing value`,
    ])
  })

  it('passes over an empty file', async () => {
    await putFile(server, 'folder/4.csv', '')
    const job = await put(all)
    assertActive(job)
    assert.equal(await count(), 2 * ROWS)
    assert.deepEqual(await notesOf(server, job.jobName!), ['empty files: "4.csv"'])
    await rm(join(server.dataDir, 's3/b/folder/4.csv'))
  })

  it('refuses files with other columns', async () => {
    await put(all.slice(0, 3))
    await putFile(
      server,
      'folder/3.csv',
      `USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n${rowsOf(3).join('\n').replaceAll(/,x+/g, '')}\n`,
    )
    const { failureReason } = await importFrom(server, interactions, 's3://b/folder/')
    assert.match(
      failureReason!,
      /3\.csv line 1: the header is without DEVICE, other than that of s3:\/\/b\/folder\/0\.csv/,
    )
  })

  it('counts the rows that the dataset group will not keep', async () => {
    const datasetGroupArn = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
    const body = { datasetGroupArn, keepEvents: '400d' }
    await openInspection(server.url, LOCAL_KEY)('PUT', '/inspect/retention', { body })
    const newest = `u,i,Click,${Math.floor(Date.now() / 1000)},`
    const { jobName } = await put([[...all[0]!, newest], ...all.slice(1)])
    assert.deepEqual(await notesOf(server, jobName), [
      `${FILES * ROWS} rows are older than the dataset group keeps interactions, 400d: they are deleted soon`,
    ])
  })
})
