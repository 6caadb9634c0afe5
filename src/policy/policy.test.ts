import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ask, isUnrestricted, POLICY_CHARACTERS_MAX, readPolicy } from './policy.ts'
import { PREPARED, preparedPolicy } from './prepared.ts'

const DATASET = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS'
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' })
/** A policy variable. */
const v = (name: string) => `\${${name}}`
const policy = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements })

/** The answer of a policy to an action on a resource, in a context of values or of lists of them. */
function answer(
  document: object,
  action = 'personalize:PutUsers',
  resource = DATASET,
  context: Readonly<Record<string, string | readonly string[]>> = {},
) {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]))
  return ask(readPolicy(document), { action, resource, context: key => values.get(key) })
}

describe('a policy', () => {
  it('allows nothing that no statement allows', () => {
    assert.equal(answer(policy(allow({ Action: 'personalize:PutItems' }))), 'unmentioned')
  })

  it('denies before it allows, in any order of the statements', () => {
    assert.equal(answer(policy(allow(), deny())), 'denied')
    assert.equal(answer(policy(deny(), allow())), 'denied')
  })

  it('takes one statement as well as a list', () => {
    assert.equal(answer({ Version: '2012-10-17', Id: 'one', Statement: allow() }), 'allowed')
  })

  for (const [action, isNamed] of [
    ['personalize:PutUsers', true],
    ['PERSONALIZE:putusers', true],
    ['personalize:Put*', true],
    ['personalize:*Users', true],
    ['personalize:PutUser?', true],
    ['personalize:PutUser', false],
    ['personalize:PutUsers?', false],
    ['personalite:*', false],
    ['s3:*', false],
    ['*:*', true],
    ['*', true],
  ] as const) {
    it(`has ${action} ${isNamed ? 'for' : 'not for'} PutUsers`, () => {
      assert.equal(answer(policy(allow({ Action: action }))), isNamed ? 'allowed' : 'unmentioned')
      assert.equal(answer(policy(allow(), deny({ Action: [action] }))), isNamed ? 'denied' : 'allowed')
      const not = { Effect: 'Allow', NotAction: action, Resource: '*' }
      assert.equal(answer(policy(not)), isNamed ? 'unmentioned' : 'allowed')
    })
  }

  for (const [resource, isNamed] of [
    ['*', true],
    [DATASET, true],
    ['arn:aws:personalize:*:*:dataset/*', true],
    ['arn:*:personalize:us-????-1:000000000000:dataset/shop/USERS', true],
    ['arn:aws:personalize:us-east-1:000000000000:*', true],
    ['arn:aws:personalize:us-east-1:000000000000:*USERS', true],
    ['arn:aws:personalize:us-east-1:000000000000:DATASET/shop/USERS', false],
    ['arn:aws:personalize:us-east-1:000000000000:dataset/shop', false],
    // A wildcard stays within its field
    ['arn:aws:personalize:*:dataset/shop/USERS:*', false],
    ['arn:aws:*:us-east-1:000000000000:dataset/shop/USERS/*', false],
    ['arn:aws:personalize:us-east-1:0*:dataset/shop/?SERS', true],
    ['arn:aws:s3:::bucket/*', false],
  ] as const) {
    it(`has ${resource} ${isNamed ? 'for' : 'not for'} ${DATASET}`, () => {
      assert.equal(answer(policy(allow({ Resource: resource }))), isNamed ? 'allowed' : 'unmentioned')
      assert.equal(answer(policy(allow(), deny({ Resource: [resource] }))), isNamed ? 'denied' : 'allowed')
      assert.equal(
        answer(policy({ Effect: 'Allow', Action: '*', NotResource: resource })),
        isNamed ? 'unmentioned' : 'allowed',
      )
    })
  }

  for (const resource of [
    DATASET.replace('us-east-1', 'eu-west-1'),
    DATASET.replace('000000000000', '123456789012'),
    DATASET.replace('arn:aws:personalize:us-east-1', 'arn:aws-cn:personalize:cn-*'),
    DATASET.replace('us-east-1:000000000000', ':'),
  ]) {
    it(`has ${resource} for ${DATASET} where it refuses, and not where it allows`, () => {
      assert.equal(answer(policy(allow(), deny({ Resource: resource }))), 'denied')
      assert.equal(answer(policy(allow({ Resource: resource }))), 'unmentioned')
      assert.equal(answer(policy({ Effect: 'Allow', Action: '*', NotResource: resource })), 'unmentioned')
      assert.equal(answer(policy(allow(), { Effect: 'Deny', Action: '*', NotResource: resource })), 'denied')
    })
  }

  it('allows a resource under the ARN that the caller sees in its region', () => {
    const shownAs = DATASET.replace('us-east-1', 'eu-west-1')
    const inEurope = (document: object) => {
      const request = { action: 'personalize:PutUsers', resource: DATASET, shownAs, context: () => undefined }
      return ask(readPolicy(document), request)
    }
    assert.equal(inEurope(policy(allow({ Resource: shownAs }))), 'allowed')
    assert.equal(inEurope(policy(allow({ Resource: DATASET }))), 'allowed')
    assert.equal(inEurope(policy(allow({ Resource: DATASET.replace('us-east-1', 'us-west-2') }))), 'unmentioned')
    assert.equal(inEurope(policy(allow(), { Effect: 'Deny', Action: '*', NotResource: shownAs })), 'allowed')
  })

  it('needs Resource * for an action that has no resource', () => {
    const list = (Resource: string) => answer(policy(allow({ Resource })), 'personalize:ListDatasets', '*')
    assert.equal(list('*'), 'allowed')
    assert.equal(list('arn:aws:personalize:*:*:*'), 'unmentioned')
  })

  it('puts values of the request in place of variables, in which * is no wildcard', () => {
    const own = policy(allow({ Resource: `arn:aws:personalize:*:*:dataset/${v('aws:username')}/*` }))
    assert.equal(answer(own, undefined, DATASET, { 'aws:username': 'shop' }), 'allowed')
    assert.equal(answer(own, undefined, DATASET, { 'aws:username': 'other' }), 'unmentioned')
    assert.equal(answer(own, undefined, DATASET, { 'aws:username': '*' }), 'unmentioned')
    assert.equal(answer(own, undefined, DATASET), 'unmentioned')
    const withDefault = policy(allow({ Resource: `arn:aws:personalize:*:*:dataset/${v("aws:username, 'shop'")}/*` }))
    assert.equal(answer(withDefault, undefined, DATASET), 'allowed')
    const star = policy(allow({ Resource: `arn:aws:personalize:*:*:dataset/${v('*')}/*` }))
    assert.equal(answer(star, undefined, DATASET), 'unmentioned')
  })

  it('has no variables in the older version of the language', () => {
    const old = {
      ...policy(allow({ Resource: `arn:aws:personalize:*:*:dataset/${v('aws:username')}/*` })),
      Version: '2008-10-17',
    }
    assert.equal(answer(old, undefined, DATASET, { 'aws:username': 'shop' }), 'unmentioned')
  })

  it('takes no longer for many wildcards', () => {
    const many = policy(allow({ Resource: `arn:aws:personalize:*:*:${'*a'.repeat(500)}b` }))
    assert.equal(answer(many, undefined, `arn:aws:personalize:::${'a'.repeat(2000)}`), 'unmentioned')
  })
})

