import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, it } from 'node:test'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { fc } from '#test/properties.ts'
import { connectRaw, signedRequest } from '#test/raw-http.ts'
import { clientsOf } from '#test/server.ts'
import type { Request } from '../aws/request.ts'
import { readPlainRequest } from './plain-requests.ts'

const request = (lines: readonly string[], body = '', start = 'POST /users HTTP/1.1') =>
  Buffer.from([start, ...lines, '', body].join('\r\n'), 'latin1')
const plain = ['host: a', 'content-length: 2']

describe('readPlainRequest', () => {
  it('reads a signed request', () => {
    const bytes = signedRequest('http://localhost:7377', { path: '/users', body: '{"users":[]}' })
    const read = readPlainRequest(bytes)
    assert.deepEqual([read?.method, read?.url, `${read?.body}`], ['POST', '/users', '{"users":[]}'])
    assert.equal(read?.headers.host, 'localhost:7377')
    assert.match(read?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 Credential=local\/.*, Signature=[0-9a-f]{64}$/)
  })

  it('reads the requests of the SDK for JavaScript', async () => {
    const received: Buffer[] = []
    const server = createTcpServer(socket =>
      socket.on('data', (bytes: Buffer) => {
        received.push(bytes)
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      }),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { events } = clientsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const users = [{ userId: 'u1', properties: '{"country":"Perú"}' }]
    await events.send(
      new PutUsersCommand({ datasetArn: 'arn:aws:personalize:us-east-1:000000000000:dataset/a/USERS', users }),
    )
    server.close()
    assert.equal(received.length, 1)
    assert.deepEqual(JSON.parse(`${readPlainRequest(received[0]!)?.body}`).users, users)
  })

  it('reads the other headers that clients send', () => {
    const lines = [
      'Connection: Keep-Alive',
      'User-Agent: aws-sdk-js/3 ua/2.1',
      'Accept: */*',
      'amz-sdk-request:  a; b ',
    ]
    const read = readPlainRequest(request([...plain, ...lines], '{}'))
    assert.deepEqual(read?.headers, {
      host: 'a',
      'content-length': '2',
      connection: 'Keep-Alive',
      'user-agent': 'aws-sdk-js/3 ua/2.1',
      accept: '*/*',
      'amz-sdk-request': 'a; b',
    })
  })

  for (const [what, bytes] of [
    ['a request in part', request(plain, '{')],
    ['a head in part', request(plain, '{}').subarray(0, 30)],
    ['more than a request', request(plain, '{}P')],
    ['two requests', Buffer.concat([request(plain, '{}'), request(plain, '{}')])],
    ['another method', request(plain, '{}', 'PUT /users HTTP/1.1')],
    ['a query', request(plain, '{}', 'POST /users?a HTTP/1.1')],
    ['another host’s path', request(plain, '{}', 'POST http://a/users HTTP/1.1')],
    ['HTTP/1.0', request(plain, '{}', 'POST /users HTTP/1.0')],
    ['no length', request(['host: a'])],
    ['two lengths', request([...plain, 'content-length: 2'], '{}')],
    ['a length with a sign', request(['content-length: +2'], '{}')],
    ['a header that comes twice', request([...plain, 'x-a: b', 'X-A: b'], '{}')],
    ['chunks', request([...plain, 'transfer-encoding: chunked'], '{}')],
    ['an expectation', request([...plain, 'expect: 100-continue'], '{}')],
    ['an upgrade', request([...plain, 'upgrade: h2c'], '{}')],
    ['a connection to be closed', request([...plain, 'connection: close'], '{}')],
    ['a page of a browser', request([...plain, 'origin: https://a.example'], '{}')],
    ['a header of two lines', request([...plain, 'x-a: b', ' c'], '{}')],
    ['a header that ends without CR', request([...plain, 'x-a: b\nx-b: c'], '{}')],
    ['a blank before a colon', request([...plain, 'x-a : b'], '{}')],
    ['no blank after a colon', request([...plain, 'x-a:b'], '{}')],
    ['a tab', request([...plain, 'x-a: b\tc'], '{}')],
    ['other characters than ASCII', request([...plain, 'x-a: \xe9'], '{}')],
    ['a head of more than 8 KiB', request([...plain, `x-a: ${'b'.repeat(8192)}`], '{}')],
  ] as const) {
    it(`leaves ${what} to node`, () => assert.equal(readPlainRequest(bytes), undefined))
  }

  it('reads no request that node refuses, and each as node reads it', async () => {
    let received: Request[] = []
    const node = createServer({ requireHostHeader: false }, (message, response) => {
      const chunks: Buffer[] = []
      message.on('data', chunk => chunks.push(chunk))
      message.on('end', () => {
        const { method = '', url = '', headers } = message
        received.push({ method, url, headers: { ...headers }, peer: undefined, body: Buffer.concat(chunks) })
        response.writeHead(200, { 'content-length': 0, 'x-kept': `${response.shouldKeepAlive}` }).end()
      })
    })
    await once(node.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`
    let [plainOnes, others] = [0, 0]
    const property = fc.asyncProperty(anyBytes, async bytes => {
      const read = readPlainRequest(bytes)
      if (!read) {
        others++
        return
      }
      plainOnes++
      received = []
      using connection = await connectRaw(url)
      const reply = await connection.exchange(bytes)
      assert.deepEqual([reply?.status, reply?.headers['x-kept']], [200, 'true'])
      assert.deepEqual(received, [read])
    })
    try {
      await fc.assert(property, { numRuns: 3000 })
    } finally {
      node.close()
    }
    assert.ok(plainOnes > 300 && others > 300, `${plainOnes} are plain, ${others} are not`)
  })
})

const often = <Of>(usual: Of, ...others: Of[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) })
const startLine = fc
  .tuple(
    often('POST', 'GET', 'post', 'PUT', 'POST '),
    often('/users', '/', '/a/b-c_1', '//', '/a%20b', '/a?b', '*', 'http://a/users', '/é', '/a b', ''),
    often('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'http/1.1', ''),
  )
  .map(parts => parts.join(' '))
const name = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z][A-Za-z\d-]{0,8}$/) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[
        'Host',
        'Content-Type',
        'X-Amz-Date',
        'User-Agent',
        'Cookie',
        'Set-Cookie',
        'Connection',
        'Upgrade',
        'Trailer',
      ],
      ...['Transfer-Encoding', 'Content-Length', 'Expect', 'Proxy-Connection', 'Keep-Alive', 'TE', 'Authorization'],
      ...['constructor', 'toString', '__proto__', '', 'a b', 'a_b', 'é', 'Content-MD5', 'Origin', 'HTTP2-Settings'],
    ),
  },
)
const value = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[ -~]{0,12}$/) },
  { weight: 2, arbitrary: fc.constantFrom('keep-alive', 'Keep-Alive', 'close', 'chunked', '0', '2', 'upgrade', 'h2c') },
  { weight: 1, arbitrary: fc.constantFrom('a\tb', '\t', 'a\0b', 'é', 'a\rb', 'a\nb', ' ', '  a  ', '100-continue') },
)
const header = fc
  .tuple(name, often(': ', ':', ' : ', ':  ', ''), value, often('\r\n', '\n', '\r', '\r\n '))
  .map(parts => parts.join(''))
const anyBytes = fc
  .record({
    startLine,
    headers: fc.array(header, { maxLength: 3 }),
    body: fc.string({ unit: 'binary', maxLength: 6 }),
    off: often(0, 1, -1),
    end: often('\r\n', '\n', '', '\r\n\r\n'),
    lengthAt: fc.nat(3),
    case: fc.constantFrom('content-length', 'Content-Length'),
  })
  .map(({ startLine, headers, body, off, end, lengthAt, ...written }) => {
    const bytes = Buffer.from(body)
    const lines = headers.toSpliced(lengthAt, 0, `${written.case}: ${bytes.length + off}\r\n`)
    return Buffer.concat([Buffer.from(`${startLine}\r\n${lines.join('')}${end}`, 'latin1'), bytes])
  })
