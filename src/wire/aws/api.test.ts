import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DescribeDatasetCommand } from '@aws-sdk/client-personalize'
import { InvalidInputException, PutUsersCommand, ResourceNotFoundException } from '@aws-sdk/client-personalize-events'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { propertiesOf } from '#test/http.ts'
import { connectRaw, type RawRequest, signedRequest } from '#test/raw-http.ts'
import { createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../../config/config.ts'

const SHOP = 'https://shop.example'

describe('the API over HTTP', () => {
  let server: TestServer
  let datasetArn: string

  before(async () => {
    server = await startTestServer({ corsOrigins: [SHOP] })
    datasetArn = (await createUsersDataset(server)).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const exchange = async (request: RawRequest) => {
    using connection = await connectRaw(server.url)
    return (await connection.exchange(signedRequest(server.url, request)))!
  }
  const putUsers = (unsigned: Record<string, string> = {}, users: object[] = [{ userId: 'u' }]) =>
    exchange({ path: '/users', body: JSON.stringify({ datasetArn, users }), unsigned })

  it('answers PutUsers as the service does', async () => {
    const { status, body, headers } = await putUsers()
    assert.deepEqual([status, body], [200, ''])
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['content-length'], '0')
    assert.match(headers['x-amzn-requestid']!, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.ok(Date.parse(headers.date!))
    const names = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'x-amzn-requestid']
    assert.deepEqual(Object.keys(headers).sort(), names)
  })

  it('answers a request that was signed in the query string', async () => {
    const { hostname, port, host } = new URL(server.url)
    const signer = new SignatureV4({
      service: 'personalize',
      region: 'us-east-1',
      credentials: LOCAL_KEY,
      sha256: Sha256,
    })
    const body = JSON.stringify({ datasetArn, users: [{ userId: 'presigned' }] })
    const unsigned = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/users', body }
    const { query } = await signer.presign({ ...unsigned, query: {}, headers: { host } }, { expiresIn: 60 })
    const url = `${server.url}/users?${new URLSearchParams(query as Record<string, string>)}`
    assert.equal((await fetch(url, { method: 'POST', body })).status, 200)
    const other = await fetch(url, { method: 'POST', body: body.replace('presigned', 'other') })
    assert.deepEqual([other.status, other.headers.get('x-amzn-errortype')], [403, 'InvalidSignatureException'])
    assert.deepEqual(await propertiesOf(server, datasetArn, 'presigned'), {})
    assert.equal(await propertiesOf(server, datasetArn, 'other'), undefined)
  })

  it('reads a body that was compressed and then signed', async () => {
    const body = gzipSync(JSON.stringify({ datasetArn, users: [{ userId: 'zipped', properties: '{"age": 7}' }] }))
    assert.equal((await exchange({ path: '/users', headers: { 'content-encoding': 'gzip' }, body })).status, 200)
    assert.deepEqual(await propertiesOf(server, datasetArn, 'zipped'), { age: 7 })
  })

  it('answers the control plane in JSON 1.1', async () => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonPersonalize.ListDatasetGroups',
    }
    const reply = await exchange({ path: '/', headers, body: '{}' })
    assert.equal(reply.headers['content-type'], 'application/x-amz-json-1.1')
    assert.equal(JSON.parse(reply.body).datasetGroups[0].name, 'shop')
  })

  it('returns errors of events that the SDK reads', async () => {
    const users = [{ userId: 'u', properties: '{"age":"old"}' }]
    const { events } = server
    await assert.rejects(events.send(new PutUsersCommand({ datasetArn, users })), InvalidInputException)
    const missing = datasetArn.replace('shop', 'none')
    await assert.rejects(events.send(new PutUsersCommand({ datasetArn: missing, users })), (error: Error) => {
      assert.ok(error instanceof ResourceNotFoundException)
      assert.equal(error.$metadata.httpStatusCode, 404)
      assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
      return true
    })
    const { status, body, headers } = await putUsers({}, users)
    assert.deepEqual([status, headers['x-amzn-errortype']], [400, 'InvalidInputException'])
    assert.deepEqual(Object.keys(JSON.parse(body)), ['message'])
  })

  it('returns errors of the control plane that the SDK reads', async () => {
    const command = new DescribeDatasetCommand({ datasetArn: datasetArn.replace('shop', 'none') })
    await assert.rejects(server.personalize.send(command), (error: Error) => {
      assert.equal(error.name, 'ResourceNotFoundException')
      assert.match(error.message, /does not exist/)
      return true
    })
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonPersonalize.Nothing' }
    const reply = await exchange({ path: '/', headers, body: '{}' })
    assert.equal(reply.status, 400)
    const message = 'There is no such operation: AmazonPersonalize.Nothing'
    assert.deepEqual(JSON.parse(reply.body), { __type: 'UnknownOperationException', message })
  })

  it('names the operation that an unknown one is probably meant to be', async () => {
    const list = 'POST / with X-Amz-Target: AmazonPersonalize.ListSchemas'
    for (const [path, target, meant] of [
      ['//users/', undefined, 'POST /users'],
      ['/v1/Recommendations', undefined, 'POST /recommendations'],
      ['/', 'AmazonPersonalizeEvents.PutEvents', 'POST /events'],
      ['/', 'ListSchemas', list],
      ['/ListSchemas', undefined, list],
    ] as const) {
      const { body } = await exchange({ path, headers: target ? { 'x-amz-target': target } : {}, body: '{}' })
      assert.ok(JSON.parse(body).message.endsWith(`; is it ${meant}?`), body)
    }
  })

  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    it(`has no ${method} of /users`, async () => {
      const { status, headers, body } = await exchange({ method, path: '/users' })
      assert.deepEqual([status, headers['x-amzn-errortype']], [404, 'UnknownOperationException'])
      const message = `There is no such operation: ${method} /users; is it POST /users?`
      assert.deepEqual(JSON.parse(body), { message })
    })
  }

  it('answers HEAD without a body', async () => {
    const reply = await fetch(`${server.url}/users`, { method: 'HEAD' })
    assert.equal(reply.status, 404)
    assert.equal(await reply.text(), '')
  })

  it('accepts a query after the path', async () => {
    const body = JSON.stringify({ datasetArn, users: [{ userId: 'u' }] })
    assert.equal((await exchange({ path: '/users?a=b', body })).status, 200)
  })

  describe('for a browser', () => {
    const preflight = (origin: string, asked = 'authorization,content-type,x-amz-date,x-amz-security-token') =>
      exchange({
        method: 'OPTIONS',
        path: '/events',
        unsigned: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
      })
    const corsOf = (headers: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control|vary)/.test(name)))

    it('lets a page of an allowed origin send PutEvents, as Amplify does', async () => {
      const { status, headers } = await preflight(SHOP)
      assert.equal(status, 204)
      assert.deepEqual(corsOf(headers), {
        'access-control-allow-origin': SHOP,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization,content-type,x-amz-date,x-amz-security-token',
        'access-control-max-age': '86400',
        vary: 'origin',
      })
    })

    const readable = {
      'access-control-allow-origin': SHOP,
      'access-control-expose-headers': 'x-amzn-requestid, x-amzn-errortype, date',
      vary: 'origin',
    }

    it('lets the page read replies, errors too', async () => {
      const put = await putUsers({ origin: SHOP })
      assert.deepEqual([put.status, corsOf(put.headers)], [200, readable])
      const refused = await putUsers({ origin: SHOP }, [])
      assert.deepEqual([refused.status, corsOf(refused.headers)], [400, readable])
      using connection = await connectRaw(server.url)
      const unsigned = await connection.exchange(
        `POST /users HTTP/1.1\r\norigin: ${SHOP}\r\ncontent-length: 5000000\r\n\r\n`,
      )
      assert.deepEqual([unsigned?.status, corsOf(unsigned!.headers)], [403, readable])
    })

    it('lets a page of another origin read nothing', async () => {
      for (const origin of ['https://shop.example.evil', 'http://shop.example', 'null', `${SHOP}:8443`]) {
        const { status, headers } = await preflight(origin)
        assert.deepEqual([status, corsOf(headers)], [404, {}])
        assert.deepEqual(corsOf((await putUsers({ origin })).headers), {})
      }
    })

    it('repeats no header of a preflight that is not a list of names', async () => {
      const { headers } = await preflight(SHOP, 'authorization: \xe9"<script>')
      assert.equal(headers['access-control-allow-headers'], undefined)
    })

    it('lets no page read a reply unless origins are configured', async () => {
      await using closed = await startTestServer()
      using connection = await connectRaw(closed.url)
      const unsigned = { origin: SHOP, 'access-control-request-method': 'POST' }
      const request = signedRequest(closed.url, { method: 'OPTIONS', path: '/events', unsigned })
      assert.deepEqual(corsOf((await connection.exchange(request))!.headers), {})
    })
  })
})
