import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server, or a worker, in a process of its own. */
export interface ServerProcess {
  /** Of a server. */
  readonly url: string
  readonly pid: number
  /** Its log. */
  logged(): readonly Readonly<{ msg: string; job?: string; hint?: string; model?: string; reason?: string }>[]
  /** Its exit code, when it has ended by itself. */
  readonly ended: Promise<number | null>
  /** Returns its exit code when it has ended: null if the signal ended it. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

type Environment = Readonly<Record<string, string>>

/** The program of this checkout. */
const MAIN = 'src/main.ts'

/**
 * Starts `personalite serve` on a data directory; resolves when it takes requests.
 * @param main the program, where it is that of another version
 */
export function start(
  dataDir: string,
  args: readonly string[] = [],
  env: Environment = {},
  main = MAIN,
): Promise<ServerProcess> {
  return launch(main, ['serve', '--port', '0', '--data-dir', dataDir, ...args], 'export ', env)
}

/** Starts `personalite work` on a data directory; resolves when it is at work. */
export function startWorker(
  dataDir: string,
  args: readonly string[],
  env: Environment = {},
  main = MAIN,
): Promise<ServerProcess> {
  return launch(main, ['work', '--data-dir', dataDir, ...args], 'at work', env)
}

async function launch(main: string, args: readonly string[], ready: string, env: Environment): Promise<ServerProcess> {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const closed = once(child, 'close')
  let logged = ''
  child.stderr!.setEncoding('utf8').on('data', text => {
    logged += text
  })
  let printed = ''
  for await (const text of child.stdout!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += text
    if (printed.includes(ready)) break
  }
  child.stdout!.resume()
  if (!printed.includes(ready)) {
    await closed // its stderr may end after its stdout
    throw new Error(`personalite ${args[0]} ended before it was ready: ${logged}`)
  }
  const ended = closed.then(([code]) => code as number | null)
  return {
    ended,
    url: /http:\/\/[\w.:]+/.exec(printed)?.[0] ?? '',
    pid: child.pid!,
    logged: () =>
      logged
        .split('\n')
        .slice(0, -1)
        .filter(line => line.startsWith('{'))
        .map(line => JSON.parse(line)),
    async kill(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      return ended
    },
  }
}
