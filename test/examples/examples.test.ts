import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connect as connectByTls } from 'node:tls'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { freePort } from '#test/free-port.ts'
import { skipUnless } from '../clients/clients.ts'
import { skipWithoutMoto } from '../clients/moto.ts'
import { openExample, startQuickstart } from './examples.ts'

/** Jars that scripts/build-clients.sh has brought for its program of Java. */
const JARS = join(process.env.PERSONALITE_CLIENTS ?? '', 'java/dependencies')

const clients: Readonly<Record<string, string | false>> = {
  'aws-cli': skipUnless('the AWS CLI', 'aws', ['--version']),
  boto3: skipUnless('boto3', 'python3', ['-c', 'import boto3']),
  javascript: false,
  java: !(process.env.PERSONALITE_CLIENTS && existsSync(JARS)) && 'not built: scripts/build-clients.sh',
}

const unlessThere = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0 && `${program} is not installed`

describe('the examples, as their pages say', () => {
  let directory: string
  let server: Awaited<ReturnType<typeof startQuickstart>>
  /** The example on this server. Of the two servers of a proxy, one is down. */
  const open = async (name: string, more: Readonly<Record<string, string>> = {}) =>
    openExample(name, directory, {
      '127.0.0.1:7377': new URL(server.url).host,
      '127.0.0.1:7378': `127.0.0.1:${await freePort()}`,
      ...more,
    })
  before(async () => {
    directory = await temporaryDirectory()
    server = await startQuickstart()
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  for (const [name, skip] of Object.entries(clients))
    it(`${name}: puts a user, and gets recommendations`, { skip }, async () => {
      const example = await open(name)
      if (name === 'java') {
        await mkdir(join(example.folder, 'target'))
        await cp(JARS, join(example.folder, 'target/dependency'), { recursive: true })
      }
      assertItems(await example.run(example.blocks[0]!))
    })

  it('declare: plans, applies, exports and destroys templates', async () => {
    const example = await open('declare')
    const [apply, end, cdk] = example.blocks
    const applied = await example.run(apply!)
    assert.ok(applied.includes('8 to create.') && applied.at(-1) === '8 unchanged.', applied.join('\n'))
    // Each block runs in a shell of its own.
    const endpoint = apply!.split('\n')[0]
    const ended = await example.run(`${endpoint}\n${end}`)
    assert.ok(ended.includes('      Name: shop-dev') && /^Group .*: deleted/.test(ended.at(-1)!), ended.join('\n'))
    assert.ok((await example.run(`${endpoint}\n${cdk}`)).includes('4 to create.'))
  })

  for (const [name, port] of [
    ['nginx', 8443],
    ['caddy', 8444],
  ] as const) {
    const skip = unlessThere(name) || clients.boto3!
    it(`${name}: passes on what clients have signed, while one of two servers is down`, { skip }, async () => {
      const own = await freePort()
      const proxy = await open(name, { [port]: String(own), [`/tmp/personalite-${name}`]: join(directory, name) })
      const [serve, ask] = proxy.blocks
      await using _running = proxy.start(serve!)
      await untilItListens(own, true)
      assertItems(await proxy.run(ask!))
    })
  }

  it('moto: imports from a bucket, with a role', { skip: skipWithoutMoto() || clients['aws-cli']! }, async () => {
    const [ours, motos] = [await freePort(), await freePort()]
    const moto = await openExample('moto', directory, { 7377: String(ours), 5000: String(motos) })
    const [serve, ask] = moto.blocks
    // On a port of its own; the page has the default.
    const started = serve!.replace('npx personalite serve', `$& --port ${ours} --data-dir data`)
    await using _running = moto.start(`${started}wait`)
    for (const port of [ours, motos]) await untilItListens(port)
    const settings = serve!.split('\n').filter(line => /^(unset|export)/.test(line))
    const lines = await moto.run([...settings, ask].join('\n'))
    assert.equal(lines.at(-1), 'account 123456789012: the import is ACTIVE')
  })
})

/** By TLS, a server has its certificate as well. */
async function untilItListens(port: number, byTls = false): Promise<void> {
  const options = { host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false }
  await eventually(`a server on port ${port}`, async () => {
    const socket = byTls ? connectByTls(options) : connect(options)
    return once(socket, byTls ? 'secureConnect' : 'connect')
      .catch(() => false)
      .finally(() => socket.destroy())
  })
}

function assertItems(lines: readonly string[]): void {
  assert.equal(lines.length, 5, lines.join('\n'))
  for (const line of lines) assert.match(line, /^[a-z-]+$/)
}
