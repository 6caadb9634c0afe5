import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateDatasetExportJobCommand } from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { assertActive, exportTo, importFrom, putFile, ROLE, readFiles } from '#test/jobs.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createTracker, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const nullable = (name: string, type: string, more = {}) => ({ name, type: ['null', type], ...more })

describe('CreateDatasetExportJob', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  /** Returns the one file that an export writes. */
  const exported = async (datasetArn: string, mode?: 'BULK' | 'PUT' | 'ALL') => {
    const job = await exportTo(server, datasetArn, 's3://b/out', mode)
    assertActive(job)
    const files = await readFiles(server, `out/${job.jobName}`)
    assert.deepEqual(Object.keys(files), ['part-0000.csv'])
    return files['part-0000.csv']!
  }
  const importText = async (datasetArn: string, text: string) => {
    const job = await importFrom(server, datasetArn, await putFile(server, 'in.csv', text))
    assertActive(job)
  }

  it('writes values in the types of the schema, which an import reads unchanged', async () => {
    const fields = [
      nullable('A_LONG', 'long'),
      { name: 'USER_ID', type: 'string' },
      nullable('A_DOUBLE', 'double'),
      nullable('A_BOOLEAN', 'boolean'),
      nullable('GENRES', 'string', { categorical: true }),
      nullable('A_TEXT', 'string'),
    ]
    const { datasetArn } = await createDataset(server, 'Users', { group: 'values', fields })
    const text = [
      'A_LONG,USER_ID,A_DOUBLE,A_BOOLEAN,GENRES,A_TEXT',
      '9223372036854775807,ann,0.1,true,a|b,"say ""hi"", ann"',
      ',bob,,,,',
      '-1,cy,1e-7,false,漢,"C:\\\\new',
      'line"',
      '',
    ].join('\n')
    await importText(datasetArn, text)
    assert.equal(await exported(datasetArn, 'BULK'), text)
    await importText(datasetArn, await exported(datasetArn, 'BULK'))
    assert.equal(await exported(datasetArn, 'ALL'), text)
  })

  it('leaves no part of a longer export that was written to the same place before', async () => {
    const { datasetArn } = await createUsersDataset(server, { group: 'again' })
    await importText(datasetArn, 'USER_ID,AGE\nann,1\n')
    const parts = ['part-0001.csv', 'part-0002.csv']
    for (const part of parts) await putFile(server, `again/one/${part}`, 'USER_ID,AGE\nold,1\n')
    assertActive(await exportTo(server, datasetArn, 's3://b/again', 'ALL', 'one'))
    assert.deepEqual(await readFiles(server, 'again/one'), {
      'part-0000.csv': 'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\nann,1,,\n',
    })
  })

  it('exports the Put records (the default), the imported ones, or the newest of both', async () => {
    const { datasetArn } = await createUsersDataset(server, { group: 'modes' })
    await importText(datasetArn, 'USER_ID,AGE\nann,1\nbob,2\n')
    const users = [
      { userId: 'bob', properties: '{"age":3}' },
      { userId: 'cy', properties: '{"age":4}' },
    ]
    await server.events.send(new PutUsersCommand({ datasetArn, users }))
    const rows = async (mode?: 'BULK' | 'PUT' | 'ALL') => (await exported(datasetArn, mode)).split('\n').slice(1, -1)
    assert.deepEqual(await rows(), ['bob,3,,', 'cy,4,,'])
    assert.deepEqual(await rows('BULK'), ['ann,1,,', 'bob,2,,'])
    assert.deepEqual(await rows('ALL'), ['ann,1,,', 'bob,3,,', 'cy,4,,'])
  })

  it('writes interactions in seconds, an anonymous one under its session, and repeated ones once', async () => {
    const fields = [
      { name: 'USER_ID', type: 'string' },
      { name: 'ITEM_ID', type: 'string' },
      { name: 'TIMESTAMP', type: 'long' },
      { name: 'EVENT_TYPE', type: 'string' },
      nullable('EVENT_VALUE', 'float'),
      nullable('IMPRESSION', 'string'),
    ]
    const { datasetArn, datasetGroupArn } = await createDataset(server, 'Interactions', { group: 'events', fields })
    const trackingId = await createTracker(server, datasetGroupArn)
    const put = (sessionId: string, userId: string | undefined, ms: number, itemId: string) => {
      const event = { eventType: 'click', itemId, sentAt: new Date(ms), eventValue: 1.5, impression: ['i1', 'i2'] }
      return server.events.send(new PutEventsCommand({ trackingId, sessionId, userId, eventList: [event] }))
    }
    await put('s1', 'ann', 1_700_000_000_100, 'i1')
    await put('s1', 'ann', 1_700_000_000_200, 'i2')
    await put('s1', 'ann', 1_700_000_000_300, 'i1')
    await put('s2', undefined, 1_700_000_001_000, 'i1')
    await importText(datasetArn, 'USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\nann,i1,5,view\n')
    const text = await exported(datasetArn, 'ALL')
    assert.deepEqual(text.split('\n'), [
      'USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,IMPRESSION',
      'ann,i1,5,view,,',
      'ann,i1,1700000000,click,1.5,i1|i2',
      'ann,i2,1700000000,click,1.5,i1|i2',
      's2,i1,1700000001,click,1.5,i1|i2',
      '',
    ])
    await importText(datasetArn, text)
    assert.equal(await exported(datasetArn, 'BULK'), text)
  })

  it('writes only a header for an empty dataset', async () => {
    const { datasetArn } = await createDataset(server, 'Items', { group: 'empty' })
    assert.equal(await exported(datasetArn), 'ITEM_ID,GENRES,PRICE\n')
  })

  it('refuses a path that is not in S3 and a name that is taken, and fails where it may not write', async () => {
    const { datasetArn } = await createDataset(server, 'Actions', { group: 'refused' })
    const create = (jobName: string, path: string) => {
      const jobOutput = { s3DataDestination: { path } }
      return server.personalize.send(
        new CreateDatasetExportJobCommand({ jobName, datasetArn, jobOutput, roleArn: ROLE }),
      )
    }
    await assertRefused(create('web', 'https://example.com/'), INVALID, /^Invalid Data location\. jobOutput/)
    await create('taken', 's3://b/out/')
    await assertRefused(create('taken', 's3://b/out/'), ['ResourceAlreadyExistsException', 400], /already exists/)
    const outside = await exportTo(server, datasetArn, 's3://b/../..')
    assert.deepEqual([outside.status, /leads out of its bucket/.test(outside.failureReason!)], ['CREATE FAILED', true])
  })
})
