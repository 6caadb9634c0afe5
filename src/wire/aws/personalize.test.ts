import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { LOCAL_KEY } from '../../config/config.ts'
import type { Log } from '../../log.ts'
import { StoreError } from '../../store/store.ts'
import { receive } from './personalize.ts'
import { sign } from './sigv4.ts'

const arn = 'arn:aws:personalize:us-east-1:000000000000'
const CONTROL = { 'x-amz-target': 'AmazonPersonalize.DescribeSchema' }

/** Sends a signed request. Returns the reply, the lines logged and the inputs that operations were invoked with. */
async function call(
  path: string,
  body: string | Buffer,
  {
    headers = {},
    invoke = async () => ({}),
  }: { headers?: Record<string, string>; invoke?: () => Promise<unknown> } = {},
) {
  const logged: unknown[] = []
  const invoked: unknown[] = []
  const write = (...line: unknown[]) => void logged.push(line)
  const log = { debug: write, info: write, warn: write, error: write } as Log
  const request = { method: 'POST', url: path, headers: { host: 'a', ...headers }, body: Buffer.from(body as string) }
  const signed = { ...request, headers: sign(request, LOCAL_KEY, { region: 'us-east-1', now: new Date() }) }
  const api = {
    log,
    isKeyPublic: false,
    credentials: new Map([[LOCAL_KEY.accessKeyId, { secretAccessKey: LOCAL_KEY.secretAccessKey }]]),
    invoke(_name: string, input: never) {
      invoked.push(input)
      return invoke()
    },
  }
  const received = receive(signed, api)
  const reply = typeof received === 'function' ? await received(signed.body) : received
  const headersOf = new Map<string, string>()
  for (let i = 0; i < reply.headers.length; i += 2) headersOf.set(reply.headers[i]!, reply.headers[i + 1]!)
  return { status: reply.status, body: String(reply.body), headers: headersOf, logged: JSON.stringify(logged), invoked }
}

