import { constants } from 'node:os'
import { type Config, LOCAL_KEY, STANDARD_OUTPUT } from '../config/config.ts'
import { isStartedByNpm } from '../config/environment.ts'
import { isEveryAddress } from '../config/loopback.ts'
import { CONSOLE_PATH, isConsoleBuilt } from '../console/console.ts'
import type { RunningServer } from '../server.ts'
import { startSeeded } from './start.ts'

/** Signals closer than this are one Ctrl-C: the terminal sends the signal to the process, and npm sends it again. */
const SAME_SIGNAL_MS = 500
const LOOK_FOR_PARENT_MS = 1000

/** Runs a server until a signal stops it. @throws Error with a message of one line for the operator */
export async function serve(config: Config): Promise<void> {
  const server = await start(config)
  stopOnSignal(server)
  exitWhenEnded(server)
  // Standard output is the audit trail's alone, so that a program can read it.
  const print = config.auditLog === STANDARD_OUTPUT ? console.error : console.log
  print(greeting(server.url, config))
}

/** Starts a server. @throws Error with a message of one line for the operator */
export async function start(config: Config): Promise<RunningServer> {
  return startSeeded(config).catch(error => {
    throw new Error(explain(error, config))
  })
}

/**
 * On SIGINT and SIGTERM, stops the server and then ends the process. A second signal ends the process at once.
 *
 * npx runs a program in a shell, to which it passes SIGTERM on. The shell ends, and says nothing to the program. So the
 * end of the shell is a SIGTERM too.
 */
export function stopOnSignal(server: Pick<RunningServer, 'stop'>): void {
  let stopping: number | undefined
  const stop = async (_signal: string, number: number) => {
    if (stopping !== undefined) {
      if (performance.now() - stopping > SAME_SIGNAL_MS) process.exit(128 + number)
      return
    }
    stopping = performance.now()
    await server.stop()
    process.exit(0)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  if (!isStartedByNpm()) return
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(look)
    if (stopping === undefined) void stop('SIGTERM', constants.signals.SIGTERM)
  }, LOOK_FOR_PARENT_MS).unref()
}

/** Stops the server, and ends the process with an error, once only another process can write again. */
export function exitWhenEnded({ ended, stop }: Pick<RunningServer, 'ended' | 'stop'>): void {
  void ended.then(async () => {
    // Writes at the end are refused.
    await stop().catch(() => {})
    process.exit(1)
  })
}

function greeting(url: string, config: Config): string {
  const { dataDir, accountId, region, credentials, host } = config
  const { accessKeyId, secretAccessKey } = LOCAL_KEY
  const isOwn = credentials.length > 0
  const key = isOwn ? '' : ` AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`
  // The token of other credentials would be sent with this key, and the server would refuse it.
  const unset = isOwn ? '' : '  unset AWS_SESSION_TOKEN\n'
  const shown = config.console === 'on' && isConsoleBuilt() ? `Look at it in a browser: ${url}${CONSOLE_PATH}\n` : ''
  const elsewhere = isEveryAddress(host) ? 'Other machines reach it by the name or address of this one\n' : ''
  return `
Personalite is ready at ${url}
${elsewhere}Account ${accountId}, region ${region}, data in ${dataDir}
${shown}
Point any AWS SDK or the AWS CLI at it:

${unset}  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}${key}
`
}

function explain(error: NodeJS.ErrnoException, { host, port, dataDir }: Config): string {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is taken by another program; choose another with --port`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; choose another with --host`,
    EEXIST: `${dataDir} is a file; choose a directory with --data-dir`,
    ENOTDIR: `${dataDir} is below a file; choose another with --data-dir`,
    EROFS: `the file system of ${dataDir} is read-only; choose another with --data-dir`,
    // So Node says of a file system that is read-only or without room for files, such as /proc.
    ENOENT: `${dataDir} cannot be made, perhaps on a read-only file system; choose another with --data-dir`,
    // PostgreSQL's code. Since its version 15 only the owner of a database may create tables there.
    42501: `${error.message}: GRANT CREATE ON SCHEMA public TO the user of --store`,
    ENOTFOUND: `${host} is not the name of a machine; choose another with --host`,
  }
  const denied = error.syscall === 'listen' ? `listen on port ${port} of ${host}` : `write to ${dataDir}`
  if (error.code === 'EACCES' || error.code === 'EPERM') return `this user may not ${denied}`
  return reasons[error.code ?? ''] ?? error.message
}
