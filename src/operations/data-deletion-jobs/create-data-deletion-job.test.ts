import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateDataDeletionJobCommand, DescribeDataDeletionJobCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { countOf, historyOf, propertiesOf } from '#test/http.ts'
import { finished, importFrom, notesOf, putFile, ROLE } from '#test/jobs.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('CreateDataDeletionJob', () => {
  let server: TestServer
  let datasetGroupArn: string
  let users: string
  let interactions: string
  before(async () => {
    server = await startTestServer()
    const dataset = await createUsersDataset(server)
    datasetGroupArn = dataset.datasetGroupArn
    users = dataset.datasetArn
    interactions = (await createDataset(server, 'Interactions')).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (jobName: string, dataLocation: string, group = datasetGroupArn) => {
    const request = { jobName, datasetGroupArn: group, dataSource: { dataLocation }, roleArn: ROLE }
    return server.personalize.send(new CreateDataDeletionJobCommand(request))
  }
  const deleteFrom = async (jobName: string, dataLocation: string) => {
    const { dataDeletionJobArn } = await create(jobName, dataLocation)
    return finished(async () => {
      const command = new DescribeDataDeletionJobCommand({ dataDeletionJobArn })
      return (await server.personalize.send(command)).dataDeletionJob
    })
  }

  it('deletes the users in all files of a folder tree from all datasets, both put and imported ones', async () => {
    await importFrom(server, users, await putFile(server, 'users.csv', 'USER_ID,AGE\nann,1\nbob,2\ncy,3\n'))
    await server.events.send(
      new PutUsersCommand({ datasetArn: users, users: [{ userId: 'ann', properties: '{"age":9}' }] }),
    )
    const events =
      'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\nann,i1,click,1\nann,i2,click,2\nbob,i1,click,3\ncy,i1,click,4\n'
    await importFrom(server, interactions, await putFile(server, 'events.csv', events))
    await putFile(server, 'gone/1.csv', 'USER_ID\nann\nnobody\n')
    await putFile(server, 'gone/deeper/2.csv', 'USER_ID\nbob\n')
    await putFile(server, 'gone/deeper/notes.txt', 'USER_ID\ncy\n')

    const job = await deleteFrom('delete', 's3://b/gone/')
    assert.deepEqual([job.status, job.failureReason, job.numDeleted], ['COMPLETED', undefined, 3 + 3])
    const found = await Promise.all(['ann', 'bob', 'cy'].map(id => propertiesOf(server, users, id)))
    assert.deepEqual(found, [undefined, undefined, { age: 3 }])
    assert.deepEqual(await historyOf(server, interactions, 'ann'), [])
    assert.equal((await countOf(server, interactions)).rows, 1)
  })

  it('fails for a file with other columns or without an id, naming the place', async () => {
    const wrong = [
      ['ITEM_ID\na\n', /wrong.csv line 1: the only column must be USER_ID, got ITEM_ID$/],
      ['USER_ID,AGE\na,1\n', /line 1: the only column must be USER_ID, got USER_ID, AGE$/],
      ['USER_ID\na\nb,c\n', /line 3: there must be one USER_ID and nothing else$/],
      ['USER_ID\na\nUSER_ID\nb\n', /line 3: the row repeats the header/],
      ["'USER_ID'\n'a'\n", /line 1: the column "'USER_ID'" must be in double quotes, or in none/],
      ['', /is empty/],
    ] as const
    for (const [i, [text, reason]] of wrong.entries()) {
      const job = await deleteFrom(`wrong-${i}`, await putFile(server, 'wrong.csv', text))
      assert.deepEqual([job.status, job.numDeleted], ['FAILED', undefined])
      assert.match(job.failureReason!, reason)
    }
  })

  it('reads the header as that of an import: in any spelling, and beside the index of pandas', async () => {
    for (const [i, list] of ['user_id\nann\n', ',USER_ID\n0,ann\n', 'userId,Unnamed: 0\nann,7\n'].entries()) {
      await importFrom(server, users, await putFile(server, 'users.csv', 'USER_ID,AGE\nann,1\n0,2\n'))
      const job = await deleteFrom(`spelled-${i}`, await putFile(server, 'spelled.csv', list))
      assert.deepEqual([job.status, job.numDeleted, job.failureReason], ['COMPLETED', 1, undefined])
      assert.equal(await propertiesOf(server, users, 'ann'), undefined)
    }
  })

  it('notes ids that a program wrote as numbers, which are of nobody', async () => {
    const list = await putFile(server, 'odd.csv', 'USER_ID\n1.23457E+11\nNULL\nann\n')
    assert.equal((await deleteFrom('odd', list)).status, 'COMPLETED')
    const [word, number] = (await notesOf(server, 'odd'))!
    assert.match(word!, /^USER_ID: a cell has a word for no value, .*"NULL" at s3:\/\/b\/odd\.csv line 3/)
    assert.match(number!, /^USER_ID: a cell has an id as programs write numbers \("1\.23457E\+11" at .* line 2\)/)
  })

  it('refuses a list with another separator at the ends of its lines, whose ids would be of nobody', async () => {
    const job = await deleteFrom('marked', await putFile(server, 'marked.csv', 'USER_ID;\nann;\n'))
    const problem = 'the column "USER_ID;" has semicolons in its name: cells must be separated by commas alone'
    assert.deepEqual([job.status, job.failureReason], ['FAILED', `s3://b/marked.csv line 1: ${problem}`])
  })

  it('notes that it deleted nothing, as of a list of other ids', async () => {
    await importFrom(server, users, await putFile(server, 'users.csv', 'USER_ID,AGE\nann,1\n'))
    for (const [name, list, note] of [
      ['other', 'USER_ID\nann@shop\nbob@shop\n', /^nothing was deleted: no data are of any user listed \(2\); compare/],
      ['header', 'USER_ID\n', /^nothing was deleted: the lists name no user$/],
    ] as const) {
      const job = await deleteFrom(name, await putFile(server, `${name}.csv`, list))
      assert.deepEqual([job.status, job.numDeleted], ['COMPLETED', 0])
      const [found] = (await notesOf(server, name))!
      assert.match(found!, note)
    }
    assert.deepEqual(await propertiesOf(server, users, 'ann'), { age: 1 })
    await deleteFrom('real', await putFile(server, 'real.csv', 'USER_ID\nann\nbob@shop\n'))
    assert.equal((await notesOf(server, 'real'))?.length ?? 0, 0)
  })

  it('passes over an empty file beside others', async () => {
    await importFrom(server, users, await putFile(server, 'users.csv', 'USER_ID,AGE\nann,1\nbob,2\n'))
    await putFile(server, 'some/1.csv', '')
    await putFile(server, 'some/2.csv', 'USER_ID\nann\n')
    const job = await deleteFrom('some', 's3://b/some/')
    assert.deepEqual([job.status, job.numDeleted], ['COMPLETED', 1])
    assert.deepEqual(await propertiesOf(server, users, 'bob'), { age: 2 })
  })

  it('deletes no user where one line of one file is wrong', async () => {
    await importFrom(server, users, await putFile(server, 'users.csv', 'USER_ID,AGE\nann,1\nbob,2\n'))
    await putFile(server, 'half/1.csv', 'USER_ID\nann\n')
    await putFile(server, 'half/2.csv', `USER_ID\n${'bob\n'.repeat(4000)}bob,2\n`)
    const job = await deleteFrom('half', 's3://b/half/')
    assert.deepEqual([job.status, job.numDeleted], ['FAILED', undefined])
    assert.match(job.failureReason!, /2.csv line 4002: .*there must be one USER_ID and nothing else$/)
    const found = await Promise.all(['ann', 'bob'].map(id => propertiesOf(server, users, id)))
    assert.deepEqual(found, [{ age: 1 }, { age: 2 }])
  })

  it('refuses a group that does not exist, a name that is taken and a location that is not in S3', async () => {
    const missing = create('missing', 's3://b/x.csv', datasetGroupArn.replace('shop', 'nothing'))
    await assertRefused(missing, ['ResourceNotFoundException', 400], /The given dataset group does not exist/)
    await create('taken', 's3://b/x.csv')
    await assertRefused(create('taken', 's3://b/x.csv'), ['ResourceAlreadyExistsException', 400], /already exists/)
    await assertRefused(create('web', 'http://example.com/x.csv'), INVALID, /^Invalid Data location\./)
  })
})
