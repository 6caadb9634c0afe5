import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

export interface ServerProcess {
  readonly url: string
  /** The most memory that it has held, in MiB; undefined where there is no /proc. */
  peakMemoryMiB(): number | undefined
  stop(): Promise<void>
}

/** Starts a server in a process of its own and waits for it to print its URL. @param checkout where it runs from */
export async function startProcess(nodeArguments: readonly string[], checkout = '.'): Promise<ServerProcess> {
  const child = spawn(process.execPath, nodeArguments, { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] })
  // Also where the benchmark fails.
  process.once('exit', () => child.kill('SIGKILL'))
  const url = await printedUrl(child)
  return {
    url,
    peakMemoryMiB: () => peakMemoryMiB(child.pid!),
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

/**
 * Our server, on this data directory and a free port.
 * @param flags more of those of `serve`
 * @param checkout another one, to compare with
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

function peakMemoryMiB(pid: number): number | undefined {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
  } catch {
    return undefined
  }
}
