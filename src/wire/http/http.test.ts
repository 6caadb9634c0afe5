import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { countOf } from '#test/http.ts'
import { chunked, connectRaw, signedRequest } from '#test/raw-http.ts'
import { createUsersDataset, startTestServer } from '#test/server.ts'
import { FORMS, listen, OK, openConnections, post } from '#test/wire.ts'
import type { Reply } from '../aws/reply.ts'

const MEGABYTE = 1024 * 1024

describe('a body', () => {
  it('whose content-length is too large is refused before any of it is sent', async () => {
    await using http = await listen({ lingerTimeout: 50 })
    using connection = await connectRaw(http.url)
    const reply = await connection.exchange(post(5 * MEGABYTE))
    assert.equal(reply?.status, 413)
    assert.equal(reply?.headers['x-amzn-errortype'], 'RequestEntityTooLargeException')
    assert.equal(reply?.headers.connection, 'close')
    assert.match(reply?.headers['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/)
    await connection.closed
    assert.equal(http.received.length, 0)
  })

  it('that turns out to be too large is refused before its end', async () => {
    await using http = await listen({ lingerTimeout: 50 })
    using connection = await connectRaw(http.url)
    connection.socket.write('POST /users HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
    for (let i = 0; i < 65; i++) connection.socket.write(chunked(Buffer.alloc(65536), 65536).subarray(0, -5))
    assert.equal((await connection.reply())?.status, 413)
    await connection.closed
    assert.equal(http.received.length, 0)
  })

  it('that is too large and sent to its end is refused with an error, not with a broken connection', async () => {
    await using http = await listen()
    const reply = await fetch(`${http.url}/users`, { method: 'POST', body: Buffer.alloc(64 * MEGABYTE) })
    assert.equal(reply.status, 413)
    assert.deepEqual(await reply.json(), { message: 'The request body is larger than 4194304 bytes' })
  })

  it('at the limit is read, in pieces of any size', async () => {
    await using http = await listen()
    using connection = await connectRaw(http.url)
    const body = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251))
    assert.equal(
      (await connection.exchange(Buffer.concat([Buffer.from(post(4 * MEGABYTE)), Buffer.alloc(4 * MEGABYTE)])))?.status,
      200,
    )
    const head = 'POST /users HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n'
    assert.equal((await connection.exchange(Buffer.concat([Buffer.from(head), chunked(body, 1)])))?.status, 200)
    assert.equal(http.received[0]?.body.length, 4 * MEGABYTE)
    assert.deepEqual(http.received[1]?.body, body)
  })
})

describe('a client', () => {
  it('whose headers arrive too slowly is cut off, while others are served', async () => {
    await using http = await listen({ headersTimeout: 1000, requestTimeout: 1500, connectionsCheckingInterval: 50 })
    using slow = await connectRaw(http.url)
    slow.socket.write('POST /users HTTP/1.1\r\nhost: ')
    const trickle = setInterval(() => slow.socket.write('a'), 20)
    const reply = slow.reply().finally(() => clearInterval(trickle))
    using other = await connectRaw(http.url)
    assert.equal((await other.exchange(post(0)))?.status, 200)
    assert.equal((await reply)?.status, 408)
    await slow.closed
    assert.equal(http.received.length, 1)
  })

  it('whose body arrives too slowly is cut off, and its request is not carried out', async () => {
    await using http = await listen({ headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 })
    using slow = await connectRaw(http.url)
    slow.socket.write(post(1000))
    const trickle = setInterval(() => slow.socket.write('a'), 20)
    const reply = await slow.reply()
    assert.deepEqual([reply?.status, reply?.headers['x-amzn-errortype']], [408, 'RequestTimeoutException'])
    slow.socket.write('a'.repeat(1000))
    await slow.closed
    clearInterval(trickle)
    assert.equal(http.received.length, 0)
  })

  for (const [form, more] of FORMS)
    it(`that does not read its reply is cut off, ${form}`, async () => {
      await using http = await listen({ stallTimeout: 200 }, async () => ({
        ...OK,
        headers: ['content-length', '20000000'],
        body: 'a'.repeat(2e7),
      }))
      using connection = await connectRaw(http.url)
      connection.socket.pause()
      connection.socket.write(post(0, more))
      await eventually('the end of the connection', async () => (await openConnections(http.server)) === 0)
    })

  it('that leaves in the middle of a body harms no other client', async () => {
    await using http = await listen()
    const gone = await connectRaw(http.url)
    gone.socket.write(`${post(1000)}abc`, () => gone.socket.destroy())
    await gone.closed
    using other = await connectRaw(http.url)
    assert.equal((await other.exchange(post(0)))?.status, 200)
    assert.equal(http.received.length, 1)
  })

  for (const [form, more] of FORMS)
    it(`that leaves before the reply harms no other client, ${form}`, async () => {
      const answered = Promise.withResolvers<Reply>()
      await using http = await listen({}, ({ url }) => (url === '/users' ? answered.promise : Promise.resolve(OK)))
      const gone = await connectRaw(http.url)
      gone.socket.write(post(0, more))
      await http.hasReceived(1)
      gone.socket.resetAndDestroy()
      await gone.closed
      answered.resolve(OK)
      using other = await connectRaw(http.url)
      assert.equal((await other.exchange('GET /other HTTP/1.1\r\nhost: a\r\n\r\n'))?.status, 200)
    })

  for (const [form, more] of FORMS)
    it(`sends one request after the other on a connection, or several at once, and is answered in turn, ${form}`, async () => {
      await using http = await listen({}, async ({ url }) => {
        await setTimeout(url === '/users' ? 30 : 0)
        return { ...OK, headers: [...OK.headers, 'x-url', url] }
      })
      using connection = await connectRaw(http.url)
      assert.equal((await connection.exchange(post(0, more)))?.headers['x-url'], '/users')
      connection.socket.write(`${post(2)}{}GET /items HTTP/1.1\r\nhost: a\r\n\r\n`)
      assert.equal((await connection.reply())?.headers['x-url'], '/users')
      assert.equal((await connection.reply())?.headers['x-url'], '/items')
      assert.equal(await openConnections(http.server), 1)
    })

  it('whose line has the whole URL, as for a proxy, is read as one with its path', async () => {
    await using http = await listen()
    using connection = await connectRaw(http.url)
    for (const url of ['http://a/users?x=1', 'HTTPS://a:443', 'http://a?x', '/http://a/b'])
      await connection.exchange(`GET ${url} HTTP/1.1\r\nhost: a\r\n\r\n`)
    assert.deepEqual(
      http.received.map(({ url }) => url),
      ['/users?x=1', '/', '/?x', '/http://a/b'],
    )
  })

  it('that expects 100-continue is told to send a body that is not too large', async () => {
    await using http = await listen()
    using connection = await connectRaw(http.url)
    const head = (length: number) => post(length).replace('\r\n\r\n', '\r\nexpect: 100-continue\r\n\r\n')
    assert.equal((await connection.exchange(head(2)))?.status, 100)
    assert.equal((await connection.exchange('{}'))?.status, 200)
    assert.equal((await connection.exchange(head(5 * MEGABYTE)))?.status, 413)
  })

  it('that sends malformed bytes after a request receives no reply but that to the request', async () => {
    const answered = Promise.withResolvers<Reply>()
    await using http = await listen({}, () => answered.promise)
    const inOnePiece = await connectRaw(http.url)
    assert.equal(await inOnePiece.exchange(`${post(0)}nonsense\r\n\r\n`), undefined)
    const later = await connectRaw(http.url)
    later.socket.write(post(0, FORMS[1][1]))
    await http.hasReceived(2)
    assert.equal(await later.exchange('nonsense\r\n\r\n'), undefined)
    const afterPlain = await connectRaw(http.url)
    afterPlain.socket.write(post(0))
    await http.hasReceived(3)
    afterPlain.socket.write('nonsense\r\n\r\n')
    const inTheNextBody = await connectRaw(http.url)
    const chunks = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'
    assert.equal(await inTheNextBody.exchange(post(0) + chunks), undefined)
    answered.resolve(OK)
    assert.equal((await afterPlain.reply())?.status, 200)
    assert.equal((await afterPlain.reply())?.status, 400)
  })

  for (const [what, bytes, status] of [
    ['nonsense', '\x16\x03\x01\x02\x00 nonsense\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a bad chunk', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400],
    ['a header of two lines', 'POST / HTTP/1.1\r\nhost: a\r\nx-a: b\r\n c\r\n\r\n', 400],
    ['33 kB of headers', `POST / HTTP/1.1\r\nhost: a\r\nx-a: ${'b'.repeat(33_000)}\r\n\r\n`, 431],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n', 400],
  ] as const) {
    it(`that sends ${what} receives an error, and its connection is closed`, async () => {
      await using http = await listen()
      using connection = await connectRaw(http.url)
      const reply = await connection.exchange(bytes)
      assert.equal(reply?.status, status)
      assert.match(reply?.headers['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/)
      assert.equal(JSON.parse(reply?.body ?? '').__type, reply?.headers['x-amzn-errortype'])
      connection.socket.end()
      await connection.closed
      assert.equal(http.received.length, 0)
    })
  }
})

describe('a server that is stopped', () => {
  for (const [form, more] of FORMS)
    it(`closes idle connections, new ones too, and answers the requests that it has, ${form}`, async () => {
      const answered = Promise.withResolvers<Reply>()
      await using http = await listen({}, ({ url }) => (url === '/users' ? answered.promise : Promise.resolve(OK)))
      using idle = await connectRaw(http.url)
      await idle.exchange('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
      using silent = await connectRaw(http.url)
      using busy = await connectRaw(http.url)
      busy.socket.write(post(0, more))
      await http.hasReceived(2)
      const stopped = http.stop()
      await Promise.all([idle.closed, silent.closed])
      await assert.rejects(connectRaw(http.url), { code: 'ECONNREFUSED' })
      answered.resolve(OK)
      const reply = await busy.reply()
      assert.deepEqual([reply?.status, reply?.headers.connection], [200, 'close'])
      await stopped
    })

  it('answers all requests of a connection that sent several at once', async () => {
    const answered = Promise.withResolvers<Reply>()
    await using http = await listen({}, () => answered.promise)
    using connection = await connectRaw(http.url)
    connection.socket.write(post(0) + post(0) + post(0))
    await http.hasReceived(3)
    const stopped = http.stop()
    answered.resolve(OK)
    const replies = [await connection.reply(), await connection.reply(), await connection.reply()]
    assert.deepEqual(
      replies.map(reply => reply?.headers.connection),
      ['keep-alive', 'keep-alive', 'close'],
    )
    await stopped
  })

  it('answers requests that have arrived and are not read yet, on connections old and new', async () => {
    await using http = await listen()
    const old = await Promise.all(Array.from({ length: 20 }, () => connectRaw(http.url)))
    for (const connection of old) await connection.exchange('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    // The server shares this thread, so it reads nothing and accepts nobody before it is told to stop.
    for (const { socket } of old) socket.write(post(0))
    const fresh = connect(Number(new URL(http.url).port), '127.0.0.1')
    fresh.write(post(0))
    const said = text(fresh)
    const stopped = http.stop()
    const statuses = await Promise.all(old.map(async connection => (await connection.reply())?.status))
    assert.deepEqual(statuses, Array(20).fill(200))
    assert.match(await said, /^HTTP\/1\.1 200 /)
    await stopped
  })

  it('does not wait for ever for a request that does not end', async () => {
    await using http = await listen()
    using slow = await connectRaw(http.url)
    slow.socket.write(post(1000))
    await setTimeout(50)
    await http.stop(100)
    assert.equal(await slow.reply(), undefined)
  })

  it('has stored every request that it answered with 200, and answers every request that it accepted', async () => {
    const dataDir = await temporaryDirectory()
    const server = await startTestServer({ dataDir })
    const { datasetArn } = await createUsersDataset(server)
    const connections = await Promise.all(Array.from({ length: 20 }, () => connectRaw(server.url)))
    const replies = connections.map((connection, i) => {
      const body = JSON.stringify({ datasetArn, users: [{ userId: `u${i}` }] })
      return connection.exchange(signedRequest(server.url, { path: '/users', body }))
    })
    await replies[0]
    await server[Symbol.asyncDispose]()
    const answered = (await Promise.all(replies)).filter(reply => reply?.status === 200)
    {
      await using again = await startTestServer({ dataDir })
      assert.equal((await countOf(again, datasetArn)).rows, answered.length)
    }
    await rm(dataDir, { recursive: true })
  })
})
