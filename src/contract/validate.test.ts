import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { InvalidInputException, SerializationException, ServiceException } from './errors.ts'
import { allOperations, shapeOf } from './registry.ts'
import type { OperationName } from './shapes.ts'
import { linearPatterns, validateInput } from './validate.ts'

const datasetArn = 'arn:aws:personalize:us-east-1:123456789012:dataset/films/USERS'
const solutionVersionArn = 'arn:aws:personalize:us-east-1:123456789012:solution/films/1'

function accepts(name: OperationName, value: unknown): void {
  validateInput(name, value)
}

function refuses(name: OperationName, value: unknown, message: string): void {
  assert.throws(() => validateInput(name, value), { code: 'InvalidInputException', message })
}

function cannotRead(name: OperationName, value: unknown, message: string): void {
  assert.throws(() => validateInput(name, value), { code: 'SerializationException', message })
}

describe('a request that the model allows', () => {
  it('counts characters as code points, as files are counted', () => {
    accepts('PutUsers', { datasetArn, users: [{ userId: '🙂'.repeat(256) }] })
    for (const userId of ['🙂'.repeat(257), 'u'.repeat(257)])
      assert.throws(() => validateInput('PutUsers', { datasetArn, users: [{ userId }] }), /less than or equal to 256/)
  })

  it('passes, and loses the members that the model lacks, in structures at every depth', () => {
    const user = { userId: 'u1', properties: '{"age":30}' }
    const request = { datasetArn, users: [{ ...user, colour: 7 }], more: [] }
    accepts('PutUsers', request)
    assert.deepEqual(request, { datasetArn, users: [user] })
    const solution = JSON.parse(`{"solutionArn": "${datasetArn}", "__proto__": {"a": 1}, "solutionUpdateConfig":
      {"algorithmHyperParameters": {"bptt": "9"}, "eventsConfig": {"eventParametersList": [{"weigth": 3}]}}}`)
    accepts('UpdateSolution', solution)
    const solutionUpdateConfig = { eventsConfig: { eventParametersList: [{}] } }
    assert.deepEqual(solution, { solutionArn: datasetArn, solutionUpdateConfig })
  })

  it('keeps every key of a map', () => {
    const request = { campaignArn: datasetArn, context: { DEVICE: 'phone', other: '' }, filterValues: { A: '"1"' } }
    const sent = structuredClone(request)
    accepts('GetRecommendations', sent)
    assert.deepEqual(sent, request)
  })

  it('passes at each limit', () => {
    accepts('PutUsers', {
      datasetArn,
      users: new Array(10).fill({ userId: 'u'.repeat(256), properties: 'p'.repeat(24000) }),
    })
  })

  it('loses the members that are null, which count as absent', () => {
    const user = { userId: 'u1', properties: null }
    accepts('PutUsers', { datasetArn, users: [user] })
    assert.deepEqual(user, { userId: 'u1' })
  })

  it('may carry fractions of a second', () => {
    accepts('PutEvents', { trackingId: 't', sessionId: 's', eventList: [{ eventType: 'watch', sentAt: 1.5e9 + 0.25 }] })
  })
})

