import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { authenticate } from '#test/wire.ts'
import { ServiceException } from '../../contract/errors.ts'
import { canonicalRequest, type SignableRequest, type SigningCredential, sha256, sign, signature } from './sigv4.ts'

const now = new Date('2026-11-23T12:00:00.500Z')
const longTerm = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'temporary-secret', sessionToken: 'a/session+token==' }
const credentials = new Map([longTerm, temporary].map(({ accessKeyId, ...secret }) => [accessKeyId, secret]))
const mismatch =
  'InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check ' +
  'your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const invalidToken = 'UnrecognizedClientException: The security token included in the request is invalid'
const LEFT_OVER =
  'the request has a session token, and its access key has none. A token of other credentials may be left in the ' +
  'environment: unset AWS_SESSION_TOKEN.'

describe('authenticate', () => {
  it('refuses a request in which a single character has changed', () => {
    const signed = request({ url: '/users/a?b=c&d=e' })
    const { method, url, headers } = signed
    assert.equal(outcome(signed), 'accepted')
    const tampered = [
      ...changes(method).map(changed => ({ ...signed, method: changed })),
      ...changes(url.slice(1)).map(changed => ({ ...signed, url: `/${changed}` })),
      ...Object.entries(headers).flatMap(([name, value]) =>
        changes(String(value)).map(changed => ({ ...signed, headers: { ...headers, [name]: changed } })),
      ),
    ]
    for (const request of tampered) {
      assert.match(
        outcome(request),
        /^(Invalid|Incomplete)SignatureExc|^UnrecognizedClientExc/,
        JSON.stringify(request),
      )
    }
  })

  it('refuses a request in which a single bit of the body or of the signature has changed', () => {
    const signed = request({})
    for (let bit = 0; bit < signed.body.length * 8; bit++) {
      assert.equal(outcome({ ...signed, body: flip(signed.body, bit) }), mismatch)
    }
    const [head, signature] = String(signed.headers.authorization).split('Signature=') as [string, string]
    for (let bit = 0; bit < 256; bit++) {
      const authorization = `${head}Signature=${flip(Buffer.from(signature, 'hex'), bit).toString('hex')}`
      assert.equal(outcome(withHeaders(signed, signed.headers, authorization)), mismatch)
    }
  })

  it('throws nothing but a ServiceException, for any request', () => {
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' ', ',', '=', '/', ';', '%', '__proto__', 'constructor', 'x'.repeat(100_000)),
    )
    const authorization = fc.oneof(
      garbage,
      fc.tuple(garbage, garbage, garbage).map(([a, b, c]) => `AWS4-HMAC-SHA256 ${a}Credential=${b}, Signature=${c}`),
      fc
        .tuple(garbage, garbage)
        .map(([a, b]) => authorize(`AKIDEXAMPLE/20261123/${a}/personalize/aws4_request`, `host;${b}`)),
    )
    const headers = fc.record(
      {
        host: garbage,
        date: fc.oneof(garbage, fc.constant('Invalid Date')),
        'x-amz-date': fc.oneof(garbage, fc.constantFrom('20261123T120000Z', '99999999T999999Z')),
        'x-amz-content-sha256': garbage,
        'x-amz-security-token': fc.oneof(garbage, fc.array(garbage)),
        authorization: authorization as fc.Arbitrary<string>,
      },
      { requiredKeys: [] },
    )
    const url = fc.oneof(
      garbage,
      garbage.map(text => `/?${text}`),
    )
    fc.assert(
      fc.property(url, headers, (url, headers) => {
        const request = { method: 'POST', url, headers: headers as IncomingHttpHeaders, body: Buffer.alloc(0) }
        assert.match(outcome(request), /Exception: ./)
      }),
      { numRuns: 3000 },
    )
  })

  // Each request fails the check in its name and every later check. The first one decides the error.
  const late = { 'x-amz-content-sha256': '0'.repeat(64), 'x-amz-security-token': 'no', host: 'h' }
  const scope = '20261123/eu-west-1/personalize/aws4_request'
  const all = 'host;x-amz-content-sha256;x-amz-date;x-amz-security-token'
  const at = (date: string) => ({ ...late, 'x-amz-date': date })
  const inOrder: [what: string, headers: IncomingHttpHeaders, authorization: string | undefined, expected: string][] = [
    ['no Authorization header', late, undefined, 'MissingAuthenticationTokenException: Missing Authentication Token'],
    [
      'another algorithm',
      late,
      'AWS4-ECDSA-P256-SHA256 Credential=a',
      "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 is accepted).",
    ],
    [
      'missing parameters',
      late,
      'AWS4-HMAC-SHA256 Credential=no/20260101/a b/s3/aws5',
      "IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization header requires 'Signature' parameter.",
    ],
    [
      'a region that cannot be one',
      late,
      authorize('no/20260101/a b/s3/aws5', 'date'),
      "InvalidSignatureException: Credential should be scoped to a valid Region, not 'a b'.",
    ],
    [
      'another service',
      late,
      authorize('no/20260101/eu-west-1/sts/aws5', 'date'),
      "InvalidSignatureException: Credential should be scoped to correct service: 'personalize'.",
    ],
    [
      'another terminator',
      late,
      authorize('no/20260101/eu-west-1/personalize/aws5', 'date'),
      "InvalidSignatureException: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
    ],
    [
      'an unsigned host',
      late,
      authorize(`no/${scope}`, 'date'),
      "InvalidSignatureException: 'Host' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'no date',
      late,
      authorize(`no/${scope}`, 'host'),
      "IncompleteSignatureException: Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ],
    [
      'an unsigned date',
      { ...late, date: 'x' },
      authorize(`no/${scope}`, 'host'),
      "InvalidSignatureException: 'Date' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'an unsigned x-amz- header',
      at('x'),
      authorize(`no/${scope}`, 'constructor;host;x-amz-content-sha256;x-amz-date'),
      "InvalidSignatureException: 'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'a signed header that is not there',
      at('x'),
      authorize(`no/${scope}`, `constructor;${all}`),
      "InvalidSignatureException: SignedHeaders names 'constructor', a header that the request does not have: was it lost on the way?",
    ],
    [
      'a date of another form',
      at('2026-11-23'),
      authorize(`no/${scope}`, all),
      "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '2026-11-23'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      'a date that does not exist',
      at('20260230T000000Z'),
      authorize(`no/${scope}`, all),
      "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '20260230T000000Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      'a scope of another day',
      at('20261122T000000Z'),
      authorize(`no/${scope}`, all),
      'InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from ' +
        "HTTP: '20261123' != '20261122', from '20261122T000000Z'.",
    ],
    [
      'a date long past',
      at('20261123T000000Z'),
      authorize(`no/${scope}`, all),
      'InvalidSignatureException: Signature expired: 20261123T000000Z is now earlier than 20261123T115500Z ' +
        "(20261123T120000Z - 5 min.): the time of signing is 12 h behind this server's clock; set the clocks right",
    ],
    [
      'a date to come',
      at('20261123T130000Z'),
      authorize(`no/${scope}`, all),
      'InvalidSignatureException: Signature not yet current: 20261123T130000Z is still later than 20261123T120500Z ' +
        "(20261123T120000Z + 5 min.): the time of signing is 1 h ahead of this server's clock; set the clocks right",
    ],
    [
      'an unknown access key',
      at('20261123T120000Z'),
      authorize(`no/${scope}`, all),
      `${invalidToken}: this server has no such access key.`,
    ],
    [
      'another session token',
      at('20261123T120000Z'),
      authorize(`ASIAEXAMPLE/${scope}`, all),
      `${invalidToken}: the request must have the session token of its access key.`,
    ],
    [
      'a token with a long-term key',
      at('20261123T120000Z'),
      authorize(`AKIDEXAMPLE/${scope}`, all),
      `${invalidToken}: ${LEFT_OVER}`,
    ],
    [
      'the hash of another body',
      { ...at('20261123T120000Z'), 'x-amz-security-token': temporary.sessionToken },
      authorize(`ASIAEXAMPLE/${scope}`, all),
      "InvalidSignatureException: The provided 'x-amz-content-sha256' header does not match what was computed.",
    ],
  ]
  for (const [what, headers, authorization, expected] of inOrder) {
    it(`refuses ${what}`, () => assert.equal(outcome(withHeaders(request({}), headers, authorization)), expected))
  }

  for (const payload of ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD']) {
    it(`refuses ${payload}, saying so`, () => {
      const headers = { host: 'localhost', 'x-amz-content-sha256': payload }
      assert.match(
        outcome(request({ headers })),
        /^InvalidSignatureException: .*unsigned and streaming payloads are not/,
      )
    })
  }

  it('refuses temporary credentials without their token, and another secret', () => {
    const { sessionToken: _, ...withoutToken } = temporary
    assert.equal(
      outcome(request({ credential: withoutToken })),
      `${invalidToken}: the request must have the session token of its access key.`,
    )
    assert.equal(outcome(request({ credential: { ...longTerm, secretAccessKey: 'other' } })), mismatch)
  })

  it('accepts a clock that is five minutes off, and not one second more', () => {
    const minutes = (value: number) => new Date(Date.UTC(2026, 10, 23, 12) + value * 60_000)
    assert.equal(outcome(request({ signedAt: minutes(-5) })), 'accepted')
    assert.equal(outcome(request({ signedAt: minutes(5) })), 'accepted')
    assert.match(outcome(request({ signedAt: minutes(-5 - 1 / 60) })), /Signature expired: 20261123T115459Z/)
    assert.match(outcome(request({ signedAt: minutes(5 + 1 / 60) })), /Signature not yet current: 20261123T120501Z/)
  })

  it('accepts a Date header in place of x-amz-date', () => {
    const dated = (date: string) => {
      const headers = { host: 'localhost', date }
      const canonical = canonicalRequest({ method: 'POST', url: '/', headers }, ['date', 'host'], sha256(''))
      const scope = { date: '20261123', region: 'local', service: 'personalize' }
      const signed = signature(longTerm.secretAccessKey, scope, '20261123T120000Z', canonical)
      const authorization = authorize('AKIDEXAMPLE/20261123/local/personalize/aws4_request', 'date;host', signed)
      return { method: 'POST', url: '/', headers: { ...headers, authorization }, body: Buffer.alloc(0) }
    }
    assert.equal(outcome(dated('Mon, 23 Nov 2026 12:00:00 GMT')), 'accepted')
    assert.equal(outcome(dated('20261123T120000Z')), 'accepted')
    assert.equal(outcome(dated('Mon, 23 Nov 2026 12:00:01 GMT')), mismatch)
    assert.match(outcome(dated('Tue, 23 Nov 2026 12:00:00 GMT')), /^IncompleteSignatureException: Date must be/)
  })
})