const DAY = { 'aws:CurrentTime': '2026-03-01T12:00:00Z' }
const TAGS = { 'aws:TagKeys': ['team', 'cost'] }

describe('the conditions of a policy', () => {
  for (const [condition, context, holds] of [
    [{ StringEquals: { 'aws:username': ['ann', 'bob'] } }, { 'aws:username': 'bob' }, true],
    [{ StringEquals: { 'aws:username': 'bob' } }, { 'aws:username': 'Bob' }, false],
    [{ stringequals: { 'AWS:UserName': 'bob' } }, { 'aws:username': 'bob' }, true],
    [{ StringEquals: { 'aws:username': 'b*' } }, { 'aws:username': 'bob' }, false],
    [{ StringEquals: { 'aws:username': 'bob' } }, {}, false],
    [{ StringEqualsIfExists: { 'aws:username': 'bob' } }, {}, true],
    [{ StringEqualsIfExists: { 'aws:username': 'bob' } }, { 'aws:username': 'ann' }, false],
    [{ StringNotEquals: { 'aws:username': ['ann', 'bob'] } }, { 'aws:username': 'bob' }, false],
    [{ StringNotEquals: { 'aws:username': ['ann', 'bob'] } }, { 'aws:username': 'eve' }, true],
    [{ StringNotEquals: { 'aws:username': 'bob' } }, {}, true],
    [{ StringEqualsIgnoreCase: { 'aws:username': 'BOB' } }, { 'aws:username': 'bob' }, true],
    [{ StringLike: { 'aws:username': 'b?b*' } }, { 'aws:username': 'bob' }, true],
    [{ StringNotLike: { 'aws:username': 'b*' } }, { 'aws:username': 'bob' }, false],
    [{ StringEquals: { 'aws:ResourceTag/team': 'a', 'aws:username': 'bob' } }, { 'aws:username': 'bob' }, false],
    [
      { StringEquals: { 'aws:ResourceTag/Team': `${v('aws:username')}` } },
      { 'aws:ResourceTag/team': 'bob', 'aws:username': 'bob' },
      true,
    ],
    [{ NumericLessThan: { 'aws:EpochTime': 100 } }, { 'aws:EpochTime': '99.5' }, true],
    [{ NumericGreaterThanEquals: { 'aws:EpochTime': '1e2' } }, { 'aws:EpochTime': '100' }, true],
    [{ NumericEquals: { 'aws:EpochTime': '100' } }, { 'aws:EpochTime': 'many' }, false],
    [{ NumericNotEquals: { 'aws:EpochTime': '100' } }, { 'aws:EpochTime': 'many' }, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-03-01T12:00:01Z' } }, DAY, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-03-01T12:00:00Z' } }, DAY, false],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2026-03-01T12:30:00+01:00' } }, DAY, true],
    [{ DateGreaterThan: { 'aws:CurrentTime': '1700000000' } }, DAY, true],
    [{ Bool: { 'aws:SecureTransport': true } }, { 'aws:SecureTransport': 'false' }, false],
    [{ Bool: { 'aws:SecureTransport': 'False' } }, { 'aws:SecureTransport': 'false' }, true],
    [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, false],
    [{ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.1.1'] } }, { 'aws:SourceIp': '10.200.3.4' }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '::ffff:10.1.1.1' }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '::ffff:a01:101' }, true],
    [{ IpAddress: { 'aws:SourceIp': '::ffff:10.0.0.0/104' } }, { 'aws:SourceIp': '10.1.1.1' }, true],
    [{ IpAddress: { 'aws:SourceIp': '::/0' } }, { 'aws:SourceIp': '10.1.1.1' }, false],
    [{ IpAddress: { 'aws:SourceIp': '::/0' } }, { 'aws:SourceIp': '2001:db8::1' }, true],
    [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, { 'aws:SourceIp': '2001:db8::1' }, false],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '11.1.1.1' }, false],
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, { 'aws:SourceIp': '2001:db8:1::5' }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '10.1.1.1' }, false],
    [{ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, {}, true],
    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/a*' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::1:user/ann' },
      true,
    ],
    [
      { ArnEquals: { 'aws:PrincipalArn': 'arn:*:user/ann:a:b:c' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::1:user/ann' },
      false,
    ],
    [
      { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::1:user/ann' },
      false,
    ],
    [{ Null: { 'aws:username': 'true' } }, {}, true],
    [{ Null: { 'aws:username': true } }, { 'aws:username': 'bob' }, false],
    [{ Null: { 'aws:username': 'false' } }, { 'aws:username': 'bob' }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost', 'more'] } }, TAGS, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, TAGS, false],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, {}, true],
    [{ 'ForAnyValue:StringLike': { 'aws:TagKeys': 'te*' } }, TAGS, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'owner' } }, TAGS, false],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'owner' } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'team' } }, TAGS, true],
    [{ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'team' } }, {}, false],
    [{ 'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'team' } }, TAGS, false],
  ] as const satisfies readonly (readonly [object, Readonly<Record<string, string | readonly string[]>>, boolean])[]) {
    it(`${JSON.stringify(condition)} ${holds ? 'holds' : 'does not hold'} of ${JSON.stringify(context)}`, () => {
      const given = answer(policy(allow({ Condition: condition })), undefined, undefined, context)
      assert.equal(given, holds ? 'allowed' : 'unmentioned')
      const refused = answer(policy(allow(), deny({ Condition: condition })), undefined, undefined, context)
      assert.equal(refused, holds ? 'denied' : 'allowed')
    })
  }
})

