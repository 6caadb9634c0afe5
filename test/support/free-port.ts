import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that operating systems choose themselves, for connections and for servers without a port. */
const [FIRST, COUNT] = [20_000, 10_000]

/** Returns a port of loopback that is free now, and that only another call of this takes by chance. */
export async function freePort(): Promise<number> {
  const port = FIRST + Math.floor(COUNT * Math.random())
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return freePort()
  }
  server.close()
  await once(server, 'close')
  return port
}
