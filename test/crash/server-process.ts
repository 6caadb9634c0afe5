import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  /** Gives what it exited with when it has ended: null where the signal ended it. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

/** Starts `personalite serve` on a data directory; resolves when it takes requests. */
export async function start(dataDir: string): Promise<ServerProcess> {
  const server = spawn(process.execPath, ['src/main.ts', 'serve', '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let printed = ''
  for await (const text of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += text
    if (printed.includes('export ')) break
  }
  server.stdout.resume()
  const url = /http:\/\/[\d.:]+/.exec(printed)![0]
  return {
    url,
    async kill(signal = 'SIGKILL') {
      const closed = once(server, 'close')
      server.kill(signal)
      return (await closed)[0]
    },
  }
}
