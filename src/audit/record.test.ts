import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidInputException, InvalidSignatureException, ServiceException } from '../contract/errors.ts'
import type { Handled } from '../wire/aws/api.ts'
import { identityOf } from './identity.ts'
import { isDataEvent, recordOf } from './record.ts'

const account = { accountId: '123456789012', region: 'us-east-1' }
const arn = (path: string, region = 'eu-west-1') => `arn:aws:personalize:${region}:123456789012:${path}`
const authorization = { accessKeyId: 'shop', region: 'eu-west-1' }
const head = { method: 'POST', url: '/', headers: { host: 'personalize.example', 'user-agent': 'aws-cli/2' } }

function request(name: string, more: Partial<Handled> = {}): Handled {
  const signed = { authorization, secret: {} } as Handled['signed']
  const source = 'personalize.amazonaws.com'
  return { requestId: 'r-1', head, source, name, signed, isProven: true, ...more }
}

function record(name: string, more?: Partial<Handled>) {
  const origin = { address: '192.0.2.7', isSecure: false }
  return recordOf(request(name, more), origin, account, new Date('2030-01-31T18:00:00.999Z')) as Record<string, unknown>
}

describe('recordOf', () => {
  it('has the members of a record of CloudTrail', () => {
    const input = { name: 'shop', domain: 'ECOMMERCE', tags: [{ tagKey: 'team', tagValue: 'films' }] }
    const output = { datasetGroupArn: arn('dataset-group/shop'), domain: 'ECOMMERCE' }
    const { eventID, ...rest } = record('CreateDatasetGroup', { input, output })
    assert.match(String(eventID), /^[\da-f-]{36}$/)
    assert.deepEqual(rest, {
      eventVersion: '1.11',
      userIdentity: {
        type: 'Root',
        principalId: '123456789012',
        arn: 'arn:aws:iam::123456789012:root',
        accountId: '123456789012',
        accessKeyId: 'shop',
      },
      eventTime: '2030-01-31T18:00:00Z',
      eventSource: 'personalize.amazonaws.com',
      eventName: 'CreateDatasetGroup',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '192.0.2.7',
      userAgent: 'aws-cli/2',
      requestParameters: {
        name: 'shop',
        domain: 'ECOMMERCE',
        tags: [{ tagKey: 'HIDDEN_DUE_TO_SECURITY_REASONS', tagValue: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
      },
      responseElements: output,
      requestID: 'r-1',
      readOnly: false,
      resources: [
        { ARN: arn('dataset-group/shop'), accountId: '123456789012', type: 'AWS::Personalize::DatasetGroup' },
      ],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '123456789012',
      eventCategory: 'Management',
    })
  })

  it('has no reply of what only reads', () => {
    const { readOnly, responseElements, requestParameters } = record('ListSchemas', {
      input: {},
      output: { schemas: [] },
    })
    assert.deepEqual([readOnly, responseElements, requestParameters], [true, null, null])
  })

  it('hides filter expressions, and leaves schemas out', () => {
    const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ("secret-genre")'
    const filter = { name: 'f', datasetGroupArn: arn('dataset-group/shop'), filterExpression }
    const all = [
      record('CreateFilter', { input: filter, output: { filterArn: arn('filter/f') } }),
      record('CreateSchema', { input: { name: 's', schema: '{"secret-column"}' }, output: {} }),
    ]
    assert.doesNotMatch(JSON.stringify(all), /secret/)
    assert.deepEqual(all[1]!.requestParameters, { name: 's' })
  })

  it('has of a request with data the resources alone', () => {
    const users = [{ userId: 'secret-user', properties: '{"a":"secret"}' }]
    const put = record('PutUsers', { input: { datasetArn: arn('dataset/shop/USERS'), users }, output: {} })
    assert.deepEqual(put.requestParameters, { datasetArn: arn('dataset/shop/USERS') })
    assert.deepEqual(
      [put.eventCategory, put.managementEvent, put.readOnly, put.responseElements],
      ['Data', false, false, null],
    )
    const got = record('GetRecommendations', {
      input: {
        campaignArn: arn('campaign/c'),
        userId: 'secret-user',
        filterArn: arn('filter/f'),
        filterValues: { A: 'secret' },
      },
      output: { itemList: [{ itemId: 'secret-item' }] },
    })
    assert.deepEqual(
      (got.resources as { type: string }[]).map(({ type }) => type),
      ['AWS::Personalize::Campaign', 'AWS::Personalize::Filter'],
    )
    assert.doesNotMatch(JSON.stringify([put, got]), /secret/)
  })

  it('names who is not known as such, and no key that this server does not have', () => {
    const error = new InvalidSignatureException('The request signature we calculated does not match')
    const wrong = record('DeleteDatasetGroup', { isProven: false, error })
    assert.deepEqual(wrong.userIdentity, { type: 'Unknown', accessKeyId: 'shop' })
    assert.equal(wrong.errorCode, 'InvalidSignatureException')
    const none = record('DeleteDatasetGroup', { isProven: false, signed: undefined, error })
    assert.deepEqual([none.userIdentity, none.awsRegion], [{ type: 'Unknown' }, 'us-east-1'])
    assert.deepEqual([none.requestParameters, none.resources], [null, []])
  })

  it('has the resource that a refused request wanted to create or change', () => {
    const error = new ServiceException(
      'AccessDeniedException',
      `User: arn is not authorized to perform: x on ${arn('y')}`,
    )
    const resources = (name: string, input: object) =>
      (record(name, { input, error }).resources as { ARN: string }[]).map(({ ARN }) => ARN)
    assert.deepEqual(resources('CreateSchema', { name: 's', schema: '' }), [arn('schema/s')])
    assert.deepEqual(resources('PutUsers', { datasetArn: arn('dataset/a/USERS'), users: [] }), [arn('dataset/a/USERS')])
    const put = record('PutUsers', { input: { datasetArn: arn('dataset/a/USERS'), users: [] }, error })
    assert.match(String(put.errorMessage), /^User: arn is not authorized to perform: x on arn/)
  })

  it('quotes no value in a message', () => {
    const error = new InvalidInputException(
      "1 validation error detected: Value 'secret' at 'name' failed to satisfy constraint: Member must have length less than or equal to 63",
    )
    const message = (name: string, error: ServiceException) => record(name, { error }).errorMessage
    assert.equal(message('CreateSchema', error), 'name: … is too long')
    assert.equal(message('CreateSchema', new InvalidInputException("Some 'secret'")), 'Some …')
    assert.equal(message('PutUsers', new InvalidInputException('There is no user secret')), undefined)
  })

  it('says how a connection was encrypted', () => {
    const peer = {
      encrypted: true,
      getProtocol: () => 'TLSv1.3',
      getCipher: () => ({ name: 'TLS_AES_256_GCM_SHA384' }),
    }
    assert.deepEqual(record('ListSchemas', { head: { ...head, peer } }).tlsDetails, {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_256_GCM_SHA384',
      clientProvidedHostHeader: 'personalize.example',
    })
    assert.equal('tlsDetails' in record('ListSchemas'), false)
  })

  it('takes changes by /inspect for management of its own source, and reads for data', () => {
    const source = 'personalite'
    const put = { source, head: { ...head, method: 'PUT', url: '/inspect/pins' } }
    const input = { campaignArn: arn('campaign/c'), userId: 'secret-user', items: ['secret-item'] }
    const pinned = record('putPin', { ...put, input })
    assert.deepEqual([pinned.eventSource, pinned.eventName, pinned.eventCategory], [source, 'PutPin', 'Management'])
    assert.deepEqual(pinned.requestParameters, { campaignArn: arn('campaign/c') })
    const kept = { datasetGroupArn: arn('dataset-group/a'), keepEvents: '400d' }
    assert.deepEqual(record('putRetention', { ...put, input: kept }).requestParameters, kept)
    const read = request('record', { source, head: { ...head, method: 'GET', url: '/inspect/records?id=secret-user' } })
    assert.equal(isDataEvent(read), true)
    const asked = record('record', { ...read, input: { datasetArn: arn('dataset/a/USERS'), id: 'secret-user' } })
    assert.deepEqual(asked.requestParameters, { datasetArn: arn('dataset/a/USERS') })
    assert.doesNotMatch(JSON.stringify([pinned, asked]), /secret/)
  })

  it('says which key was made, and with which policy, without its secret', () => {
    const source = 'personalite'
    const asked = { source, head: { ...head, url: '/inspect/keys' } }
    const policy = { Version: '2012-10-17', Statement: [] }
    const made = record('createKey', {
      ...asked,
      input: { name: 'page', policy },
      output: { accessKeyId: 'AKIAPAGE', secretAccessKey: 'secret-key', name: 'page' },
    })
    assert.deepEqual(made.requestParameters, { name: 'page', policy })
    assert.deepEqual(made.responseElements, { name: 'page', accessKeyId: 'AKIAPAGE' })
    const error = new InvalidInputException('policy must be …')
    const wrong = record('createKey', { ...asked, input: { name: 'x'.repeat(5000), policy: { secret: 1 } }, error })
    assert.deepEqual(wrong.requestParameters, { name: 'x'.repeat(256) })
    assert.doesNotMatch(JSON.stringify([made, wrong]), /secret/)
  })

  it('takes what STS does for management that only reads, and records no token', () => {
    const input = { RoleArn: 'arn:aws:iam::123456789012:role/trainer', RoleSessionName: 'night', TokenCode: 'secret' }
    const assumed = record('AssumeRole', { source: 'sts.amazonaws.com', input, output: { SessionToken: 'secret' } })
    const { eventName, eventSource, eventCategory, readOnly, requestParameters, responseElements } = assumed
    assert.deepEqual([eventName, eventSource, eventCategory], ['AssumeRole', 'sts.amazonaws.com', 'Management'])
    assert.deepEqual([readOnly, requestParameters, responseElements], [true, { RoleArn: input.RoleArn }, null])
  })

  it('has the role that is taken on, and the access key of the session', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/trainer'
    const assumedRoleUser = {
      assumedRoleId: 'AROA1:night',
      arn: 'arn:aws:sts::123456789012:assumed-role/trainer/night',
    }
    const credentials = { accessKeyId: 'ASIA1', expiration: '2030-01-31T19:00:00Z' }
    const made = { ...credentials, secretAccessKey: 'secret', sessionToken: 'secret' }
    const { resources, responseElements } = record('AssumeRole', {
      source: 'sts.amazonaws.com',
      input: { roleArn },
      output: { credentials: made, assumedRoleUser },
    })
    assert.deepEqual(resources, [{ ARN: roleArn, accountId: '123456789012', type: 'AWS::IAM::Role' }])
    assert.deepEqual(responseElements, { credentials, assumedRoleUser })
  })

  it('names a user by its key, and the role of a session', () => {
    const by = (principal: object) =>
      record('ListSchemas', { signed: { authorization, secret: { principal } } as unknown as Handled['signed'] })
        .userIdentity
    const accountId = '123456789012'
    const user = { arn: `arn:aws:iam::${accountId}:user/page`, accountId, userId: 'AKIAPAGE', userName: 'page' }
    assert.deepEqual(by(user), {
      type: 'IAMUser',
      principalId: 'AKIAPAGE',
      arn: user.arn,
      accountId,
      accessKeyId: 'shop',
      userName: 'page',
    })
    const arn = `arn:aws:sts::${accountId}:assumed-role/trainer/night`
    assert.deepEqual(by({ arn, accountId, userId: 'AROA1:night' }), {
      type: 'AssumedRole',
      principalId: 'AROA1:night',
      arn,
      accountId,
      accessKeyId: 'shop',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROA1',
          arn: `arn:aws:iam::${accountId}:role/trainer`,
          accountId,
          userName: 'trainer',
        },
        attributes: { mfaAuthenticated: 'false' },
      },
    })
  })

  it('takes the operations of events and of the runtime for data, and all others for management', async () => {
    const { allOperations } = await import('../contract/registry.ts')
    const data = allOperations.map(({ name }) => name).filter(name => isDataEvent(request(name)))
    assert.deepEqual(data.sort(), [
      'GetActionRecommendations',
      'GetPersonalizedRanking',
      'GetRecommendations',
      'PutActionInteractions',
      'PutActions',
      'PutEvents',
      'PutItems',
      'PutUsers',
    ])
    for (const { name } of allOperations) assert.doesNotThrow(() => record(name, { input: {}, output: {} }))
  })

  it('names the user of a key with a policy', () => {
    const principal = { arn: 'arn:aws:iam::000000000000:user/page', accountId: '0', userId: 'AKIA1', userName: 'page' }
    const user = { signed: { authorization: { accessKeyId: 'AKIA1' }, secret: { principal } } as never, isProven: true }
    assert.deepEqual(identityOf(user, '000000000000'), {
      type: 'IAMUser',
      principalId: 'AKIA1',
      arn: principal.arn,
      accountId: '000000000000',
      accessKeyId: 'AKIA1',
      userName: 'page',
    })
  })
})
