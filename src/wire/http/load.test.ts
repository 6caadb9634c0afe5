import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { eventually } from '#test/eventually.ts'
import { connectRaw } from '#test/raw-http.ts'
import { bytesReadOf, OK, postTo as post } from '#test/wire.ts'
import { openLagShedder } from '../../lag-shedder.ts'
import type { Reply } from '../aws/reply.ts'
import { createHttpServer } from './http.ts'
import { openLoad } from './load.ts'

const THROTTLED = [400, 'ThrottlingException', '1']

/** An HTTP server with a limit of requests at a time, which it answers when the test tells it to. */
async function listen(maxRequests: number) {
  const answered = Promise.withResolvers<Reply>()
  const shed: string[] = []
  const load = openLoad(maxRequests)
  const http = createHttpServer({
    corsOrigins: [],
    limits: { lingerTimeout: 50 },
    load,
    onShed: reason => void shed.push(reason),
    receive: ({ url }) => (url === '/readyz' ? Promise.resolve(OK) : () => answered.promise),
  })
  const hasRead = bytesReadOf(http.server)
  await once(http.server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`
  const answer = () => answered.resolve(OK)
  return {
    url,
    load,
    shed,
    hasRead,
    answer,
    async [Symbol.asyncDispose]() {
      answer()
      load[Symbol.dispose]()
      await http.stop(0)
    },
  }
}

const seen = (reply: Awaited<ReturnType<Awaited<ReturnType<typeof connectRaw>>['reply']>>) => [
  reply?.status,
  reply?.headers['x-amzn-errortype'],
  reply?.headers['retry-after'],
]

describe('a server that has reached its limit of requests', () => {
  it('tells the next client to try again before its body is read, and keeps the connection where the body is short', async () => {
    await using http = await listen(2)
    using busy = await connectRaw(http.url)
    busy.socket.write(post('/users', 0) + post('/users', 0))
    await eventually('2 requests in flight', () => http.load.inFlight >= 2)
    using next = await connectRaw(http.url)
    assert.deepEqual(seen(await next.exchange(post('/users', 3))), THROTTLED)
    assert.deepEqual(seen(await next.exchange(`abc${post('/users', 0)}`)), THROTTLED)
    http.answer()
    await busy.reply()
    assert.deepEqual(seen(await next.exchange(post('/users', 0))), [200, undefined, undefined])
    assert.deepEqual([http.load.inFlight, http.shed], [0, ['requests', 'requests']])
  })

  it('names the error as each API does', async () => {
    await using http = await listen(0)
    using connection = await connectRaw(http.url)
    const message = 'The server has more requests than it can answer: try again'
    const control = await connection.exchange(post('/', 0, 'x-amz-target: AmazonPersonalize.ListSchemas\r\n'))
    assert.deepEqual(seen(control), THROTTLED)
    assert.deepEqual(JSON.parse(control!.body), { __type: 'ThrottlingException', message })
    const events = await connection.exchange(post('/users', 0))
    assert.deepEqual(JSON.parse(events!.body), { message })
  })

  it('closes the connection of a client whose body is long, or that expects 100-continue', async () => {
    await using http = await listen(0)
    for (const head of [post('/users', 100_000), post('/users', 3, 'expect: 100-continue\r\n')]) {
      using connection = await connectRaw(http.url)
      const reply = await connection.exchange(head)
      assert.deepEqual(seen(reply), THROTTLED)
      assert.equal(reply?.headers.connection, 'close')
      await connection.closed
    }
  })

  it('tells clients whose bodies were still arriving when it reached the limit', async () => {
    await using http = await listen(1)
    using slow = await connectRaw(http.url)
    const unfinished = `${post('/users', 3)}ab`
    slow.socket.write(unfinished)
    await http.hasRead(unfinished.length)
    using busy = await connectRaw(http.url)
    busy.socket.write(post('/users', 0))
    await eventually('a request in flight', () => http.load.inFlight >= 1)
    assert.deepEqual(seen(await slow.exchange('c')), THROTTLED)
  })

  it('still answers requests for its readiness', async () => {
    await using http = await listen(0)
    using connection = await connectRaw(http.url)
    assert.equal((await connection.exchange('GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n'))?.status, 200)
    assert.deepEqual(http.shed, [])
  })
})

describe('a thread that is late', () => {
  it('is noticed by requests too, where they leave no time for anything else', () => {
    let now = 0
    using load = openLoad(1000, () => now)
    const welcome = Array.from({ length: 40 }, () => {
      now += 500
      return load.excess() === undefined
    })
    assert.deepEqual([welcome.slice(0, 8).includes(false), welcome.slice(8).includes(false)], [false, true])
    assert.equal(load.inFlight, 0)
  })

  const admitted = (shedder: ReturnType<typeof openLagShedder>) =>
    Array.from({ length: 640 }, () => shedder.admits()).filter(Boolean).length

  it('admits all requests after one long task, and after short ones', () => {
    const shedder = openLagShedder()
    for (const lateMs of [0, 5000, 3, 2000, 1500, 0, 900, 900, 900, 900]) shedder.sample(lateMs)
    assert.equal(admitted(shedder), 640)
  })

  it('admits half as many while it stays late, and never none', () => {
    const shedder = openLagShedder()
    for (let i = 0; i < 3; i++) shedder.sample(1500)
    assert.equal(admitted(shedder), 320)
    shedder.sample(1500)
    assert.equal(admitted(shedder), 160)
    for (let i = 0; i < 100; i++) shedder.sample(1500)
    assert.equal(admitted(shedder), 10)
  })

  it('admits a few more at each punctual sample, until it admits all', () => {
    const shedder = openLagShedder()
    for (let i = 0; i < 4; i++) shedder.sample(1500)
    shedder.sample(0)
    assert.equal(admitted(shedder), 170)
    for (let i = 0; i < 64; i++) shedder.sample(0)
    assert.equal(admitted(shedder), 640)
  })
})
