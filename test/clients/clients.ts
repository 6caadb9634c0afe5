import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import { movedClock } from '#test/moved-clock.ts'
import { storeUrl } from '#test/store.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const REQUIREMENTS = 'pip install -r test/clients/requirements.txt -r test/package/requirements.txt'

export type Environment = Readonly<Record<string, string>>

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

type Row = Readonly<Record<string, unknown>>

/** The output of `personalite ... --json`; each command has a part of it. */
interface Inspected {
  readonly properties: Row
  readonly records: readonly Row[]
  readonly interactions: readonly Row[]
  readonly count: Readonly<Record<'PUT' | 'BULK' | 'ALL', number>>
  readonly repeated: number
  readonly unknownProperties: readonly { readonly name: string; readonly count: number; readonly perhaps?: string }[]
}

export interface ServerProcess extends AsyncDisposable {
  readonly dataDir: string
  /** The variables that the server prints for clients, and none of this machine's own AWS settings. */
  readonly env: Environment
  /** Runs a client that is set to this server. */
  run(command: string, args: readonly string[], env?: Environment): Promise<Outcome>
  /** The output of `personalite <args> --json`. */
  inspect(...args: string[]): Promise<Inspected>
}

/**
 * The reason why the tests of a client are skipped; false if the client is installed.
 * @throws Error if it is not installed and PERSONALITE_REQUIRE_CLIENTS=1
 */
export function skipUnless(client: string, command: string, args: readonly string[]): string | false {
  if (spawnSync(command, args).status === 0) return false
  const reason = `${client} is not there: ${REQUIREMENTS}`
  if (process.env.PERSONALITE_REQUIRE_CLIENTS === '1') throw new Error(reason)
  return reason
}

/**
 * Starts `personalite serve` in a process of its own, with a data directory that is deleted at its end. `node` and `main`
 * are another Node and another installation of the program.
 */
export async function startServerProcess(
  settings: Environment = {},
  { node = process.execPath, main = MAIN } = {},
): Promise<ServerProcess> {
  const dataDir = await temporaryDirectory()
  const store = await storeUrl(dataDir)
  const args = [main, 'serve', '--port', '0', '--data-dir', dataDir, '--log-level', 'error']
  if (store) args.push('--store', store)
  const child = spawn(node, args, {
    env: { ...movedClock, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stopped = once(child, 'exit')
  const greeting = await readUntil(child.stdout, /export .*\n/)
  const isolated = { PATH: process.env.PATH!, HOME: dataDir, AWS_CONFIG_FILE: join(dataDir, 'none'), AWS_PAGER: '' }
  const exported = greeting.split('export ')[1]!.trim().split(' ')
  const env = { ...movedClock, ...isolated, ...Object.fromEntries(exported.map(variable => variable.split('='))) }
  const run: ServerProcess['run'] = (command, args, more = {}) => execute(command, args, { ...env, ...more })
  return {
    dataDir,
    env,
    run,
    async inspect(...args) {
      const { code, stdout, stderr } = await run(node, [main, ...args, '--json'])
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout)
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      const [code] = await stopped
      await rm(dataDir, { recursive: true })
      assert.equal(code, 0)
    },
  }
}

function execute(command: string, args: readonly string[], env: Environment): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

async function readUntil(stream: Readable, pattern: RegExp): Promise<string> {
  let read = ''
  for await (const chunk of stream.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    read += chunk
    if (pattern.test(read)) return read
  }
  throw new Error(`the server ended before it was ready: ${read}`)
}

const id = (name: string) => ({ name, type: 'string' })
const interaction = (item: string) => [id('USER_ID'), id(item), { name: 'TIMESTAMP', type: 'long' }, id('EVENT_TYPE')]

/** Schemas as the guide's examples need them, by dataset type. */
export const schemas = {
  Users: schema('Users', [
    id('USER_ID'),
    { name: 'MEMBERSHIP_TYPE', type: 'string', categorical: true },
    { name: 'NUMBER_OF_VIDEOS_WATCHED', type: ['null', 'int'] },
  ]),
  Items: schema('Items', [
    id('ITEM_ID'),
    { name: 'GENRES', type: ['null', 'string'], categorical: true },
    { name: 'CREATION_TIMESTAMP', type: 'long' },
  ]),
  Interactions: schema('Interactions', [
    ...interaction('ITEM_ID'),
    { name: 'EVENT_VALUE', type: ['null', 'float'] },
    { name: 'NUM_RATINGS', type: ['null', 'int'] },
    { name: 'IMPRESSION', type: ['null', 'string'] },
  ]),
  Actions: schema('Actions', [id('ACTION_ID'), { name: 'VALUE', type: ['null', 'long'] }, category('CHANNEL')]),
  Action_Interactions: schema('ActionInteractions', [...interaction('ACTION_ID'), category('DEVICE')]),
} as const

function category(name: string) {
  return { name, type: ['null', 'string'], categorical: true }
}

function schema(name: string, fields: readonly object[]): string {
  return JSON.stringify({
    type: 'record',
    name,
    namespace: 'com.amazonaws.personalize.schema',
    fields,
    version: '1.0',
  })
}
