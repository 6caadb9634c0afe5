import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  DeleteDatasetGroupCommand,
  DescribeSchemaCommand,
  ListSchemasCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { inspect } from '#test/http.ts'
import { onOneDay } from '#test/midnight.ts'
import { clientsOf, createDataset, createUsersDataset, startTestServer } from '#test/server.ts'
import { openInspection } from '../src/cli/client.ts'
import { startServer } from '../src/index.ts'

type Record = Readonly<{ [name: string]: unknown; resources: readonly { readonly ARN: string }[] }>

describe('the audit trail', () => {
  let folder: string
  before(async () => {
    folder = await temporaryDirectory()
  })
  after(() => rm(folder, { recursive: true }))

  const recordsIn = async (path: string) =>
    (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record)
  const namesOf = (records: readonly Record[]) =>
    records.map(({ eventName, errorCode }) => [eventName, errorCode ?? 'ok'].join(' '))

  /** Does on a server with these settings the work of a shop. Its users are secret. */
  async function useServer(settings: object): Promise<string> {
    await onOneDay() // the file is put aside when its day is over
    await using server = await startTestServer({ faults: 'on', ...settings })
    const { datasetArn, datasetGroupArn, schemaArn } = await createUsersDataset(server)
    const users = [{ userId: 'secret-user', properties: '{"age":77}' }]
    await server.events.send(new PutUsersCommand({ datasetArn, users }))
    await assert.rejects(server.events.send(new PutUsersCommand({ datasetArn: `${datasetArn}x`, users })))
    await server.personalize.send(new DescribeSchemaCommand({ schemaArn }))
    await assert.rejects(server.personalize.send(new DeleteDatasetGroupCommand({ datasetGroupArn })))
    const stranger = clientsOf(server.url, { accessKeyId: 'local', secretAccessKey: 'secret-guess' })
    await assert.rejects(stranger.personalize.send(new DeleteDatasetGroupCommand({ datasetGroupArn })))
    await createDataset(server, 'Interactions')
    const tracker = await server.personalize.send(new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }))
    const event = { eventType: 'click', itemId: 'secret-item', sentAt: new Date() }
    const session = { trackingId: tracker.trackingId!, sessionId: 'secret-session', eventList: [event] }
    await server.events.send(new PutEventsCommand(session))
    await inspect(server, '/inspect/records', { datasetArn, id: 'secret-user' })
    await openInspection(server.url)('PUT', '/inspect/faults', { body: { faults: [] } })
    return datasetArn
  }

  it('has management events, and no data', async () => {
    const path = join(folder, 'management.log')
    await useServer({ auditLog: path })
    const records = await recordsIn(path)
    assert.deepEqual(namesOf(records), [
      'CreateDatasetGroup ok',
      'CreateSchema ok',
      'CreateDataset ok',
      'DescribeSchema ok',
      'DeleteDatasetGroup ResourceInUseException',
      'DeleteDatasetGroup InvalidSignatureException',
      'CreateDatasetGroup ResourceAlreadyExistsException',
      'CreateSchema ok',
      'CreateDataset ok',
      'CreateEventTracker ok',
      'PutFaults ok',
    ])
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    for (const { sourceIPAddress, userAgent } of records.slice(0, 6)) {
      assert.equal(sourceIPAddress, '127.0.0.1')
      assert.match(String(userAgent), /^aws-sdk-js\//)
    }
    assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length)
  })

  it('has data events where they are on, without ids, values and secrets', async () => {
    const path = join(folder, 'data.log')
    const datasetArn = await useServer({ auditLog: path, auditDataEvents: 'on' })
    const records = await recordsIn(path)
    const data = records.filter(({ eventCategory }) => eventCategory === 'Data')
    assert.deepEqual(namesOf(data), [
      'PutUsers ok',
      'PutUsers ResourceNotFoundException',
      'PutEvents ok',
      'GetRecord ok',
    ])
    assert.deepEqual(data[0]!.requestParameters, { datasetArn })
    assert.deepEqual(
      data[0]!.resources.map(({ ARN }) => ARN),
      [datasetArn],
    )
    assert.match(data[2]!.resources[0]!.ARN, /:dataset-group\/shop$/)
    assert.doesNotMatch(JSON.stringify(records), /secret-|\\"age/)
  })

  it('records a hundred unsigned requests a minute, and counts the rest', async () => {
    const path = join(folder, 'unsigned.log')
    await using server = await startTestServer({ auditLog: path })
    const headers = { 'x-amz-target': 'AmazonPersonalize.DeleteSchema' }
    const minute = () => Math.floor(performance.now() / 60_000)
    const began = minute()
    const statuses = await Promise.all(
      Array.from(
        { length: 130 },
        async () => (await fetch(server.url, { method: 'POST', headers, body: '{}' })).status,
      ),
    )
    assert.deepEqual(new Set(statuses), new Set([403]))
    await server.personalize.send(new ListSchemasCommand({}))
    const metrics = await (await fetch(new URL('/metrics', server.url))).text()
    const [, recorded] = /^personalite_audit_records_total (\d+)$/m.exec(metrics)!
    const [, passedOver] = /^personalite_audit_passed_over_total (\d+)$/m.exec(metrics)!
    assert.equal(Number(recorded) + Number(passedOver), 131)
    // Where another minute has begun among them, it has a hundred of its own.
    if (minute() === began) assert.equal(Number(passedOver), 30)
    else assert.ok(Number(passedOver) <= 30, `${recorded} recorded`)
  })

  it('does not start where its file cannot be written', async () => {
    const path = join(folder, 'missing', 'audit.log')
    await assert.rejects(startServer({ auditLog: path }), {
      message: `the audit log ${path} of --audit-log cannot be written: ENOENT`,
    })
  })

  it('keeps the server going, and counts, where the disk is full', async () => {
    await using server = await startTestServer({ auditLog: '/dev/full' })
    const { personalize } = server
    await personalize.send(new CreateDatasetGroupCommand({ name: 'shop' }))
    const failures = async () =>
      /^personalite_audit_write_failures_total (\d+)$/m.exec(
        await (await fetch(new URL('/metrics', server.url))).text(),
      )
    await eventually('a failed write', async () => {
      await personalize.send(new ListSchemasCommand({}))
      return Number((await failures())?.[1])
    })
  })

  it('is all of standard output where it is written there', async () => {
    const args = ['bin/personalite', 'serve', '--port', '0', '--data-dir', ':memory:', '--audit-log', '-']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const written = text(child.stdout)
    let greeting = ''
    for await (const chunk of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      greeting += chunk
      if (greeting.includes('export')) break
    }
    await clientsOf(/ready at (\S+)/.exec(greeting)![1]!).personalize.send(new ListSchemasCommand({}))
    child.kill()
    const lines = (await written).trimEnd().split('\n')
    assert.deepEqual(namesOf(lines.map(line => JSON.parse(line))), ['ListSchemas ok'])
  })
})