describe('receive', () => {
  it('passes the input on to the operation', async () => {
    const input = { datasetArn: `${arn}:dataset/shop/USERS`, users: [{ userId: 'ünï', properties: '{"a":1}' }] }
    const { status, invoked } = await call('/users', JSON.stringify(input))
    assert.deepEqual([status, invoked], [200, [input]])
  })

  it('takes an empty body for an empty object', async () => {
    const headers = { 'x-amz-target': 'AmazonPersonalize.ListSchemas' }
    const { status, body, invoked } = await call('/', '', { headers, invoke: async () => ({ schemas: [] }) })
    assert.deepEqual([status, body, invoked], [200, '{"schemas":[]}', [{}]])
  })

  for (const [what, body, message] of [
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'The request body is not UTF-8'],
    [
      'holds half a surrogate pair as bytes',
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      'The request body is not UTF-8',
    ],
    ['is not JSON', '{"datasetArn":', 'The request body is not JSON: it ends too early'],
    [
      'has a comma too many',
      '{"datasetArn": "a",}',
      'The request body is not JSON at position 19: leave out the comma before it',
    ],
    [
      'begins with a byte order mark',
      '\ufeff{}',
      'The request body is not JSON: it begins with a byte order mark (U+FEFF), leave that out',
    ],
    ['is more than JSON', '{} {}', 'The request body is not JSON at position 3'],
    [
      'is nested 101 deep',
      `{"x":${'['.repeat(100)}"${'a'.repeat(100)}"${']'.repeat(100)}}`,
      'The request body must not be nested more than 100 deep',
    ],
    ['is millions of brackets', '['.repeat(3_800_000), 'The request body must not be nested more than 100 deep'],
    [
      'has a NUL far inside',
      `{"x":${'['.repeat(20_000)}"\\u0000"${']'.repeat(20_000)}}`,
      'The request body must not be nested more than 100 deep',
    ],
  ] as const) {
    it(`refuses a body that ${what}`, async () => {
      const { status, headers, body: answer, invoked } = await call('/users', body)
      assert.deepEqual([status, headers.get('x-amzn-errortype')], [400, 'SerializationException'])
      assert.deepEqual(JSON.parse(answer), { message })
      assert.deepEqual(invoked, [])
    })
  }

  for (const [where, body, path] of [
    ['an id', '{"datasetArn": "a", "users": [{"userId": "a"}, {"userId": "a\\u0000b"}]}', 'users.2.member.userId'],
    ['a key', '{"datasetArn": "a", "users": [{"userId": "a", "b\\u0000": 1}]}', 'users.1.member.b\\u0000'],
  ] as const) {
    it(`refuses a NUL in ${where} as the model declares`, async () => {
      const { status, headers, body: answer } = await call('/users', body)
      assert.deepEqual([status, headers.get('x-amzn-errortype')], [400, 'InvalidInputException'])
      assert.deepEqual(JSON.parse(answer), { message: `'${path}' must not contain the NUL character (U+0000)` })
    })
  }

  describe('with a body that is marked as compressed', () => {
    const input = { datasetArn: `${arn}:dataset/shop/USERS`, users: [{ userId: 'ünï' }] }
    const zipped = gzipSync(JSON.stringify(input))
    const send = (body: Buffer, encoding: string) => call('/users', body, { headers: { 'content-encoding': encoding } })

    it('reads gzip', async () => {
      for (const encoding of ['gzip', 'GZIP']) {
        const { status, invoked } = await send(zipped, encoding)
        assert.deepEqual([status, invoked], [200, [input]])
      }
      assert.deepEqual((await send(Buffer.from(JSON.stringify(input)), 'identity')).invoked, [input])
    })

    for (const [what, body, encoding, code, message] of [
      ['gzip and is not', Buffer.from('{}'), 'gzip', 'SerializationException', /is not gzip, as its content-encoding/],
      ['gzip and is cut', zipped.subarray(0, -9), 'gzip', 'SerializationException', /is not gzip/],
      [
        'another encoding',
        brotliCompressSync('{}'),
        'br',
        'SerializationException',
        /must be gzip, or left out, got 'br'/,
      ],
      ['two encodings', zipped, 'gzip, br', 'SerializationException', /must be gzip/],
      ['chunks with signatures', zipped, 'aws-chunked', 'SerializationException', /got 'aws-chunked'/],
      [
        'gzip and unpacks to a hundred times as much as a body may have',
        gzipSync(Buffer.alloc(400 * 2 ** 20, ' ')),
        'gzip',
        'RequestEntityTooLargeException',
        /unpacks to more than 4194304 bytes/,
      ],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { headers, body: answer, invoked } = await send(body, encoding)
        assert.equal(headers.get('x-amzn-errortype'), code)
        assert.match(JSON.parse(answer).message, message)
        assert.deepEqual(invoked, [])
      })
    }
  })

  for (const [path, headers, expected] of [
    ['/users', {}, ['message']],
    ['/', CONTROL, ['__type', 'message']],
  ] as const) {
    it(`returns no details of a fault of the server to a client of ${path}, and logs no value`, async () => {
      const input = { datasetArn: `${arn}:dataset/shop/USERS`, users: [{ userId: 'u' }], schemaArn: `${arn}:schema/s` }
      const reply = await call(path, JSON.stringify(input), {
        headers,
        async invoke() {
          throw new TypeError('secret-1\n    secret-2\nsecret-3')
        },
      })
      assert.deepEqual([reply.status, reply.headers.get('x-amzn-errortype')], [500, 'InternalFailure'])
      const body = JSON.parse(reply.body)
      assert.deepEqual(Object.keys(body), expected)
      assert.doesNotMatch(reply.body + reply.logged, /secret/)
      assert.match(reply.logged, /TypeError.*personalize\.test\.ts/)
      assert.ok(reply.logged.includes(reply.headers.get('x-amzn-requestid')!))
    })
  }

  it('asks the client to try again where the store is unavailable, and logs why', async () => {
    const input = JSON.stringify({ schemaArn: `${arn}:schema/s` })
    const error = new StoreError('unavailable', 'the disk is full')
    const reply = await call('/', input, { headers: CONTROL, invoke: () => Promise.reject(error) })
    assert.deepEqual([reply.status, reply.headers.get('retry-after')], [503, '1'])
    assert.equal(reply.headers.get('x-amzn-errortype'), 'ServiceUnavailable')
    assert.match(reply.logged, /the disk is full/)
  })

  it('answers a fault that is no Error', async () => {
    const headers = CONTROL
    const input = JSON.stringify({ schemaArn: `${arn}:schema/s` })
    const reply = await call('/', input, { headers, invoke: () => Promise.reject(new Map([['secret', 1]])) })
    assert.equal(reply.status, 500)
  })

  it('logs why it refused, but no value', async () => {
    const { logged } = await call('/users', JSON.stringify({ datasetArn: 'secret', users: [{ userId: 'secret' }] }))
    assert.match(logged, /"operation":"PutUsers","code":"InvalidInputException"/)
    assert.doesNotMatch(logged, /secret/)
  })
})