describe('a request that breaks constraints', () => {
  it('names each path and constraint, lists 1-based', () => {
    const users = [{}, { userId: 'u2' }, { userId: 'u3', properties: 'p'.repeat(24001) }]
    refuses(
      'PutUsers',
      { datasetArn, users },
      "2 validation errors detected: Value null at 'users.1.member.userId' failed to satisfy constraint: Member must not " +
        "be null; Value at 'users.3.member.properties' failed to satisfy constraint: Member must have length less than or " +
        'equal to 24000',
    )
  })

  it('is told the first item beyond the limit', () => {
    refuses(
      'PutUsers',
      { datasetArn, users: new Array(11).fill({ userId: 'u' }) },
      "1 validation error detected: Value at 'users' failed to satisfy constraint: Member must have length less than or " +
        'equal to 10; it has 11, users.11 is the first too many',
    )
  })

  it('is told the spelling of a member that it has under another', () => {
    const spelt = (path: string, sent: string, name: string) =>
      `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null; ` +
      `the request has "${sent}", which must be written ${name}`
    for (const sent of ['user_id', 'UserId', 'userID', 'USER_ID', 'user-id'])
      refuses('PutUsers', { datasetArn, users: [{ [sent]: 'u1' }] }, spelt('users.1.member.userId', sent, 'userId'))
    refuses(
      'PutUsers',
      { DatasetArn: datasetArn, users: [{ userId: 'u1' }] },
      spelt('datasetArn', 'DatasetArn', 'datasetArn'),
    )
    const event = { eventType: 'click', sent_at: 1700000000, itemId: 'i1' }
    refuses(
      'PutEvents',
      { trackingId: 't', sessionId: 's', eventList: [event] },
      spelt('eventList.1.member.sentAt', 'sent_at', 'sentAt'),
    )
    const nothingAlike =
      "1 validation error detected: Value null at 'users.1.member.userId' failed to satisfy constraint: "
    refuses('PutUsers', { datasetArn, users: [{ id: 'u1' }] }, `${nothingAlike}Member must not be null`)
  })

  it('is told ten failures and the number of all', () => {
    const inputList = new Array(12).fill(null)
    assert.throws(
      () => validateInput('GetPersonalizedRanking', { campaignArn: datasetArn, userId: 'u', inputList }),
      ({ message }: Error) =>
        message.startsWith('12 validation errors detected; the first 10 are: ') &&
        message.split('; Value').length === 10,
    )
  })

  it('is told the values that an enum has', () => {
    const s3 = { s3DataDestination: { path: 's3://bucket/' } }
    const job = { jobName: 'export', datasetArn, roleArn: 'arn:aws:iam::123456789012:role/r', jobOutput: s3 }
    refuses(
      'CreateDatasetExportJob',
      { ...job, ingestionMode: 'SOME' },
      "1 validation error detected: Value 'SOME' at 'ingestionMode' failed to satisfy constraint: Member must satisfy enum " +
        'value set: [BULK, PUT, ALL]',
    )
  })

  it('must match a pattern from end to end', () => {
    refuses(
      'CreateDatasetGroup',
      { name: 'films!' },
      "1 validation error detected: Value 'films!' at 'name' failed to satisfy constraint: Member must satisfy regular " +
        'expression pattern: ^[a-zA-Z0-9][a-zA-Z0-9\\-_]*',
    )
  })

  it('must have numbers within their range', () => {
    refuses(
      'CreateCampaign',
      { name: 'films', solutionVersionArn, minProvisionedTPS: 0 },
      "1 validation error detected: Value '0' at 'minProvisionedTPS' failed to satisfy constraint: Member must have value " +
        'greater than or equal to 1',
    )
  })

  it('names the entry of a map, and the rule for its keys', () => {
    refuses(
      'GetRecommendations',
      { filterValues: { GENRE: 'g'.repeat(1001), 'not a name': '1' } },
      "2 validation errors detected: Value at 'filterValues' failed to satisfy constraint: Map keys must satisfy constraint: " +
        "[Member must satisfy regular expression pattern: [A-Za-z0-9_]+]; Value at 'filterValues.GENRE.member' failed to " +
        'satisfy constraint: Member must have length less than or equal to 1000',
    )
  })

  it('counts a surrogate pair as one character, and refuses half a pair', () => {
    accepts('PutUsers', { datasetArn, users: [{ userId: '😀'.repeat(128) }] })
    refuses(
      'PutUsers',
      { datasetArn, users: [{ userId: '\ud83d' }] },
      "1 validation error detected: Value at 'users.1.member.userId' failed to satisfy constraint: Member must be " +
        'well-formed Unicode',
    )
  })

  it('quotes at most 40 characters of a value, and nothing about a user', () => {
    assert.throws(() => validateInput('DescribeSchema', { schemaArn: 'x'.repeat(99) }), {
      message: /^1 validation error detected: Value 'x{40}' at/,
    })
    for (const [name, value] of [
      ['PutUsers', { datasetArn: 'Zaphod' }],
      ['PutEvents', { eventList: [{ metricAttribution: { eventAttributionSource: 'Zaphod\n' } }] }],
      ['GetRecommendations', { userId: 'Zaphod'.repeat(99) }],
    ] as const) {
      assert.throws(
        () => validateInput(name, value),
        ({ message }: Error) => !message.includes('Zaphod'),
      )
    }
  })
})

