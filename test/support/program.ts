import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { movedClock } from './moved-clock.ts'

const PERSONALITE = fileURLToPath(new URL('../../bin/personalite', import.meta.url))

type Environment = Readonly<Record<string, string>>

interface StartOptions {
  readonly env?: Environment | undefined
  readonly nodeFlags?: readonly string[] | undefined
  /** An open file to write standard error to, in place of a pipe. */
  readonly stderr?: number | undefined
}

function start(args: readonly string[], { env, nodeFlags = [], stderr }: StartOptions): ChildProcess {
  const environment = { ...movedClock, ...env }
  const command = [...nodeFlags, PERSONALITE, ...args]
  return spawn(process.execPath, command, { env: environment, stdio: ['ignore', 'pipe', stderr ?? 'pipe'] })
}

/** Runs the program with these arguments to its end. */
export async function run(args: readonly string[], env?: Environment, nodeFlags?: readonly string[]) {
  const child = start(args, { env, nodeFlags })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')])
  return { code: code as number, stdout, stderr }
}

/**
 * Starts `personalite serve`, and waits until it has printed its URL. `stop` returns its exit code.
 * @param stderr an open file to write standard error to
 */
export async function serve(args: readonly string[], env?: Environment, stderr?: number) {
  const child = start(['serve', ...args], { env, stderr })
  const exited = once(child, 'exit')
  child.stderr?.resume() // a full pipe would hold it up
  let greeting = ''
  for await (const chunk of child.stdout!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    greeting += chunk
    if (greeting.includes('export')) break
  }
  const url = /ready at (\S+)/.exec(greeting)?.[1] ?? ''
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return (await exited)[0] as number
  }
  return { child, greeting, url, stop }
}
