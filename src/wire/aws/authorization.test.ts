import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IncompleteSignatureException } from '../../contract/errors.ts'
import { parseAuthorization, quote } from './authorization.ts'

const signature = '0123456789abcdef'.repeat(4)
const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'

describe('parseAuthorization', () => {
  const expected = {
    ...{ accessKeyId: 'AKIDEXAMPLE', date: '20150830', region: 'us-east-1', service: 'service' },
    ...{ terminator: 'aws4_request', signedHeaders: ['host', 'x-amz-date'], signature },
  }

  it('reads the three parts', () => {
    const header = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`
    assert.deepEqual(parseAuthorization(header), expected)
  })

  it('reads them in any order, with any spaces or none', () => {
    const header = `AWS4-HMAC-SHA256  Signature=${signature},SignedHeaders=host;x-amz-date ,  Credential=${credential}`
    assert.deepEqual(parseAuthorization(header), expected)
  })

  it('reads each signature, also after a header that began with the same words', () => {
    for (const start of [
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=`,
      `AWS4-HMAC-SHA256 Signature=${signature}, Credential=${credential}, SignedHeaders=`,
    ]) {
      const first = parseAuthorization(start + signature)
      const other = 'f'.repeat(64)
      assert.deepEqual(first.signature, signature)
      const expected = start.endsWith('Signature=') ? { signature: other } : { signedHeaders: [other] }
      assert.deepEqual(parseAuthorization(start + other), { ...first, ...expected })
      const malformed = () => parseAuthorization(start + 'F'.repeat(64))
      for (const _ of ['not remembered', 'either']) assert.throws(malformed, IncompleteSignatureException)
    }
  })

  const refused: [header: string, message: string][] = [
    ['Bearer abc.def', "Unsupported AWS 'algorithm': 'Bearer' (only AWS4-HMAC-SHA256 is accepted)."],
    [
      'AWS4-ECDSA-P256-SHA256 Credential=a',
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 is accepted).",
    ],
    ['wJalrXUtnFEMI', "Unsupported AWS 'algorithm': '' (only AWS4-HMAC-SHA256 is accepted)."],
    [
      `AWS4-HMAC-SHA256 Credential=, Signature=${signature}`,
      "Authorization header requires 'Credential' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      `AWS4-HMAC-SHA256 Signature=${signature}, Credential`,
      "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header.",
    ],
    [
      'AWS4-HMAC-SHA256 Credential=a, Credential=b',
      "'Credential' must be in the Authorization header once, not twice.",
    ],
    [
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=${signature.toUpperCase()}`,
      'Signature must be 64 lower-case hexadecimal digits.',
    ],
    ...['x-amz-date;host', 'host;host', 'Host', 'host;'].map((names): [string, string] => [
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
      `SignedHeaders must be lower-case header names, sorted, each once, separated by ';', got '${names}'.`,
    ]),
    ...['a/b/c/d', 'a/b/c/d/e/f', 'a//c/d/e'].map((text): [string, string] => [
      `AWS4-HMAC-SHA256 Credential=${text}, SignedHeaders=host, Signature=${signature}`,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'.`,
    ]),
  ]
  for (const [header, message] of refused) {
    it(`refuses ${header.slice(0, 80)}: ${message}`, () => {
      assert.throws(() => parseAuthorization(header), new IncompleteSignatureException(message))
    })
  }
})

describe('quote', () => {
  it('cuts a text after 100 characters', () => {
    assert.equal(quote('x'.repeat(100)), `'${'x'.repeat(100)}'`)
    assert.equal(quote('x'.repeat(101)), `'${'x'.repeat(100)}…'`)
  })
})
