import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { post } from '#test/http.ts'
import { fc } from '#test/properties.ts'
import { createDataset, createTracker, startTestServer, type TestServer } from '#test/server.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { reasonOf } from './reasons.ts'

const SECRET = 'hush'

describe('the reason of a refusal', () => {
  let server: TestServer
  let users: string
  let trackingId: string
  before(async () => {
    server = await startTestServer({ unknownProperties: 'refuse' })
    const id = { name: 'USER_ID', type: 'string' }
    const fields = [id, { name: 'AGE', type: 'int' }, { name: 'CITY', type: ['null', 'string'], categorical: true }]
    users = (await createDataset(server, 'Users', { fields })).datasetArn
    const { datasetGroupArn } = await createDataset(server, 'Interactions')
    trackingId = await createTracker(server, datasetGroupArn)
  })
  after(() => server[Symbol.asyncDispose]())

  /** Returns the error of a refused request, and the reason of its message. */
  async function refuse(path: string, body: object) {
    const reply = await post(server, path, body)
    const { message } = (await reply.json()) as { message: string }
    assert.ok(reply.status >= 400, message)
    return { message, reason: reasonOf(new InvalidInputException(message))?.text }
  }

  const at = 'users.1.member.properties'
  for (const [properties, reason] of [
    [`{"age": 1, "${SECRET}": "${SECRET}"}`, `${at}: … is not a field of the schema`],
    [`{"age": "${SECRET}"}`, `${at}: … must be an int`],
    [`{"age": 1, "city": {"${SECRET}": 1}}`, `${at}: … must be a string`],
    [`{"age": null, "city": "${SECRET}"}`, `${at}: … must not be null or empty`],
    [`{"city": "${SECRET}"}`, `${at}: … must be given`],
    [`{"age": 1, "AGE": 2, "city": "${SECRET}"}`, `${at}: … is given twice`],
    [`{"userId": "${SECRET}"}`, `${at}: … is not allowed inside properties`],
    [`{"age": 1, "city": "${SECRET.repeat(400)}"}`, `${at}: … is too long`],
    [`{"age": 1, "city": "${SECRET}\\u0000"}`, `${at}: … must not contain the NUL character`],
    [`{"age": 1, "city": "${SECRET}\\ud800"}`, `${at}: … must be well-formed Unicode`],
    [`{"age": ${'['.repeat(200)}"${SECRET}"${']'.repeat(200)}}`, `${at}: … is nested too deep`],
    [`{"${SECRET}`, `${at}: … is no JSON object`],
    [`["${SECRET}"]`, `${at}: … is no JSON object`],
    [`"${SECRET}"`, '… is no JSON object'],
    // A value that itself looks like a reason with a path.
    [`{"age": "x\\" is not a field of the schema at 'users.9.member.userId' ${SECRET}"}`, `${at}: … must be an int`],
  ] as const) {
    it(`says of properties that they ${reason.replace(/.*… /, '')}`, async () => {
      const refused = await refuse('/users', { datasetArn: users, users: [{ userId: SECRET, properties }] })
      assert.equal(refused.reason, reason, refused.message)
    })
  }

  it('names the constraint of the model that a value breaks', async () => {
    for (const [input, reason] of [
      [{ users: [{ userId: SECRET }] }, 'datasetArn: … must not be null or empty'],
      [{ datasetArn: SECRET, users: [{ userId: SECRET }] }, 'datasetArn: … does not match its pattern'],
      [{ datasetArn: users, users: [{ userId: SECRET.repeat(100) }] }, 'users.1.member.userId: … is too long'],
      [{ datasetArn: users, users: [{ userId: '' }] }, 'users.1.member.userId: … is too short'],
      [{ datasetArn: users, users: [] }, 'users: … is too short'],
      [{ datasetArn: users, users: [{ userId: { [SECRET]: 1 } }] }, 'users.1.member.userId: … is of another JSON type'],
      [
        { datasetArn: users, users: [{ userId: `${SECRET}\0` }] },
        'users.1.member.userId: … must not contain the NUL character',
      ],
      [{ datasetArn: `${users}/${SECRET}`, users: [{ userId: SECRET }] }, '… does not exist'],
    ] as const) {
      const refused = await refuse('/users', input)
      assert.equal(refused.reason, reason, refused.message)
    }
  })

  it('names the reason of refused events', async () => {
    const event = { eventType: SECRET, itemId: SECRET, sentAt: 1e9 }
    const put = (more: object, id = trackingId) =>
      refuse('/events', {
        trackingId: id,
        userId: SECRET,
        sessionId: SECRET,
        eventList: [event, { ...event, ...more }],
      })
    for (const [more, reason] of [
      [{ properties: `{"${SECRET}": 1}` }, 'eventList.2.member.properties: … is not a field of the schema'],
      [{ sentAt: 1e12 }, 'eventList.2.member.sentAt: … looks like another unit of time'],
      [{ sentAt: -1 }, 'eventList.2.member.sentAt: … must not be before 1970'],
      [
        { properties: '{"itemId": "other"}' },
        'eventList.2.member.properties: … differs from what is beside properties',
      ],
    ] as const) {
      const refused = await put(more)
      assert.equal(refused.reason, reason, refused.message)
    }
    assert.equal((await put({}, SECRET)).reason, 'trackingId: … is the tracking id of nothing')
  })

  it('is counted in the metrics, without any value of a client', async () => {
    await refuse('/users', { datasetArn: users, users: [{ userId: SECRET, properties: `{"age": "${SECRET}"}` }] })
    const text = await (await fetch(`${server.url}/metrics`)).text()
    assert.match(text, /^personalite_refusals_total\{operation="PutUsers",reason="must be an int"\} \d+$/m)
    assert.doesNotMatch(text, new RegExp(SECRET))
  })

  it('repeats no word of a message but members of the models and its own phrases', () => {
    const phrases = /^(?:(?:[a-zA-Z]+)(?:\.\d{1,3}\.member|\.[a-zA-Z]+)*: )?… [a-zA-Z0-9, ]+$/
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          SECRET,
          '"',
          "' at '",
          'users.1.member.',
          ' is not a field of the schema',
          ' must be an int',
          ': ',
        ),
      ),
    )
    fc.assert(
      fc.property(pieces, pieces => {
        const reason = reasonOf(new InvalidInputException(pieces.join('')))
        if (reason === undefined) return
        assert.match(reason.text, phrases)
        assert.ok(!reason.text.includes(SECRET))
      }),
      { numRuns: 3000 },
    )
  })
})
