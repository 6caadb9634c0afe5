import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '#test/eventually.ts'

/** A simple load balancer. It polls `/readyz`, uses the servers in turn, keeps connections, and retries nothing. */
export interface Balancer extends AsyncDisposable {
  readonly url: string
  /** The number of requests sent to each server. */
  readonly given: ReadonlyMap<string, number>
  add(url: string): void
  remove(url: string): void
  /** Resolves when it sends requests to this server. */
  sendingTo(url: string): Promise<void>
}

const ASK_EVERY_MS = 100

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
}

export async function startBalancer(): Promise<Balancer> {
  const servers = new Map<string, { isReady: boolean; isAsked: boolean; readonly agent: Agent }>()
  const given = new Map<string, number>()
  let turn = 0

  const forward = (message: IncomingMessage, response: ServerResponse) => {
    const ready = [...servers].filter(([, { isReady }]) => isReady)
    const [url, server] = ready[turn++ % ready.length] ?? []
    if (!url || !server) return void refuse(response, 503, 'no server is ready')
    given.set(url, (given.get(url) ?? 0) + 1)
    const { method, headers, url: path } = message
    const forwarded = request(url + path, { method: method!, headers, agent: server.agent }, reply => {
      const { connection: _, 'keep-alive': __, ...kept } = reply.headers
      response.writeHead(reply.statusCode!, kept)
      reply.pipe(response)
    })
    forwarded.on('error', error => refuse(response, 502, `${url}: ${error.message}`))
    message.pipe(forwarded)
  }
  const ask = async (url: string) => {
    const server = servers.get(url)
    // One look after the other: a slower one would bring back what it found before.
    if (!server || server.isAsked) return
    server.isAsked = true
    server.isReady = await fetch(`${url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    )
    server.isAsked = false
  }
  const asking = setInterval(() => void Promise.all([...servers.keys()].map(ask)), ASK_EVERY_MS)

  const server = createServer(forward)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    given,
    add: url => void servers.set(url, { isReady: false, isAsked: false, agent: new Agent({ keepAlive: true }) }),
    remove(url) {
      servers.get(url)?.agent.destroy()
      servers.delete(url)
    },
    async sendingTo(url) {
      await eventually(`a request to ${url}`, () => given.has(url))
    },
    async [Symbol.asyncDispose]() {
      clearInterval(asking)
      for (const { agent } of servers.values()) agent.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
