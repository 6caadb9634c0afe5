import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { ListSchemasCommand, PersonalizeClient } from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { makeCertificate } from '#test/certificate.ts'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { run } from '#test/program.ts'
import { signedRequest } from '#test/raw-http.ts'
import { createUsersDataset } from '#test/server.ts'
import { LOCAL_KEY } from '../src/config/config.ts'
import { type PersonaliteServer, startServer } from '../src/index.ts'
import { openTls } from '../src/wire/http/certificate.ts'

const KEY = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_DEFAULT_REGION: 'us-east-1' }

describe('a server with a certificate', () => {
  let folder: string
  let server: PersonaliteServer
  let files: { cert: string; key: string }
  let auditLog: string
  before(async () => {
    folder = await temporaryDirectory()
    files = await makeCertificate(folder)
    auditLog = join(folder, 'audit.log')
    server = await startServer({ tls: files, auditLog, faults: 'on' })
  })
  after(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  const tlsTo = async (options: object = {}): Promise<TLSSocket> => {
    const socket = connect({
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...options,
    })
    await once(socket, 'secureConnect')
    return socket
  }

  it('has an https URL, and answers the SDK for JavaScript, which keeps its connections', async () => {
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/)
    const httpsAgent = new Agent({ ca: await readFile(files.cert), keepAlive: true, maxSockets: 1 })
    const options = {
      endpoint: server.url,
      region: 'us-east-1',
      credentials: LOCAL_KEY,
      maxAttempts: 1,
      requestHandler: { httpsAgent },
    }
    const personalize = new PersonalizeClient(options)
    const { datasetArn } = await createUsersDataset({ personalize })
    const events = new PersonalizeEventsClient(options)
    for (let call = 0; call < 3; call++) {
      const users = Array.from({ length: 10 }, (_, user) => ({ userId: `u${user}`, properties: `{"age":${user}}` }))
      await events.send(new PutUsersCommand({ datasetArn, users }))
    }
    // Node reads these: they arrive in two pieces.
    const socket = await tlsTo()
    const request = signedRequest(server.url, { path: '/users', body: '{"users":[]}' })
    socket.write(request.subarray(0, 100))
    await new Promise(setImmediate)
    socket.write(request.subarray(100))
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 400 /)
    socket.destroy()
    await assert.rejects(
      new PersonalizeClient({ ...options, requestHandler: {} }).send(new ListSchemasCommand({})),
      /self-signed certificate/,
    )
    httpsAgent.destroy()
  })

  it('answers the AWS CLI and boto3 that believe its certificate, and no others', async () => {
    const env = { PATH: process.env.PATH!, ...KEY }
    const aws = ['personalize', 'list-schemas', '--endpoint-url', server.url]
    const { stdout } = await promisify(execFile)('aws', [...aws, '--ca-bundle', files.cert], { env })
    assert.ok(Array.isArray(JSON.parse(stdout).schemas))
    await assert.rejects(promisify(execFile)('aws', aws, { env }), /SSL validation failed/)
    const program = `
import boto3, sys
client = boto3.client('personalize', endpoint_url=sys.argv[1], verify=sys.argv[2])
print(len(client.list_schemas()['schemas']))`
    const boto3 = await promisify(execFile)('python3', ['-c', program, server.url, files.cert], { env })
    assert.match(boto3.stdout, /^\d+\n$/)
  })

  it('answers the commands that believe its certificate', async () => {
    const args = ['datasets', '--json', '--endpoint', server.url]
    for (const trust of [{ AWS_CA_BUNDLE: files.cert }, { NODE_EXTRA_CA_CERTS: files.cert }] as Record<
      string,
      string
    >[])
      assert.equal((await run(args, trust)).code, 0)
    const { code, stderr } = await run(args)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /the certificate of https:\S+ is not to be trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): name the one that signed it in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS/,
    )
  })

  it('is taken for what it is by a command that asks it without TLS', async () => {
    const endpoint = server.url.replace('https:', 'http:')
    const { code, stderr } = await run(['datasets', '--endpoint', endpoint])
    const message = `${endpoint} closes the connection without an answer: it may be an endpoint with https://`
    assert.deepEqual([code, stderr], [1, `personalite: ${message}\n`])
  })

  it('answers the methods of the package', async () => {
    await server.clock.set('2030-01-01T00:00:00Z')
    assert.equal((await server.clock.time()).toISOString(), '2030-01-01T00:00:00.000Z')
    await server.clock.release()
  })

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await tlsTo({ minVersion: version, maxVersion: version })
      assert.equal(socket.getProtocol(), version)
      socket.destroy()
    }
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }
    await assert.rejects(tlsTo(old), /alert protocol version|EPROTO|ERR_SSL/)
  })

  it('closes a connection that speaks no TLS', async () => {
    const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket.resume(), 'close')
  })

  it('says in its audit trail how each connection was encrypted', async () => {
    await server.clock.release()
    const records = async () => (await readFile(auditLog, 'utf8')).split('\n').slice(0, -1)
    await eventually('a record', async () => (await records()).length > 0)
    for (const line of await records())
      assert.match(line, /"tlsDetails":{"tlsVersion":"TLSv1\.[23]","cipherSuite":"\w+/)
  })
})

