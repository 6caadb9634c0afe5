import assert from 'node:assert/strict'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CreateDatasetGroupCommand } from '@aws-sdk/client-personalize'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { clientsOf, startTestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { policyDocument } from '../policy/prepared.ts'

interface Reply {
  readonly isRecorded: boolean
  readonly records: readonly { readonly eventName: string; readonly requestParameters: { readonly name: string } }[]
}

const keyOf = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: `secret of ${accessKeyId}` })

describe('/inspect/audit', () => {
  it('shows the newest records, newest first, to keys that may do everything', async () => {
    const auditLog = join(await temporaryDirectory(), 'audit.log')
    const credentials = [keyOf('root'), { ...keyOf('reader'), policy: policyDocument('read-only') }]
    await using server = await startTestServer({ credentials, auditLog })
    const { personalize } = clientsOf(server.url, keyOf('root'))
    for (const name of ['first', 'second']) await personalize.send(new CreateDatasetGroupCommand({ name }))
    const ask = (key = keyOf('root'), query = {}) =>
      openInspection(server.url, key)<Reply>('GET', '/inspect/audit', { query })
    await eventually('two records', async () => (await ask()).records.length >= 2)
    await appendFile(auditLog, '{"eventName": "cut o')
    const shown = await ask()
    assert.equal(shown.isRecorded, true)
    assert.deepEqual(
      shown.records.map(({ eventName, requestParameters }) => [eventName, requestParameters.name]),
      ['second', 'first'].map(name => ['CreateDatasetGroup', name]),
    )
    assert.equal((await ask(keyOf('root'), { limit: '1' })).records.length, 1)
    await assert.rejects(ask(keyOf('reader')), /only a key that may do everything manages keys/)
  })

  it('says that there is none where none is recorded', async () => {
    await using server = await startTestServer()
    const shown = await openInspection(server.url, { accessKeyId: 'local', secretAccessKey: 'local' })<Reply>(
      'GET',
      '/inspect/audit',
    )
    assert.deepEqual(shown, { isRecorded: false, records: [] })
  })
})
