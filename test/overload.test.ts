import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { countOf } from '#test/http.ts'
import { connectRaw, type RawConnection, signedRequest } from '#test/raw-http.ts'
import { clientsOf, createUsersDataset } from '#test/server.ts'
import { storeUrl } from '#test/store.ts'
import { LOCAL_KEY } from '../src/config/config.ts'
import { type ServerProcess, start } from './crash/server-process.ts'

const AT_A_TIME = 20
const CONNECTIONS = 400
const CALLS_EACH = 25
const PATIENT_CALLS = 20

/** The memory of the process, in MB, and the number of requests that it refused. */
async function measure(url: string) {
  const text = await (await fetch(`${url}/metrics`)).text()
  const rss = Number(/^process_resident_memory_bytes (.*)$/m.exec(text)![1]) / 2 ** 20
  const shed = [...text.matchAll(/^personalite_shed_total\{.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
  return { rss, shed }
}

describe('twenty times as many requests as a server accepts at a time', () => {
  it('get answers, or 503 to retry, and the server stores the acknowledged ones and no others', async () => {
    const dataDir = await temporaryDirectory()
    const store = await storeUrl(dataDir)
    const args = ['--max-requests', `${AT_A_TIME}`, '--log-level', 'error', ...(store ? ['--store', store] : [])]
    const server = await start(dataDir, args)
    try {
      const { datasetArn } = await createUsersDataset(clientsOf(server.url))
      const before = await measure(server.url)
      const answers = new Map<string, number>()
      const flood = async (caller: number) => {
        using connection = await connectRaw(server.url)
        for (let call = 0; call < CALLS_EACH; call++) {
          const body = JSON.stringify({ datasetArn, users: [{ userId: `${caller}-${call}` }] })
          const reply = await connection.exchange(signedRequest(server.url, { path: '/users', body }))
          const answer = `${reply?.status} ${reply?.headers['x-amzn-errortype'] ?? ''}`.trim()
          answers.set(answer, (answers.get(answer) ?? 0) + 1)
        }
      }
      /** A usual client, with its own retries. */
      const options = { endpoint: server.url, region: 'us-east-1', credentials: LOCAL_KEY, maxAttempts: 20 }
      using client = Object.assign(new PersonalizeEventsClient(options), {
        [Symbol.dispose]: () => client.destroy(),
      })
      const flooding = Promise.all(Array.from({ length: CONNECTIONS }, (_, caller) => flood(caller)))
      const patient = Array.from({ length: PATIENT_CALLS }, (_, call) =>
        client.send(new PutUsersCommand({ datasetArn, users: [{ userId: `patient-${call}` }] })),
      )
      const tries = (await Promise.all(patient)).map(({ $metadata }) => $metadata.attempts!)
      await flooding

      const after = await measure(server.url)
      assert.deepEqual([...answers.keys()].sort(), ['200', '400 ThrottlingException'])
      const acknowledged = answers.get('200')!
      assert.equal((await countOf(server, datasetArn)).rows, acknowledged + PATIENT_CALLS)
      const triedAgain = tries.reduce((sum, attempts) => sum + attempts - 1, 0)
      assert.equal(after.shed, CONNECTIONS * CALLS_EACH - acknowledged + triedAgain)
      assert.ok(after.rss < before.rss + 200, `${before.rss} MB, then ${after.rss} MB`)
    } finally {
      await server.kill()
      await rm(dataDir, { recursive: true })
    }
  })
})

/** More than a server accepts; fewer if this machine allows a process fewer files. */
const SILENT = Math.min(10_200, Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) - 500 || 10_200)
const UNFINISHED = 83
const BODY_BYTES = 4 * 2 ** 20

/** The connections of an attacker. Each sends its first bytes at once, and then byte by byte. */
interface Attack {
  readonly connections: number
  readonly bytes: Buffer | string
  readonly trickle?: string
}

const head = (more: string) => `POST /users HTTP/1.1\r\nhost: localhost\r\n${more}`
const unfinished = Buffer.concat([
  Buffer.from(head(`content-length: ${BODY_BYTES}\r\n\r\n`)),
  Buffer.alloc(BODY_BYTES - 1),
])

const attacks: Readonly<Record<string, (url: string) => Attack>> = {
  'unfinished bodies without credentials': () => ({ connections: UNFINISHED, bytes: unfinished }),
  'unfinished bodies of a known key with a wrong signature': url => ({
    connections: UNFINISHED,
    bytes: withWrongSignature(signedRequest(url, { path: '/users', body: Buffer.alloc(BODY_BYTES) })).subarray(0, -1),
  }),
  'bodies sent byte by byte, of a known key with a wrong signature': url => ({
    connections: 1000,
    bytes: withWrongSignature(signedRequest(url, { path: '/users', body: Buffer.alloc(60_000) })).subarray(0, -30_000),
    trickle: 'a',
  }),
  'heads sent byte by byte': () => ({ connections: 2000, bytes: head('x-a: '), trickle: 'b' }),
  'connections that say nothing': () => ({ connections: SILENT, bytes: '' }),
  'requests without credentials, a thousand on each connection': () => ({
    connections: 50,
    bytes: head('content-length: 0\r\n\r\n').repeat(1000),
  }),
}

function withWrongSignature(request: Buffer): Buffer {
  const at = request.indexOf('Signature=') + 'Signature='.length
  request.write('0'.repeat(64), at)
  return request
}

/** Begins an attack, which lasts until it is disposed. */
async function begin(url: string, { connections, bytes, trickle }: Attack): Promise<Disposable> {
  const open: RawConnection[] = []
  while (open.length < connections) {
    const some = Math.min(200, connections - open.length)
    open.push(...(await Promise.all(Array.from({ length: some }, () => connectRaw(url)))))
    for (const { socket } of open.slice(-some)) if (bytes.length > 0) socket.write(bytes)
  }
  const sendMore = () => {
    for (const { socket } of open) if (socket.writable) socket.write(trickle!)
  }
  const sending = trickle === undefined ? undefined : setInterval(sendMore, 200)
  return {
    [Symbol.dispose]() {
      clearInterval(sending)
      for (const connection of open) connection[Symbol.dispose]()
    },
  }
}

describe('a caller', () => {
  let server: ServerProcess
  let dataDir: string
  let datasetArn: string
  before(async () => {
    dataDir = await temporaryDirectory()
    const store = await storeUrl(dataDir)
    server = await start(dataDir, ['--log-level', 'error', ...(store ? ['--store', store] : [])])
    datasetArn = (await createUsersDataset(clientsOf(server.url))).datasetArn
  })
  after(async () => {
    await server.kill()
    await rm(dataDir, { recursive: true })
  })

  for (const [what, attack] of Object.entries(attacks)) {
    it(`is answered at the first try beside ${what}, and so is a health check`, async () => {
      using _attack = await begin(server.url, attack(server.url))
      await setTimeout(200)
      const { events } = clientsOf(server.url)
      for (let call = 0; call < PATIENT_CALLS; call++) {
        await events.send(new PutUsersCommand({ datasetArn, users: [{ userId: `u${call}` }] }))
      }
      const body = JSON.stringify({ datasetArn, users: [{ userId: 'u' }], padding: ' '.repeat(1e6) })
      using connection = await connectRaw(server.url)
      const large = await connection.exchange(signedRequest(server.url, { path: '/users', body }))
      assert.deepEqual([large?.status, large?.body], [200, ''])
      for (const path of ['/healthz', '/readyz']) assert.ok((await fetch(`${server.url}${path}`)).ok, path)
      events.destroy()
    })
  }
})
