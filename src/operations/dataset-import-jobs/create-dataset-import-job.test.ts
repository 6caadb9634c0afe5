import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { CreateDatasetImportJobCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { countOf, historyOf, propertiesOf } from '#test/http.ts'
import { assertActive, importFrom, notesOf, putFile, ROLE } from '#test/jobs.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('CreateDatasetImportJob', () => {
  let server: TestServer
  /** AGE (int), MEMBERSHIP_TYPE (categorical) and LOYALTY_NUMBER (long), all of them nullable. */
  let users: string
  let interactions: string
  before(async () => {
    server = await startTestServer()
    users = (await createUsersDataset(server)).datasetArn
    interactions = (await createDataset(server, 'Interactions')).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const importText = async (text: string, datasetArn = users, mode?: 'FULL' | 'INCREMENTAL') =>
    importFrom(server, datasetArn, await putFile(server, 'file.csv', text), mode)
  const create = (request: {
    jobName: string
    dataLocation?: string
    datasetArn?: string
    importMode?: 'INCREMENTAL'
  }) => {
    const { jobName, dataLocation = 's3://b/x.csv', datasetArn = users, importMode } = request
    const dataSource = { dataLocation }
    return server.personalize.send(
      new CreateDatasetImportJobCommand({ jobName, datasetArn, dataSource, importMode, roleArn: ROLE }),
    )
  }

  it('imports users, with columns in any order and empty cells for null', async () => {
    const job = await importText(
      'MEMBERSHIP_TYPE,USER_ID,AGE,LOYALTY_NUMBER\ngold|old,ann,31,9007199254740993\n,bob,,\n',
    )
    assert.deepEqual([job.status, job.failureReason, job.importMode], ['ACTIVE', undefined, 'FULL'])
    assert.deepEqual(await propertiesOf(server, users, 'ann'), {
      age: 31,
      membershipType: 'gold|old',
      loyaltyNumber: 9007199254740993n,
    })
    assert.deepEqual(await propertiesOf(server, users, 'bob'), {})
  })

  it('replaces in mode FULL the imported records, not those of Put calls', async () => {
    await importText('USER_ID,AGE\nfirst,1\n')
    await server.events.send(
      new PutUsersCommand({ datasetArn: users, users: [{ userId: 'put', properties: '{"age":2}' }] }),
    )
    await importText('USER_ID,AGE\nsecond,3\n')
    assert.equal(await propertiesOf(server, users, 'first'), undefined)
    assert.deepEqual(await propertiesOf(server, users, 'put'), { age: 2 })
    assert.deepEqual(await propertiesOf(server, users, 'second'), { age: 3 })
  })

  it('adds in mode INCREMENTAL, and replaces records with the same id', async () => {
    await importText('USER_ID,AGE\nstays,1\nchanges,1\n')
    const job = await importText('USER_ID,AGE\nchanges,2\ncomes,2\n', users, 'INCREMENTAL')
    assertActive(job)
    const ages = await Promise.all(['stays', 'changes', 'comes'].map(id => propertiesOf(server, users, id)))
    assert.deepEqual(ages, [{ age: 1 }, { age: 2 }, { age: 2 }])
  })

  it('keeps the last of an id that has more rows than go into the store at once', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `${i % 2 ? 'often' : `u${i}`},${i}`)
    assertActive(await importText(`USER_ID,AGE\n${rows.join('\n')}\n`))
    assert.deepEqual(await propertiesOf(server, users, 'often'), { age: 49_999 })
    assert.deepEqual(await propertiesOf(server, users, 'u49998'), { age: 49_998 })
  })

  it('keeps the last of the rows with one id', async () => {
    assertActive(await importText('USER_ID,AGE\nb,1\na,2\nb,3\na,4\nb,5\n'))
    const ages = await Promise.all(['a', 'b'].map(id => propertiesOf(server, users, id)))
    assert.deepEqual(ages, [{ age: 4 }, { age: 5 }])
  })

  it('refuses INCREMENTAL before the first bulk import', async () => {
    const created = create({ jobName: 'too-early', datasetArn: interactions, importMode: 'INCREMENTAL' })
    await assertRefused(created, INVALID, /importMode must be FULL/)
  })

  it('imports interactions, and repeated ones once', async () => {
    const text =
      'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE\nann,i1,click,100,\nann,i2,view,200,tv\nann,i1,click,100,\n'
    const job = await importText(text, interactions)
    assertActive(job)
    const history = await historyOf(server, interactions, 'ann')
    assert.deepEqual(
      history.map(({ itemId, eventType }) => [itemId, eventType]),
      [
        ['i2', 'view'],
        ['i1', 'click'],
      ],
    )
  })

  it('imports an interaction once that the file has more often than rows go into the store at once', async () => {
    const rows = [...Array<string>(60_000).fill('u1,i1,watch,1600000000'), 'u2,i1,watch,1600000000']
    assertActive(await importText(['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP', ...rows].join('\n'), interactions))
    assert.equal((await countOf(server, interactions)).rows, 2)
  })

  it('imports the .csv files on the first level of a folder', async () => {
    await putFile(server, 'folder/1.csv', 'USER_ID,AGE\na,1\n')
    await putFile(server, 'folder/2.CSV', 'AGE,USER_ID\r\n2,b\r\n')
    await putFile(server, 'folder/_SUCCESS', '')
    await putFile(server, 'folder/deeper/3.csv', 'USER_ID,AGE\nc,3\n')
    const job = await importFrom(server, users, 's3://b/folder/')
    assertActive(job)
    assert.equal((await countOf(server, users)).rows, 3, 'a, b and the one that was put')
  })

  it('passes over empty files beside others, as Spark writes them of partitions without rows', async () => {
    await putFile(server, 'spark/part-0.csv', '')
    await putFile(server, 'spark/part-1.csv', 'USER_ID,AGE\na,1\n')
    await putFile(server, 'spark/part-2.csv', '\n')
    await putFile(server, 'spark/part-3.csv.gz', gzipSync(''))
    await putFile(server, 'spark/part-4.csv', 'AGE,USER_ID\n')
    await putFile(server, 'spark/part-5.parquet', new Uint8Array(parquetWriteBuffer({ columnData: [] })))
    const job = await importFrom(server, users, 's3://b/spark/')
    assertActive(job)
    assert.deepEqual(await propertiesOf(server, users, 'a'), { age: 1 })
    const empty = 'empty files: "part-0.csv", "part-2.csv", "part-3.csv.gz", "part-5.parquet"'
    assert.deepEqual(await notesOf(server, job.jobName!), [empty])
    for (const name of ['1.csv', '2.csv']) await putFile(server, `blank/${name}`, '')
    const { failureReason } = await importFrom(server, users, 's3://b/blank/')
    assert.match(failureReason!, /^s3:\/\/b\/blank\/2\.csv is empty: it must begin with the names of the columns$/)
    const alone = await importFrom(server, users, 's3://b/spark/part-5.parquet')
    assert.match(alone.failureReason!, /^s3:\/\/b\/spark\/part-5\.parquet is empty: it must begin with/)
  })

  it('imports compressed files and Parquet, and reports which files of a folder it skipped', async () => {
    assertActive(
      await importFrom(server, users, await putFile(server, 'users.csv', gzipSync('USER_ID,AGE\nzipped,1\n'))),
    )
    assert.deepEqual(await propertiesOf(server, users, 'zipped'), { age: 1 })
    await putFile(server, 'mixed/1.csv.gz', gzipSync('USER_ID,AGE\na,1\n'))
    await putFile(server, 'mixed/2.CSV', 'USER_ID,AGE\nb,2\n')
    await putFile(server, 'mixed/3.csv.zst', zstdCompressSync('AGE,USER_ID\n3,a\n4,c\n'))
    const columnData: ColumnSource[] = [
      { name: 'user_id', data: ['b', 'd'], type: 'STRING' },
      { name: 'age', data: [null, 5], type: 'INT32' },
    ]
    await putFile(server, 'mixed/4.parquet', new Uint8Array(parquetWriteBuffer({ columnData })))
    for (const name of ['3.tsv', '4.txt', '_SUCCESS', '.2.CSV.crc']) await putFile(server, `mixed/${name}`, 'x')
    const { jobName, ...job } = await importFrom(server, users, 's3://b/mixed/')
    assertActive(job)
    const found = await Promise.all(['zipped', 'a', 'b', 'c', 'd'].map(id => propertiesOf(server, users, id)))
    assert.deepEqual(found, [undefined, { age: 3 }, {}, { age: 4 }, { age: 5 }])
    const passedOver = 'names of files to read end in .csv, .csv.gz, .csv.zst or .parquet, not as "3.tsv", "4.txt"'
    assert.deepEqual(await notesOf(server, jobName), [passedOver])

    await putFile(server, 'others/users.txt', 'USER_ID,AGE\na,1\n')
    const { failureReason } = await importFrom(server, users, 's3://b/others/')
    const message =
      'There is no CSV or Parquet file at s3://b/others/: ' +
      'names of files to read end in .csv, .csv.gz, .csv.zst or .parquet, not as "users.txt"'
    assert.equal(failureReason, `Invalid Data location. ${message}`)
  })

  it('notes the folders in a folder, as of partitions, which it does not read', async () => {
    const note = 'an import reads the first level of a folder, and not the folders in it: "year=2024", "year=2025"'
    for (const key of ['year=2024/a.csv', 'year=2025/b.csv', '_temporary/c.csv'])
      await putFile(server, `parts/${key}`, 'USER_ID,AGE\na,1\n')
    const { failureReason } = await importFrom(server, users, 's3://b/parts/')
    const nothing = 'Invalid Data location. There is no CSV or Parquet file at s3://b/parts/'
    assert.equal(failureReason, `${nothing}: ${note}`)

    await putFile(server, 'parts/top.csv', 'USER_ID,AGE\ntop,1\n')
    const { jobName, ...job } = await importFrom(server, users, 's3://b/parts/')
    assertActive(job)
    assert.deepEqual(await notesOf(server, jobName), [note])
  })

  it('imports nothing of a file with one bad row, and names its line', async () => {
    await importText('USER_ID,AGE\nbefore,1\n')
    const rows = Array.from({ length: 5000 }, (_, i) => `user${i},${i}`)
    const job = await importText(['USER_ID,AGE', ...rows, ',7'].join('\n'))
    assert.equal(job.status, 'CREATE FAILED')
    assert.match(job.failureReason!, /^s3:\/\/b\/file.csv line 5002: USER_ID must not be empty/)
    assert.deepEqual(await propertiesOf(server, users, 'before'), { age: 1 })
    assert.equal(await propertiesOf(server, users, 'user1'), undefined)
  })

  it('names the fault of a file', async () => {
    const reasons: readonly (readonly [text: string, reason: RegExp])[] = [
      ['', /^s3:\/\/b\/file.csv is empty: it must begin with the names of the columns$/],
      ['USER_ID,AGE\n', /^There are no rows at s3:\/\/b\/file.csv$/],
      ['AGE\n1\n', /line 1: Input CSV is missing the following columns:\[USER_ID\]\. The header is "AGE"$/],
      ['USER_ID;AGE\na;1\n', /line 1: Input CSV .* cells must be separated by commas, not by semicolons$/],
      ['"USER_ID";"AGE"\n"a";"1"\n', /line 1: cells must be separated by commas, not by semicolons$/],
      ['"USER_ID" |"AGE"\n"a"|"1"\n', /line 1: cells must be separated by commas, not by vertical bars$/],
      ["'USER_ID','AGE'\n'a','1'\n", /line 1: the column "'USER_ID'" must be in double quotes, or in none, as all/],
      ['“USER_ID”,“AGE”\n“a”,“1”\n', /line 1: the column "“USER_ID”" must be in double quotes, or in none/],
      ['sep=,\r\nUSER_ID,AGE\r\na,1\r\n', /line 1: Input CSV .* "sep=,", which tells Excel .*: remove this line/],
      ['a,1\nb,2\n', /line 1: Input CSV .* the first line must name the columns, such as USER_ID,AGE/],
      ['USER_ID,AGE\ra,1\r', /line 1: lines end in a carriage return/],
      ['PAR1', /file.csv is Parquet whose end is missing: upload it again$/],
      ['USER_ID,AEG\na,1\n', /line 1: the column "AEG" is not a field of the schema/],
      ['USER_ID,AGE\na,1,2\n', /line 2: must have 2 cells like the header, got 3/],
      ['USER_ID,AGE\n,1\n', /line 2: USER_ID must not be empty/],
    ]
    for (const [text, reason] of reasons) {
      const job = await importText(text)
      assert.equal(job.status, 'CREATE FAILED', text)
      assert.match(job.failureReason!, reason)
    }
  })

  it('reports each kind of fault, with its first lines and its number', async () => {
    const rows = ['a,1', ',2', 'b,1,2', ',3', 'USER_ID,AGE', ',4', 'c,5', ',6', `${'x'.repeat(300)},7`]
    const { failureReason } = await importText(['USER_ID,AGE', ...rows].join('\n'))
    assert.equal(
      failureReason,
      's3://b/file.csv line 3: USER_ID must not be empty: USER_ID has no null type in the schema ' +
        '(4 such rows, the first on lines 3, 5 and 7). ' +
        'Also: s3://b/file.csv line 4: must have 2 cells like the header, got 3; a cell with a comma in it must be in quotes. ' +
        'Also: s3://b/file.csv line 6: the row repeats the header, as where files were joined: remove it. ' +
        'Also: s3://b/file.csv line 10: USER_ID: Length cannot be more than 256 characters for USER_ID, got 300',
    )
  })

  it('refuses a row that repeats the header, also where the types would let it pass', async () => {
    const repeated = /line 3: the row repeats the header/
    for (const header of ['USER_ID,MEMBERSHIP_TYPE', 'MEMBERSHIP_TYPE,USER_ID', '\uFEFFUSER_ID,MEMBERSHIP_TYPE']) {
      const { failureReason } = await importText(`USER_ID,MEMBERSHIP_TYPE\nu,gold\n${header}\nv,old\n`)
      assert.match(failureReason ?? 'none', repeated, header)
    }
    const header = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE'
    const { failureReason } = await importText(`${header}\nu,i,click,1,\n${header}\n`, interactions)
    assert.match(failureReason ?? 'none', repeated)
    await putFile(server, 'joined/1.csv', 'USER_ID,MEMBERSHIP_TYPE\nu,gold\n')
    await putFile(server, 'joined/2.csv', 'MEMBERSHIP_TYPE,USER_ID\ngold,u\nmembership_type,user_id\n')
    const job = await importFrom(server, users, 's3://b/joined/')
    assert.match(job.failureReason ?? 'none', /joined\/2\.csv line 3: the row repeats the header/)
  })

  it('refuses files of a folder whose columns differ', async () => {
    await putFile(server, 'differ/1.csv', 'USER_ID,AGE\na,1\n')
    await putFile(server, 'differ/2.csv', 'MEMBERSHIP_TYPE,USER_ID\ngold,b\n')
    const { failureReason } = await importFrom(server, users, 's3://b/differ/')
    assert.equal(
      failureReason,
      's3://b/differ/2.csv line 1: the header is without AGE and with MEMBERSHIP_TYPE, other than that of ' +
        's3://b/differ/1.csv: all files must have the same columns',
    )
  })

  it('takes files of a folder for alike of which some have the index of pandas', async () => {
    for (const index of ['__index_level_0__', 'Unnamed: 0', '']) {
      await putFile(server, 'indexed/1.csv', 'USER_ID,AGE\na,1\n')
      await putFile(server, 'indexed/2.csv', `${index},USER_ID,AGE\n7,b,2\n`)
      assertActive(await importFrom(server, users, 's3://b/indexed/'))
      assert.deepEqual(await propertiesOf(server, users, 'b'), { age: 2 })
    }
  })

  it('fails where the bucket or file does not exist', async () => {
    for (const location of ['s3://nowhere/x.csv', 's3://b/nothing.csv', 's3://b/nothing/', 's3://b/../../x.csv']) {
      const job = await importFrom(server, users, location)
      assert.equal(job.status, 'CREATE FAILED')
      assert.match(job.failureReason!, /^Invalid Data location\. /)
    }
  })

  it('refuses a location that is not in S3', async () => {
    for (const dataLocation of ['https://example.com/x.csv', 's3:///x.csv']) {
      await assertRefused(
        create({ jobName: 'web', dataLocation }),
        INVALID,
        /^Invalid Data location\. .* must be s3:\/\//,
      )
    }
  })

  it('refuses a dataset that does not exist and a name that is taken', async () => {
    const missing = create({ jobName: 'missing', datasetArn: users.replace('shop', 'nothing') })
    await assertRefused(missing, ['ResourceNotFoundException', 400], /The given dataset does not exist/)
    await create({ jobName: 'twice' })
    await assertRefused(create({ jobName: 'twice' }), ['ResourceAlreadyExistsException', 400], /already exists/)
  })
})