function outcome(request: SignableRequest): string {
  try {
    authenticate(request, credentials, now)
    return 'accepted'
  } catch (error) {
    assert.ok(error instanceof ServiceException, String(error))
    return `${error.code}: ${error.message}`
  }
}

type Overrides = { url?: string; headers?: Record<string, string>; credential?: SigningCredential; signedAt?: Date }

function request({ url = '/users', headers, credential = temporary, signedAt = now }: Overrides): SignableRequest {
  const body = Buffer.from('{"users":[{"userId":"жук"}]}')
  const sent = headers ?? { host: 'localhost', 'content-type': 'application/json', 'x-amz-target': 'A.B' }
  const signed = sign({ method: 'POST', url, headers: sent, body }, credential, { region: 'eu-west-1', now: signedAt })
  return { method: 'POST', url, headers: signed, body }
}

function withHeaders(request: SignableRequest, headers: IncomingHttpHeaders, authorization?: string): SignableRequest {
  return { ...request, headers: authorization === undefined ? headers : { ...headers, authorization } }
}

function authorize(credential: string, signedHeaders: string, signature = '0'.repeat(64)): string {
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`
}

// Ignores the spaces and commas between the parts of an Authorization header, which may come in any number.
function changes(text: string): string[] {
  const positions = Array.from(text, (_, i) => i).filter(i => !', '.includes(text[i]!))
  return positions
    .flatMap(i => ['X', '0', 'z', '/', '%'].map(character => text.slice(0, i) + character + text.slice(i + 1)))
    .filter(changed => changed !== text)
}

function flip(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[bit >> 3]! ^= 1 << (bit & 7)
  return flipped
}
