import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { ListSchemasCommand, PersonalizeClient } from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { fc } from '#test/properties.ts'
import { authenticate } from '#test/wire.ts'
import { ServiceException } from '../../contract/errors.ts'
import type { SignableRequest } from './sigv4.ts'

const now = new Date('2026-11-23T12:00:00.500Z')
const longTerm = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'temporary-secret', sessionToken: 'a/session+token==' }
const credentials = new Map([longTerm, temporary].map(({ accessKeyId, ...secret }) => [accessKeyId, secret]))

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const parameterName = text.filter(name => name !== '__proto__')
const signerRequests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  segments: fc.array(fc.oneof(text, fc.constantFrom('.', '..', '', 'a%2Fb', "!'()*", '100%')), { maxLength: 4 }),
  query: fc.dictionary(parameterName, fc.oneof(text, fc.array(text, { maxLength: 3 }))),
  header: fc.string({ unit: fc.constantFrom(' ', '\t', 'a', 'B', ',', '"', ';', '='), maxLength: 20 }),
  body: fc.oneof(text, fc.uint8Array({ maxLength: 3000 })),
  region: fc.constantFrom('us-east-1', 'eu-west-1', 'local'),
  credential: fc.constantFrom(longTerm, temporary),
  applyChecksum: fc.boolean(),
})
type SignerRequest = typeof signerRequests extends fc.Arbitrary<infer T> ? T : never

describe('authenticate', () => {
  it('accepts requests of the official clients, unless their secret is wrong', async t => {
    const server = createServer(async (message, response) => {
      const { method = '', url = '', headers } = message
      const body = await buffer(message)
      try {
        authenticate({ method, url, headers, body }, credentials, new Date())
      } catch (error) {
        response.writeHead(403, { 'x-amzn-errortype': error instanceof ServiceException ? error.code : 'no' })
      }
      response.end('{}')
    })
    t.after(() => server.close().closeAllConnections())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const users = [{ userId: 'жук', properties: '{"name":"naïve ☕"}' }]
    const datasetArn = 'arn:aws:personalize:eu-west-1:000000000000:dataset/shop/USERS'
    const options = { endpoint, region: 'eu-west-1', credentials: temporary }
    await new PersonalizeEventsClient(options).send(new PutUsersCommand({ datasetArn, users }))
    await new PersonalizeClient({ ...options, credentials: longTerm }).send(new ListSchemasCommand({}))
    const wrongSecret = { ...temporary, secretAccessKey: 'other' }
    const refused = new PersonalizeClient({ ...options, credentials: wrongSecret }).send(new ListSchemasCommand({}))
    await assert.rejects(refused, { name: 'InvalidSignatureException' })
  })

  it('accepts every request that the official signer signs', async () => {
    await fc.assert(
      fc.asyncProperty(signerRequests, async generated => {
        authenticate(await signedBySmithy(generated), credentials, now)
      }),
      { numRuns: 500 },
    )
  })

  it('accepts every request that the official presigner signs', async () => {
    await fc.assert(
      fc.asyncProperty(signerRequests, async generated => {
        authenticate(await signedBySmithy(generated, 60), credentials, now)
      }),
      { numRuns: 200 },
    )
  })
})

/** @param expiresIn in seconds: signed in the query string */
async function signedBySmithy(generated: SignerRequest, expiresIn?: number): Promise<SignableRequest> {
  const { method, segments, query, header, body, region, credential, applyChecksum } = generated
  const path = `/${segments.map(encodeURIComponent).join('/')}`
  const signer = new SignatureV4({
    service: 'personalize',
    region,
    credentials: credential,
    sha256: Sha256,
    applyChecksum,
  })
  const headers = {
    Host: 'localhost:8080',
    'Content-Type': 'application/json',
    'My-Header': header,
    'User-Agent': 'me',
  }
  const unsigned = { method, protocol: 'http:', hostname: 'localhost', path, query, headers, body }
  const signed = expiresIn
    ? await signer.presign(unsigned, { signingDate: now, expiresIn })
    : await signer.sign(unsigned, { signingDate: now })
  const pairs = Object.entries((signed.query ?? {}) as typeof query).flatMap(([name, values]) =>
    [values].flat().map(value => [name, value]),
  )
  const sent = pairs.map(pair => pair.map(text => encodeURIComponent(text!)).join('=')).join('&')
  const lowerCased = Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value])
  return { method, url: `${path}?${sent}`, headers: Object.fromEntries(lowerCased), body: Buffer.from(body) }
}
