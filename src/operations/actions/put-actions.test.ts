import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutActionsCommand } from '@aws-sdk/client-personalize-events'
import { propertiesOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('PutActions', () => {
  let server: TestServer
  /** CHANNEL (categorical) and VALUE (long), both nullable. */
  let datasetArn: string

  before(async () => {
    server = await startTestServer()
    datasetArn = (await createDataset(server, 'Actions')).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const put = (actionId: string, properties?: string, into = datasetArn) =>
    server.events.send(new PutActionsCommand({ datasetArn: into, actions: [{ actionId, properties }] }))
  const read = (actionId: string) => propertiesOf(server, datasetArn, actionId)

  it('replaces an action whose actionId is already there: properties that are left out are gone', async () => {
    await put('join', '{"channel":"mail|app","value":10}')
    assert.deepEqual(await read('join'), { channel: 'mail|app', value: 10 })
    await put('join', '{"value":"9"}')
    assert.deepEqual(await read('join'), { value: 9 })
  })

  it('takes 10 actions in a call and refuses 11', async () => {
    const actions = Array.from({ length: 11 }, (_, i) => ({ actionId: `many${i}` }))
    const tooMany = server.events.send(new PutActionsCommand({ datasetArn, actions }))
    await assertRefused(tooMany, INVALID, /'actions'.*actions\.11 is/)
    await server.events.send(new PutActionsCommand({ datasetArn, actions: actions.slice(1) }))
    assert.deepEqual([await read('many0'), await read('many10')], [undefined, {}])
  })

  it('takes properties of up to 32,000 characters', async () => {
    await put('long', '{"value":1}'.padEnd(32_000))
    assert.deepEqual(await read('long'), { value: 1 })
    const tooLong = put('long', '{"value":2}'.padEnd(32_001))
    await assertRefused(tooLong, INVALID, /'actions\.1\.member\.properties' failed/)
  })

  it('names the action and the property that it refuses', async () => {
    for (const [properties, problem] of [
      ['{"value":1.5}', 'value must be a long, got the number 1.5'],
      ['{"value":11}', 'value must be a whole number from 1 to 10, got 11'],
      ['{"actionId":"join"}', 'actionId is not allowed inside properties'],
    ] as const) {
      await assertRefused(put('bad', properties), INVALID, new RegExp(`^actions\\.1\\.member\\.properties: ${problem}`))
    }
    assert.equal(await read('bad'), undefined)
  })

  it('needs an Actions dataset that exists', async () => {
    const users = await createUsersDataset(server)
    await assertRefused(put('join', '{}', users.datasetArn), INVALID, /^datasetArn must be.*ACTIONS.* is USERS$/)
    const arn = datasetArn.replace('/shop/', '/none/')
    await assertRefused(put('join', '{}', arn), ['ResourceNotFoundException', 404], /none\/ACTIONS/)
  })
})
