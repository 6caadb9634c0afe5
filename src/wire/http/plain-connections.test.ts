import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { connectRaw } from '#test/raw-http.ts'
import { FORMS, listen, OK, post } from '#test/wire.ts'
import type { Reply } from '../aws/reply.ts'

const [[, PLAIN], [, OTHERS]] = FORMS

describe('a connection', () => {
  it('has the same replies to plain requests and to others', async () => {
    const body = '{"message":"é"}'
    const headers = ['content-type', 'application/json', 'content-length', `${Buffer.byteLength(body)}`, 'x-a', 'b']
    await using http = await listen({}, async () => ({ status: 404, headers, body }))
    const replies = await Promise.all(
      FORMS.map(async ([, more]) => {
        const { hostname, port } = new URL(http.url)
        const socket = connect(Number(port), hostname).end(post(0, more))
        const [bytes] = await once(socket, 'data')
        return `${bytes}`
      }),
    )
    const [plain, other] = replies.map(reply => reply.replace(/Date: .*/, 'Date: now'))
    assert.equal(plain, other)
    assert.match(replies[0]!, /^HTTP\/1.1 404 Not Found\r\n.*Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/s)
  })

  it('reads plain requests and others in turn, in pieces of any size', async () => {
    await using http = await listen()
    using connection = await connectRaw(http.url)
    for (const more of [PLAIN, PLAIN, OTHERS, PLAIN, OTHERS]) {
      assert.equal((await connection.exchange(`${post(2, more)}{}`))?.status, 200)
    }
    // Python's http.client sends head and body apart.
    using inTwo = await connectRaw(http.url)
    for (let request = 0; request < 3; request++) {
      inTwo.socket.write(post(2))
      await setTimeout(20)
      assert.equal((await inTwo.exchange('{}'))?.status, 200)
    }
    assert.deepEqual(new Set(http.received.map(({ body }) => `${body}`)), new Set(['{}']))
    assert.equal(http.received.length, 8)
  })

  it('answers a request that arrives before the reply to a plain request, after that reply', async () => {
    const first = Promise.withResolvers<Reply>()
    await using http = await listen({}, ({ body }) => (`${body}` === '1' ? first.promise : Promise.resolve(OK)))
    using connection = await connectRaw(http.url)
    connection.socket.write(`${post(1)}1`)
    await http.hasReceived(1)
    for (const piece of [post(1, OTHERS), '2', `${post(1)}3${post(1)}`, '4']) {
      connection.socket.write(piece)
      await setTimeout(10)
    }
    assert.equal(http.received.length, 1)
    first.resolve({ ...OK, status: 201 })
    const statuses = []
    for (let reply = 0; reply < 4; reply++) statuses.push((await connection.reply())?.status)
    assert.deepEqual(statuses, [201, 200, 200, 200])
    assert.equal(http.received.map(({ body }) => `${body}`).join(''), '1234')
  })

  it('refuses a body that is larger than allowed', async () => {
    await using http = await listen({ bodyBytes: 10 })
    using connection = await connectRaw(http.url)
    assert.equal((await connection.exchange(`${post(10)}${'a'.repeat(10)}`))?.status, 200)
    assert.equal((await connection.exchange(`${post(11)}${'a'.repeat(11)}`))?.status, 413)
    assert.equal(http.received.length, 1)
  })

  it('whose client does not read its replies is not read either', async () => {
    const body = 'a'.repeat(1_000_000)
    await using http = await listen({}, async () => ({ ...OK, headers: ['content-length', `${body.length}`], body }))
    using connection = await connectRaw(http.url)
    connection.socket.pause()
    const requests = 60
    for (let request = 0; request < requests; request++) {
      connection.socket.write(post(0))
      await setTimeout(5)
    }
    await setTimeout(50)
    assert.ok(http.received.length < requests / 2, `${http.received.length} of ${requests} were read`)
    connection.socket.resume()
    for (let reply = 0; reply < requests; reply++) assert.equal((await connection.reply())?.status, 200)
    assert.equal(http.received.length, requests)
  })

  it('whose client has ended its side sends the reply, and is closed', async () => {
    const answered = Promise.withResolvers<Reply>()
    await using http = await listen({}, () => answered.promise)
    using connection = await connectRaw(http.url)
    connection.socket.end(post(0))
    await http.hasReceived(1)
    await setTimeout(20)
    answered.resolve(OK)
    const reply = await connection.reply()
    assert.deepEqual([reply?.status, reply?.headers.connection], [200, 'close'])
    await connection.closed
  })

  it('is closed where the first or the next request is late', async () => {
    const idle = await listen({ headersTimeout: 100, stallTimeout: 60_000 })
    await using http = await listen({ headersTimeout: 60_000, stallTimeout: 100 })
    using silent = await connectRaw(idle.url)
    using kept = await connectRaw(http.url)
    assert.equal((await kept.exchange(post(0)))?.status, 200)
    await Promise.all([silent.closed, kept.closed])
    await idle[Symbol.asyncDispose]()
  })

  it('is not closed while its client waits for a reply', async () => {
    const answered = Promise.withResolvers<Reply>()
    await using http = await listen({ headersTimeout: 1000, stallTimeout: 1000 }, () => answered.promise)
    using connection = await connectRaw(http.url)
    connection.socket.write(post(0))
    await setTimeout(2500)
    answered.resolve(OK)
    assert.equal((await connection.reply())?.status, 200)
  })

  it('is cut off where a request cannot be answered', async () => {
    await using http = await listen({}, () => Promise.reject(new Error('no reply')))
    using connection = await connectRaw(http.url)
    assert.equal(await connection.exchange(post(0)), undefined)
    await connection.closed
  })

  it('is closed at a stop where it waits for another request, and cut off where its reply takes too long', async () => {
    const never = new Promise<Reply>(() => {})
    await using http = await listen({}, ({ body }) => (body.length > 0 ? never : Promise.resolve(OK)))
    using idle = await connectRaw(http.url)
    assert.equal((await idle.exchange(post(0)))?.status, 200)
    using busy = await connectRaw(http.url)
    busy.socket.write(`${post(1)}1`)
    await http.hasReceived(2)
    const stopped = http.stop(100)
    await idle.closed
    await stopped
    await busy.closed
  })
})