describe('a policy that is not understood', () => {
  for (const [document, message] of [
    [[], /^The policy must be an object with Version, Id, Statement/],
    ['{}', /^The policy must be an object/],
    [{ Version: '2012-10-17' }, /^Statement must be a statement/],
    [{ ...policy(allow()), Version: '2020-01-01' }, /^Version must be 2012-10-17 or 2008-10-17/],
    [{ ...policy(allow()), statement: [] }, /^statement is not a member/],
    [policy(), /^Statement must be/],
    [policy(allow({ Effect: 'allow' })), /^Statement\.1\.Effect must be Allow or Deny, got "allow"/],
    [policy(allow(), allow({ Principal: '*' })), /^Statement\.2\.Principal must be left out/],
    [policy(allow({ Actions: 'x' })), /^Statement\.1\.Actions is not a member/],
    [policy({ Effect: 'Deny', Resource: '*' }), /^Statement\.1 must have one of Action and NotAction/],
    [policy(allow({ NotAction: '*' })), /^Statement\.1 must have one of Action and NotAction/],
    [policy(allow({ Action: 'PutUsers' })), /^Statement\.1\.Action must be \* or an action such as/],
    [policy(allow({ Action: ['*', 5] })), /^Statement\.1\.Action\.2 must be a text, got 5/],
    [policy(allow({ Action: [] })), /^Statement\.1\.Action must not be empty/],
    [policy(allow({ Resource: 'dataset/shop' })), /^Statement\.1\.Resource must be \* or an ARN with six fields/],
    [policy(allow({ Resource: 'arn:aws:personalize:*' })), /^Statement\.1\.Resource must be \* or an ARN/],
    [
      policy(allow({ Resource: `arn:aws:personalize:::a/${v('aws:nobody')}` })),
      /^Statement\.1\.Resource has the variable/,
    ],
    [
      policy(allow({ Resource: `arn:aws:personalize:::a/${v('aws:TagKeys')}` })),
      /^Statement\.1\.Resource has the variable/,
    ],
    [
      policy(allow({ Resource: `arn:aws:personalize:::a/${v('aws:user').slice(0, -1)}` })),
      /^Statement\.1\.Resource has a variable without/,
    ],
    [policy(allow({ Sid: 'a b' })), /^Statement\.1\.Sid must be letters and digits/],
    [policy(allow({ Sid: 'a' }), allow({ Sid: 'a' })), /^Statement has the Sid "a" twice/],
    [policy(allow({ Condition: {} })), /^Statement\.1\.Condition must be an object/],
    [
      policy(allow({ Condition: { StringEqual: { 'aws:username': 'a' } } })),
      /^Statement\.1\.Condition\.StringEqual\.aws:username has no operator/,
    ],
    [policy(allow({ Condition: { NullIfExists: { 'aws:username': 'true' } } })), /has no operator/],
    [
      policy(allow({ Condition: { StringEquals: { 'aws:userName2': 'a' } } })),
      /^Statement\.1\.Condition\.StringEquals\.aws:userName2 is not a condition key/,
    ],
    [policy(allow({ Condition: { StringEquals: { 'aws:ResourceTag/': 'a' } } })), /is not a condition key/],
    [
      policy(allow({ Condition: { StringEquals: { 'aws:TagKeys': 'a' } } })),
      /has several values: write ForAllValues: or ForAnyValue:/,
    ],
    [
      policy(allow({ Condition: { StringEquals: { 'aws:username': {} } } })),
      /must be a text or a list of texts, got \{\}/,
    ],
    [
      policy(allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } })),
      /must be an address or a range.*got "10\.0\.0\.0\/33"/,
    ],
    [policy(allow({ Condition: { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } } })), /must be a time such as/],
    [policy(allow({ Condition: { NumericEquals: { 'aws:EpochTime': '' } } })), /must be a number/],
    [policy(allow({ Condition: { Bool: { 'aws:SecureTransport': 'yes' } } })), /must be true or false/],
    [policy(allow({ Sid: 'a'.repeat(POLICY_CHARACTERS_MAX) })), /must not have more than 6144 characters/],
  ] as const) {
    it(`is refused: ${JSON.stringify(document).slice(0, 120)}`, () => {
      assert.throws(() => readPolicy(document), { name: 'PolicyError', message })
    })
  }
})