describe('CreateDatasetImportJob with quotas aws', () => {
  it('takes 1000 interactions or more', async () => {
    await using server = await startTestServer({ quotas: 'aws' })
    const { datasetArn } = await createDataset(server, 'Interactions')
    const rows = Array.from({ length: 1000 }, (_, i) => `u${i},i,click,${i},`)
    const importRows = async (count: number) => {
      const text = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE', ...rows.slice(0, count)].join('\n')
      return importFrom(server, datasetArn, await putFile(server, `${count}.csv`, text))
    }
    assert.match((await importRows(999)).failureReason!, /needs 1000 interactions or more, got 999/)
    assert.equal((await importRows(1000)).status, 'ACTIVE')
  })

  it('takes 5 unfinished jobs at most', async () => {
    await using server = await startTestServer({ quotas: 'aws', workers: 0 })
    const { datasetArn } = await createDataset(server, 'Interactions')
    const dataSource = { dataLocation: 's3://b/1000.csv' }
    const create = (jobName: string) =>
      server.personalize.send(new CreateDatasetImportJobCommand({ jobName, datasetArn, dataSource, roleArn: ROLE }))
    for (let i = 0; i < 5; i++) await create(`job-${i}`)
    const message = /^More than 5 resources with PENDING or IN_PROGRESS status\.$/
    await assertRefused(create('job-5'), ['LimitExceededException', 400], message)
  })
})