describe('a request with a wrong JSON type', () => {
  it('is refused at its path, before any constraint', () => {
    const users = [{}, { userId: 7 }]
    cannotRead(
      'PutUsers',
      { users },
      "NUMBER_VALUE can not be converted to a String at 'users.2.member.userId'; send text in quotes",
    )
    cannotRead(
      'PutUsers',
      { datasetArn, users: {} },
      "START_OBJECT can not be converted to a List at 'users'; send a list, also of one",
    )
    cannotRead(
      'PutUsers',
      [],
      'START_ARRAY can not be converted to a Structure at the top of the request; send an object',
    )
    cannotRead(
      'PutUsers',
      null,
      'NULL_VALUE can not be converted to a Structure at the top of the request; send an object',
    )
    const filterValues = { GENRE: true }
    cannotRead(
      'GetRecommendations',
      { filterValues },
      "TRUE_VALUE can not be converted to a String at 'filterValues.GENRE.member'; send text in quotes",
    )
  })

  it('takes no list for JSON that should be text', () => {
    const path = "START_ARRAY can not be converted to a String at 'filterValues.GENRE.member'; send text in quotes"
    cannotRead('GetRecommendations', { filterValues: { GENRE: ['a'] } }, path)
  })

  it('says how properties and times are sent', () => {
    cannotRead(
      'PutUsers',
      { datasetArn, users: [{ userId: 'a', properties: { age: 5 } }] },
      "START_OBJECT can not be converted to a String at 'users.1.member.properties'; " +
        'send the JSON as text: in quotes, and with a backslash before each quote in it',
    )
    cannotRead(
      'PutEvents',
      { eventList: [{ sentAt: '2020-07-31T00:00:00Z' }] },
      "STRING_VALUE can not be converted to a Timestamp at 'eventList.1.member.sentAt'; " +
        'send a number without quotes: seconds since 1970, such as 1596153600',
    )
  })

  for (const numResults of [1.5, 2 ** 31, -(2 ** 31) - 1, '25', { valueOf: 1, toString: 1 }]) {
    it(`finds no integer in ${JSON.stringify(numResults)}`, () => {
      assert.throws(() => validateInput('GetRecommendations', { numResults }), SerializationException)
    })
  }

  for (const sentAt of ['2026-01-01T00:00:00Z', Number.POSITIVE_INFINITY]) {
    it(`finds no time in ${sentAt}`, () => {
      const eventList = [{ eventType: 'watch', sentAt }]
      assert.throws(
        () => validateInput('PutEvents', { trackingId: 't', sessionId: 's', eventList }),
        SerializationException,
      )
    })
  }
})

describe('the linear patterns', () => {
  const pieces = fc.constantFrom(':', 'arn', 'arn:aws:personalize:', 'a', ' ', '~', '\n', '\u2028', 'é', '😀')
  const text = fc.array(pieces, { maxLength: 12 }).map(parts => parts.join(''))

  for (const [pattern, linear] of Object.entries(linearPatterns)) {
    it(`match what the model's match: ${pattern}`, () => {
      const [whole, wholeLinear] = [pattern, linear].map(source => new RegExp(`^(?:${source})$`, 'u'))
      const prefix = pattern.startsWith('arn') ? 'arn:aws:personalize:' : ''
      fc.assert(
        fc.property(text, rest => assert.equal(wholeLinear!.test(prefix + rest), whole!.test(prefix + rest))),
        { numRuns: 2000 },
      )
    })
  }

  it("are keyed by the model's", () => {
    const source = shapeOf('events', 'EventAttributionSource').pattern
    assert.deepEqual(Object.keys(linearPatterns), [source, shapeOf('events', 'Arn').pattern])
  })
})

describe('any JSON, to any operation', () => {
  const request = fc.constantFrom(...allOperations).chain(({ name, service, input }) => {
    const keys = Object.keys(shapeOf(service, input).members ?? {})
    const value = fc.oneof(fc.jsonValue(), fc.array(fc.record({ userId: fc.jsonValue(), itemId: fc.string() })))
    return fc.tuple(fc.constant(name), fc.dictionary(fc.constantFrom('other', ...keys), value))
  })

  it('passes, or fails with at least one reason', () => {
    fc.assert(
      fc.property(request, ([name, value]) => {
        try {
          validateInput(name, value)
        } catch (error) {
          assert.ok(error instanceof ServiceException)
          if (error instanceof InvalidInputException) assert.match(error.message, /^[1-9].*: Value.* at '/s)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