describe('the prepared policies', () => {
  const ask = (name: string, action: string, group?: string, context = {}) =>
    answer(preparedPolicy(name, group), action, '*', context)

  it('can all be read', () => {
    for (const name of PREPARED) readPolicy(preparedPolicy(name, name === 'admin' ? undefined : 'shop'))
    assert.throws(() => preparedPolicy('root'), /there are admin, read-only/)
    assert.throws(() => preparedPolicy('one-group'), /needs the name of a dataset group/)
    assert.throws(() => preparedPolicy('admin', 'shop'), /one-group is about one/)
  })

  for (const [name, allowed, refused] of [
    ['admin', 'personalite:ManageKeys', undefined],
    ['read-only', 'personalize:DescribeDataset', 'personalize:PutUsers'],
    ['read-only', 'personalite:InspectRecords', 'personalite:SetPins'],
    ['events-only', 'personalize:PutEvents', 'personalize:PutUsers'],
    ['runtime-only', 'personalize:GetRecommendations', 'personalize:GetSolutionMetrics'],
    ['data-only', 'personalize:PutUsers', 'personalize:CreateDataset'],
  ] as const) {
    it(`${name} allows ${allowed} and not ${refused ?? 'less'}`, () => {
      assert.equal(ask(name, allowed), 'allowed')
      if (refused) assert.equal(ask(name, refused), 'unmentioned')
    })
  }

  it('are about one dataset group where one is named', () => {
    const of = (...groups: readonly string[]) => ({ 'personalite:DatasetGroup': groups })
    for (const [name, action] of [
      ['one-group', 'personalize:DeleteDataset'],
      ['data-only', 'personalize:PutUsers'],
    ] as const) {
      assert.equal(ask(name, action, 'shop', of('shop')), 'allowed')
      assert.equal(ask(name, action, 'shop', of('Shop')), 'unmentioned')
      assert.equal(ask(name, action, 'shop', of('shop', 'other')), 'unmentioned')
      assert.equal(ask(name, action, 'shop', of()), 'unmentioned')
    }
    assert.equal(ask('one-group', 'personalize:ListRecipes', 'shop'), 'allowed')
    assert.equal(ask('one-group', 'personalite:ManageKeys', 'shop', of('shop')), 'unmentioned')
  })

  it('is unrestricted if it is admin', () => {
    const isFree = (name: string) =>
      isUnrestricted(readPolicy(preparedPolicy(name, name === 'admin' ? undefined : 'a')))
    assert.deepEqual(PREPARED.filter(isFree), ['admin'])
    assert.equal(isUnrestricted(readPolicy(policy(allow(), deny({ Action: 's3:*' })))), false)
    assert.equal(isUnrestricted(readPolicy(policy(allow({ Action: 'personalite:*' })))), false)
    const always = { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01' } }
    assert.equal(isUnrestricted(readPolicy(policy(allow({ Condition: always })))), false)
  })
})
