import type { IncomingHttpHeaders } from 'node:http'
import type { Reply } from './reply.ts'

/** The connection that a request came on. A socket fits. */
export interface Peer {
  /** The address at its other end. */
  readonly remoteAddress?: string | undefined
  /** True of TLS. */
  readonly encrypted?: boolean
  /** Of TLS: its version, such as `TLSv1.3`, and its cipher. Null once the connection is closed. */
  getProtocol?(): string | null
  getCipher?(): { readonly name: string } | null
}

/** A request whose body may still be on its way. */
export interface Head {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly peer?: Peer | undefined
}

export interface Request extends Head {
  readonly body: Buffer
}

/** Answers a request whose head was accepted. Never rejects. */
export type BodyHandler = (body: Buffer) => Promise<Reply>

/** The path of a URL, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
