import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { authenticate } from '#test/wire.ts'
import { ServiceException } from '../../contract/errors.ts'
import { canonicalRequest, sha256, signature } from './sigv4.ts'

const now = new Date('2026-11-23T12:00:00Z')
const credentials = new Map([
  ['AKIDEXAMPLE', { secretAccessKey: 'a-secret' }],
  ['ASIAEXAMPLE', { secretAccessKey: 'temporary-secret', sessionToken: 'a/session+token==' }],
])
const SCOPE = '20261123/eu-west-1/personalize/aws4_request'
const headers = { host: 'localhost:7377', 'content-type': 'application/json' }
const body = Buffer.from('{"userId":"жук"}')

/** Returns a presigned target of `POST /recommendations`, to which parameters are then added unsigned. */
function presign(changed: Readonly<Record<string, string>> = {}, added = '', signed = headers): string {
  const parameters: Record<string, string> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `AKIDEXAMPLE/${SCOPE}`,
    'X-Amz-Date': '20261123T120000Z',
    'X-Amz-Expires': '3600',
    'X-Amz-SignedHeaders': 'host',
    ...changed,
  }
  const pairs = Object.entries(parameters).filter(([, value]) => value !== '')
  const url = `/recommendations?${pairs.map(pair => pair.map(encodeURIComponent).join('=')).join('&')}`
  const names = (parameters['X-Amz-SignedHeaders'] ?? '').split(';')
  const canonical = canonicalRequest({ method: 'POST', url, headers: signed }, names, sha256(body))
  const [accessKeyId = '', date = '', region = '', service = ''] = (parameters['X-Amz-Credential'] ?? '').split('/')
  const secret = credentials.get(accessKeyId)?.secretAccessKey ?? ''
  const value = signature(secret, { date, region, service }, parameters['X-Amz-Date'] ?? '', canonical)
  return `${url}&X-Amz-Signature=${value}${added}`
}

function outcome(url: string, at = now, sent: Buffer = body, more: Readonly<Record<string, string>> = {}): string {
  try {
    authenticate({ method: 'POST', url, headers: { ...headers, ...more }, body: sent }, credentials, at)
    return 'accepted'
  } catch (error) {
    assert.ok(error instanceof ServiceException, String(error))
    return `${error.code}: ${error.message}`
  }
}

const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

describe('a presigned request', () => {
  it('is accepted for as long as its URL states, and not one second longer', () => {
    const url = presign()
    assert.equal(outcome(url), 'accepted')
    assert.equal(outcome(url, later(3600)), 'accepted')
    assert.match(outcome(url, later(3601)), /^InvalidSignatureException: Signature expired: .*sign it anew$/)
    assert.equal(outcome(url, later(-300)), 'accepted')
    assert.match(outcome(url, later(-301)), /^InvalidSignatureException: Signature not yet current/)
    const week = presign({ 'X-Amz-Expires': '604800' })
    assert.equal(outcome(week, later(604_800)), 'accepted')
  })

  it('is accepted with the token of temporary credentials, and refused without', () => {
    const temporary = { 'X-Amz-Credential': `ASIAEXAMPLE/${SCOPE}` }
    assert.equal(outcome(presign({ ...temporary, 'X-Amz-Security-Token': 'a/session+token==' })), 'accepted')
    assert.match(outcome(presign(temporary)), /^UnrecognizedClientException/)
    assert.match(outcome(presign({ ...temporary, 'X-Amz-Security-Token': 'other' })), /^UnrecognizedClientException/)
    assert.match(outcome(presign({ 'X-Amz-Security-Token': 'a' })), /unset AWS_SESSION_TOKEN/)
  })

  it('is refused where any part of it has changed', () => {
    const url = presign({ 'X-Amz-SignedHeaders': 'content-type;host' })
    assert.equal(outcome(url), 'accepted')
    for (let at = 1; at < url.length; at++) {
      for (const character of ['X', '0', 'a']) {
        if (url[at] === character) continue
        assert.notEqual(outcome(`${url.slice(0, at)}${character}${url.slice(at + 1)}`), 'accepted', `at ${at}`)
      }
    }
    assert.match(outcome(`${url}&a=b`), /does not match/)
    assert.match(outcome(url, now, Buffer.from('{"userId":"other"}')), /does not match/)
    assert.match(outcome(url, now, body, { host: 'other' }), /does not match/)
    assert.match(outcome(url, now, body, { 'x-amz-target': 'A.B' }), /'x-amz-target' must be a 'SignedHeader'/)
  })

  for (const [what, url, message] of [
    ['a parameter is missing', presign({ 'X-Amz-Expires': '' }), /must include 'X-Amz-Expires'\./],
    [
      'the signature comes twice',
      presign({}, `&X-Amz-Signature=${'0'.repeat(64)}`),
      /must be in the query string once/,
    ],
    ['another algorithm is asked for', presign({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }), /only AWS4-HMAC-SHA256/],
    ['it is good for more than a week', presign({ 'X-Amz-Expires': '604801' }), /from 1 to 604800 \(7 days\)/],
    ['it is good for no time', presign({ 'X-Amz-Expires': '0' }), /from 1 to 604800/],
    ['the host is not signed', presign({ 'X-Amz-SignedHeaders': 'content-type' }), /'Host' must be a 'SignedHeader'/],
    [
      'it is for another service',
      presign({ 'X-Amz-Credential': `AKIDEXAMPLE/${SCOPE}`.replace('personalize', 's3') }),
      /'personalize'/,
    ],
    ['its key is unknown', presign({ 'X-Amz-Credential': `no/${SCOPE}` }), /no such access key/],
    ['its percent-encoding is broken', presign({}, '&X-Amz-Note=%E0%A4%A'), /well-formed percent-encoding/],
    ['its signature is none', presign().replace(/.{64}$/, 'x'), /64 lower-case hexadecimal digits/],
  ] as const) {
    it(`is refused where ${what}`, () => assert.match(outcome(url), message))
  }
})
