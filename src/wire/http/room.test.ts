import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { eventually } from '#test/eventually.ts'
import { connectRaw } from '#test/raw-http.ts'
import { FORMS, listen, OK, openConnections, post } from '#test/wire.ts'
import type { Reply } from '../aws/reply.ts'

const MEGABYTE = 1024 * 1024

describe('a body', () => {
  it('takes, with those of many clients, no more memory than the limit of all', async () => {
    await using http = await listen({ allBodiesBytes: 10_000 })
    using slow = await connectRaw(http.url)
    using other = await connectRaw(http.url)
    const unfinished = post(8001) + 'a'.repeat(8000)
    slow.socket.write(unfinished)
    await http.hasRead(unfinished.length)
    assert.equal((await other.exchange(post(4000) + 'b'.repeat(4000)))?.status, 200)
    const others = post(4000).length + 4000
    const dropped = await slow.reply()
    assert.deepEqual([dropped?.status, dropped?.headers['x-amzn-errortype']], [400, 'ThrottlingException'])
    using gone = await connectRaw(http.url)
    gone.socket.write(unfinished)
    await http.hasRead(2 * unfinished.length + others)
    gone.socket.destroy()
    await eventually('the end of the connection', async () => (await openConnections(http.server)) <= 2)
    using another = await connectRaw(http.url)
    for (let i = 0; i < 5; i++) assert.equal((await another.exchange(post(9000) + 'c'.repeat(9000)))?.status, 200)
  })

  it('that holds most memory for longest is refused where none is left, even if it is sent byte by byte', async () => {
    await using http = await listen({ allBodiesBytes: 400_000 })
    let sent = 0
    const send = async (bytes: number, of: number) => {
      const connection = await connectRaw(http.url)
      const unfinished = post(of) + 'a'.repeat(bytes)
      sent += unfinished.length
      connection.socket.write(unfinished)
      await http.hasRead(sent)
      await setTimeout(30) // some time counts for each
      return connection
    }
    using small = await send(100, 1_000)
    using large = await send(200_000, 250_000)
    using newer = await send(60_000, 61_000)
    const trickle = setInterval(() => large.socket.write('a'), 5)
    using other = await connectRaw(http.url)
    assert.equal((await other.exchange(post(150_000) + 'b'.repeat(150_000)))?.status, 200)
    assert.equal((await large.reply())?.headers['x-amzn-errortype'], 'ThrottlingException')
    clearInterval(trickle)
    assert.equal((await small.exchange('c'.repeat(900)))?.status, 200)
    assert.equal((await newer.exchange('c'.repeat(1_000)))?.status, 200)
  })

  it('that is small has a reserve where requests being answered have taken the rest', async () => {
    const answered = Promise.withResolvers<Reply>()
    const LARGE = 3_900_000
    await using http = await listen({ allBodiesBytes: 4 * MEGABYTE }, ({ body }) =>
      body.length > 100_000 ? answered.promise : Promise.resolve(OK),
    )
    using busy = await connectRaw(http.url)
    busy.socket.write(post(LARGE) + 'a'.repeat(LARGE))
    await http.hasReceived(1)
    using large = await connectRaw(http.url)
    const refused = await large.exchange(post(200_000) + 'a'.repeat(200_000))
    assert.equal(refused?.headers['x-amzn-errortype'], 'ThrottlingException')
    using small = await connectRaw(http.url)
    assert.equal((await small.exchange(post(60_000) + 'a'.repeat(60_000)))?.status, 200)
    answered.resolve(OK)
    assert.equal((await busy.reply())?.status, 200)
  })
})

describe('a connection beyond the limit', () => {
  it('takes the place of the connection that has been silent for longest, and not of a caller’s', async () => {
    await using http = await listen({ connections: 4 })
    using caller = await connectRaw(http.url)
    assert.equal((await caller.exchange(post(0)))?.status, 200)
    using others = await connectRaw(http.url)
    assert.equal((await others.exchange(post(0, FORMS[1][1])))?.status, 200)
    using silent = await connectRaw(http.url)
    using half = await connectRaw(http.url)
    half.socket.write('POST /users HTTP/1.1\r\nhost: ')
    await setTimeout(20)
    using first = await connectRaw(http.url)
    await silent.closed
    using second = await connectRaw(http.url)
    await half.closed
    for (const connection of [caller, others, first, second]) {
      assert.equal((await connection.exchange(post(0)))?.status, 200)
    }
  })

  it('takes the place of the caller’s that has been idle for longest where all are callers’', async () => {
    const answered = Promise.withResolvers<Reply>()
    await using http = await listen({ connections: 3 }, ({ body }) =>
      body.length > 0 ? answered.promise : Promise.resolve(OK),
    )
    using busy = await connectRaw(http.url)
    busy.socket.write(`${post(1)}1`)
    using oldest = await connectRaw(http.url)
    using newer = await connectRaw(http.url)
    for (const connection of [oldest, newer]) assert.equal((await connection.exchange(post(0)))?.status, 200)
    using another = await connectRaw(http.url)
    await oldest.closed
    for (const connection of [newer, another]) assert.equal((await connection.exchange(post(0)))?.status, 200)
    answered.resolve(OK)
    assert.equal((await busy.reply())?.status, 200)
  })

  it('is closed where all wait for their replies', async () => {
    const answered = Promise.withResolvers<Reply>()
    await using http = await listen({ connections: 2 }, () => answered.promise)
    using first = await connectRaw(http.url)
    using second = await connectRaw(http.url)
    for (const connection of [first, second]) connection.socket.write(post(0))
    await http.hasReceived(2)
    using another = await connectRaw(http.url)
    await another.closed
    answered.resolve(OK)
    for (const connection of [first, second]) assert.equal((await connection.reply())?.status, 200)
  })
})

describe('a client that sends a thousand requests before the replies to them', () => {
  it('is cut off, and others are served', async () => {
    await using http = await listen({}, () => new Promise(() => {}))
    using hasty = await connectRaw(http.url)
    hasty.socket.write(post(0).repeat(1000))
    await hasty.closed
    assert.ok(http.received.length <= 100, `${http.received.length} were answered`)
  })
})
