import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

export interface ServerProcess {
  readonly url: string
  /** The peak of its memory, in MiB; undefined without /proc. */
  peakMemoryMiB(): number | undefined
  /** Its memory now. */
  memoryMiB(): number | undefined
  /** The processor time that it has used, in milliseconds; NaN without /proc. */
  processorMs(): number
  stop(): Promise<void>
}

/** Starts a server in a process of its own, and waits until it prints its URL. @param checkout its working directory */
export async function startProcess(nodeArguments: readonly string[], checkout = '.'): Promise<ServerProcess> {
  const child = spawn(process.execPath, nodeArguments, { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] })
  // Also if the benchmark fails.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const url = await printedUrl(child)
  return {
    url,
    peakMemoryMiB: () => memoryMiB(child.pid!, 'VmHWM'),
    memoryMiB: () => memoryMiB(child.pid!, 'VmRSS'),
    processorMs: () => processorMs(child.pid!),
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      process.off('exit', kill)
    },
  }
}

/**
 * Starts a Personalite server with this data directory on a free port.
 * @param flags further flags of `serve`
 * @param checkout another checkout, to compare with
 */
export function startPersonalite(
  dataDir: string,
  nodeOptions: readonly string[] = [],
  flags: readonly string[] = [],
  checkout?: string,
): Promise<ServerProcess> {
  const program = ['src/main.ts', 'serve', '--port', '0', '--data-dir', dataDir]
  return startProcess([...nodeOptions, ...program, ...flags], checkout)
}

async function printedUrl(child: ChildProcess): Promise<string> {
  let printed = ''
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    printed += chunk
    const url = /http:\/\/[\d.:]+/.exec(printed)?.[0]
    if (url) {
      child.stdout!.resume()
      return url
    }
  }
  throw new Error(`the server did not start: ${printed}`)
}

function memoryMiB(pid: number, line: 'VmHWM' | 'VmRSS'): number | undefined {
  try {
    return Math.round(
      Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024,
    )
  } catch {
    return undefined
  }
}

/** A hundredth of a second, which Linux counts in. */
const TICK_MS = 10

/** Returns the processor time that a process has used, in milliseconds; NaN where there is none, or no /proc. */
function processorMs(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * TICK_MS
  } catch {
    return Number.NaN
  }
}

/**
 * The same of a PostgreSQL: of all processes of its connections, those that have ended as well.
 * @param dataDir where its files are
 */
export function postgresMs(dataDir: string): number {
  try {
    const pid = Number(readFileSync(`${dataDir}/postmaster.pid`, 'utf8').split('\n')[0])
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    const running = children.map(child => processorMs(Number(child))).filter(ms => !Number.isNaN(ms))
    return running.reduce((sum, ms) => sum + ms, processorMs(pid) + endedMs(pid))
  } catch {
    return Number.NaN
  }
}

/** The processor time of the children that a process has waited for. */
function endedMs(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').slice(13, 15)
  return (Number(user) + Number(system)) * TICK_MS
}
