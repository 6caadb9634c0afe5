import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { RequestEntityTooLargeException } from '../contract/errors.ts'
import { corsHeaders } from './cors.ts'
import type { Request } from './handle.ts'
import { errorReply, type Reply } from './reply.ts'

/**
 * The largest body. Ten items with properties of 32,000 characters, each character escaped for JSON twice over
 * (`\\u4e2d`), are 2.3 MB.
 */
const BODY_BYTES_MAX = 4 * 1024 * 1024

export interface HttpOptions {
  /** Origins whose pages may call the API; `*` for any. */
  readonly corsOrigins: readonly string[]
  readonly handle: (request: Request) => Promise<Reply>
}

/** The thin layer between node's HTTP server and the pure function that answers requests. */
export function createHttpServer({ corsOrigins, handle }: HttpOptions): Server {
  const server = createServer(
    { headersTimeout: 20_000, requestTimeout: 60_000, keepAliveTimeout: 75_000, maxHeaderSize: 32 * 1024 },
    (message, response) => {
      const cors = corsHeaders(corsOrigins, message.headers)
      if (message.method === 'OPTIONS' && cors.length > 0) {
        message.resume()
        response.writeHead(204, cors).end()
        return
      }
      collect(message, body => {
        if (!body) return send(response, tooLarge(), cors)
        const { method = 'GET', url = '/', headers } = message
        handle({ method, url, headers, body }).then(reply => send(response, reply, cors))
      })
    },
  )
  return server
}

/** Gives the body, or nothing as soon as it is too large; says nothing at all where the client goes away. */
function collect(message: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > BODY_BYTES_MAX) {
      message.removeAllListeners('data').removeAllListeners('end').resume()
      done(undefined)
    } else chunks.push(chunk)
  })
  message.on('end', () => done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
  message.on('error', () => {})
}

function send(response: ServerResponse, { status, headers, body }: Reply, cors: readonly string[]): void {
  if (response.destroyed) return
  // What is left of a refused body is not read to its end: the connection goes with it.
  if (status === 413) response.shouldKeepAlive = false
  response.writeHead(status, [...headers, ...cors]).end(body)
}

function tooLarge(): Reply {
  const error = new RequestEntityTooLargeException(`The request body is larger than ${BODY_BYTES_MAX} bytes`)
  return errorReply('events', error, '-')
}
