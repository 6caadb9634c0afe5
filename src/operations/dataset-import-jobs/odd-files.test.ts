import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetImportJobCommand,
  DeleteDatasetCommand,
  DescribeDatasetImportJobCommand,
} from '@aws-sdk/client-personalize'
import { countOf, propertiesOf } from '#test/http.ts'
import { assertActive, finished, importFrom, putFile, ROLE } from '#test/jobs.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const INTERACTIONS = 'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP'

/** Rows go into the store in lists of 2,000 or 10,000; two or three lists are under way. */
const SIZES = [1, 2000, 2001, 10_000, 10_001, 30_001]

const MANY = 35_000

const rowsOf = (count: number, row: (n: number) => string) => Array.from({ length: count }, (_, n) => row(n))

describe('an import of a file', () => {
  let server: TestServer
  let users: string
  let interactions: string
  before(async () => {
    server = await startTestServer()
    users = (await createUsersDataset(server)).datasetArn
    interactions = (await createDataset(server, 'Interactions')).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const importRows = async (header: string, rows: readonly string[], mode?: 'FULL' | 'INCREMENTAL') => {
    const location = await putFile(server, 'file.csv', [header, ...rows].join('\n'))
    return importFrom(server, header === INTERACTIONS ? interactions : users, location, mode)
  }
  const countIn = async (datasetArn: string) => (await countOf(server, datasetArn)).rows
  const failed = async (...of: Parameters<typeof importRows>) => {
    const { status, failureReason } = await importRows(...of)
    assert.equal(status, 'CREATE FAILED')
    return failureReason!
  }

  for (const mode of ['FULL', 'INCREMENTAL'] as const) {
    for (const size of SIZES)
      it(`has each of its rows once, ${mode}, where these are ${size}`, async () => {
        if (mode === 'INCREMENTAL') {
          assertActive(await importRows('USER_ID,AGE', ['u0,0', 'other,0']))
          assertActive(await importRows(INTERACTIONS, ['u0,i0,click,1600000000', 'other,i0,click,1600000000']))
        }
        const before = mode === 'FULL' ? 0 : 1
        const records = rowsOf(size, n => `u${n},${n}`)
        assertActive(await importRows('USER_ID,AGE', records, mode))
        assertActive(
          await importRows(
            INTERACTIONS,
            rowsOf(size, n => `u${n},i${n},click,1600000000`),
            mode,
          ),
        )
        assert.deepEqual([await countIn(users), await countIn(interactions)], [size + before, size + before])
        assert.deepEqual(await propertiesOf(server, users, `u${size - 1}`), { age: size - 1 })
      })

    it(`has each row once, ${mode}, of one user, of one user and item, and of one item at one time`, async () => {
      assertActive(await importRows(INTERACTIONS, ['other,i0,click,1600000000']))
      const before = mode === 'FULL' ? 0 : 1
      for (const row of [
        (n: number) => `u,i${n},click,1600000000`,
        (n: number) => `u,i,click,${1_600_000_000 + n}`,
        (n: number) => `u${n},i,click,1600000000`,
      ]) {
        assertActive(await importRows(INTERACTIONS, ['other,i0,click,1600000000']))
        assertActive(await importRows(INTERACTIONS, rowsOf(MANY, row), mode))
        assert.equal(await countIn(interactions), MANY + before)
      }
    })

    it(`has a row once, ${mode}, that is there again and again, far apart, and before the import`, async () => {
      assertActive(await importRows(INTERACTIONS, ['u0,i0,click,1600000000']))
      const twice = [...rowsOf(MANY, n => `u${n},i${n},click,1600000000`)]
      assertActive(await importRows(INTERACTIONS, [...twice, ...twice], mode))
      assert.equal(await countIn(interactions), MANY)
      assertActive(await importRows('USER_ID,AGE', ['u,0']))
      assertActive(
        await importRows(
          'USER_ID,AGE',
          rowsOf(MANY, n => `u,${n}`),
          mode,
        ),
      )
      assert.equal(await countIn(users), 1)
      assert.deepEqual(await propertiesOf(server, users, 'u'), { age: MANY - 1 })
    })

    it(`changes nothing, ${mode}, where it is empty, has no row, or only rows that are refused`, async () => {
      assertActive(await importRows('USER_ID,AGE', ['u,1']))
      assertActive(await importRows(INTERACTIONS, ['u,i,click,1600000000']))
      assert.match(await failed(INTERACTIONS, [], mode), /There are no rows at/)
      assert.match(await failed('USER_ID,AGE', [], mode), /There are no rows at/)
      assert.match(
        await failed(
          INTERACTIONS,
          rowsOf(MANY, n => `u,i,click,${n} o'clock`),
          mode,
        ),
        /TIMESTAMP/,
      )
      assert.match(
        await failed(
          'USER_ID,AGE',
          rowsOf(MANY, n => `,${n}`),
          mode,
        ),
        /USER_ID/,
      )
      assert.match(
        await failed(INTERACTIONS, [...rowsOf(MANY, n => `u${n},i,click,1600000000`), ',i,click,1600000000'], mode),
        /USER_ID/,
      )
      for (const datasetArn of [users, interactions]) {
        const empty = await importFrom(server, datasetArn, await putFile(server, 'empty.csv', ''), mode)
        assert.match(empty.failureReason!, /is empty|There are no rows/)
      }
      assert.deepEqual([await countIn(users), await countIn(interactions)], [1, 1])
    })
  }

  it('has the rows of both, where two go into one dataset at the same time, and those of the later are the newer', async () => {
    const begin = async (jobName: string, rows: readonly string[], importMode: 'FULL' | 'INCREMENTAL') => {
      const dataLocation = await putFile(server, `${jobName}.csv`, ['USER_ID,AGE', ...rows].join('\n'))
      const request = { jobName, datasetArn: users, dataSource: { dataLocation }, roleArn: ROLE, importMode }
      const { datasetImportJobArn } = await server.personalize.send(new CreateDatasetImportJobCommand(request))
      return async () => {
        const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
        return (await server.personalize.send(command)).datasetImportJob
      }
    }
    assertActive(await importRows('USER_ID,AGE', ['u,0']))
    const first = await begin(
      'first',
      rowsOf(MANY, n => `u${n},1`),
      'FULL',
    )
    const second = await begin(
      'second',
      rowsOf(MANY, n => `u${n + 10_000},2`),
      'INCREMENTAL',
    )
    await assert.rejects(server.personalize.send(new DeleteDatasetCommand({ datasetArn: users })), {
      name: 'ResourceInUseException',
    })
    for (const job of [first, second]) assertActive(await finished(job))
    assert.equal(await countIn(users), MANY + 10_000)
    const ages = await Promise.all(['u9999', 'u10000', `u${MANY + 9999}`].map(id => propertiesOf(server, users, id)))
    assert.deepEqual(ages, [{ age: 1 }, { age: 2 }, { age: 2 }])
  })
})