describe('a certificate', () => {
  let folder: string
  before(async () => {
    folder = await temporaryDirectory()
  })
  after(() => rm(folder, { recursive: true }))

  it('is read again when it changes: rewritten, renamed, or behind a link', async () => {
    const errors: string[] = []
    const used: string[] = []
    const [one, two, three] = await Promise.all(
      ['one', 'two', 'three'].map(name => makeCertificate(join(folder, name))),
    )
    // As Kubernetes has a secret.
    await symlink('one', join(folder, '..data'))
    const [tlsCert, tlsKey] = [join(folder, '..data', 'tls.crt'), join(folder, '..data', 'tls.key')]
    const tls = (await openTls({ tlsCert, tlsKey }, {
      error: ({ reason }: { reason: string }) => errors.push(reason),
      info() {},
    } as never))!
    using _ = tls.follow({ setSecureContext: ({ cert }) => used.push(String(cert)) }, 1)
    await symlink('two', join(folder, 'next'))
    await rename(join(folder, 'next'), join(folder, '..data'))
    await eventually('the certificate', () => used.length === 1)
    assert.equal(used[0], await readFile(two!.cert, 'utf8'))
    // A look at the moment of the change finds the certificate behind one link, and the key behind the other.
    errors.length = 0
    await writeFile(two!.cert, 'half a certificate')
    await eventually('the first error', () => errors.length === 1)
    assert.match(errors[0]!, /^the file \S+tls\.crt of --tls-cert must be a certificate in PEM/)
    await writeFile(two!.cert, await readFile(three!.cert))
    await eventually('the second error', () => errors.length === 2)
    assert.match(errors[1]!, /^the private key \S+tls\.key of --tls-key is not that of the certificate \S+tls\.crt/)
    await rename(three!.key, two!.key)
    await eventually('the third certificate', () => used.length === 2)
    assert.equal(used[1], await readFile(three!.cert, 'utf8'))
    assert.equal(new X509Certificate(used[1]!).subject, 'CN=localhost')
    assert.deepEqual([errors.length, one !== undefined], [2, true])
  })

  it('is read by one look at a time, so that a slow one does not bring back what was there before', async () => {
    const { cert: tlsCert, key: tlsKey } = await makeCertificate(join(folder, 'slow'))
    const pem = await readFile(tlsCert, 'utf8')
    const used: string[] = []
    const tls = (await openTls({ tlsCert, tlsKey }, { error: assert.fail, info() {} } as never))!
    await writeFile(`${tlsCert}.new`, `${pem}new`)
    await rm(tlsCert)
    await promisify(execFile)('mkfifo', [tlsCert])
    using _ = tls.follow({ setSecureContext: ({ cert }) => used.push(String(cert)) }, 1)
    // It is open when a look reads it, which then waits for the end.
    await using pipe = await open(tlsCert, 'w')
    await rename(`${tlsCert}.new`, tlsCert)
    await setTimeout(50)
    await pipe.writeFile(`${pem}old`)
    await pipe.close()
    await eventually('the second certificate', () => used.length >= 2)
    assert.deepEqual(used, [`${pem}old`, `${pem}new`])
  })

  it('is refused at the start by the name of its file', async () => {
    const { cert, key } = await makeCertificate(join(folder, 'start'))
    const refused = (tls: object, message: RegExp) => assert.rejects(startServer({ tls: tls as never }), message)
    await refused({ cert }, /^Error: --tls-cert and --tls-key go together: set both or neither$/)
    await refused({ cert: `${cert}x`, key }, /the file \S+tls\.crtx of --tls-cert cannot be read: ENOENT$/)
    await refused({ cert: key, key }, /the file \S+tls\.key of --tls-cert must be a certificate in PEM/)
    await refused({ cert, key: cert }, /the file \S+tls\.crt of --tls-key must be a private key in PEM$/)
    const locked = join(folder, 'locked.key')
    await promisify(execFile)('openssl', ['pkey', '-in', key, '-aes256', '-passout', 'pass:secret', '-out', locked])
    await refused({ cert, key: locked }, /the file \S+locked\.key of --tls-key must have no passphrase$/)
  })
})
