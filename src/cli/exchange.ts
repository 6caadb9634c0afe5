import { request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Sent {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Whom a client believes, as the options of node's TLS. */
export type Trust = Pick<RequestOptions, 'ca' | 'allowPartialTrustChain' | 'checkServerIdentity'>

/**
 * Sends a request, and returns the answer. Unlike `fetch` it can be told which certificates to believe.
 * @throws errors of the connection
 */
export function exchange(url: URL, { method, headers, body }: Sent, trust: Trust): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method, headers: { ...headers, ...length } }
    const request = url.protocol === 'https:' ? requestHttps(url, { ...options, ...trust }) : requestHttp(url, options)
    request.on('error', reject).on('response', response => {
      const { statusCode: status = 0, headers } = response
      text(response).then(text => resolve({ status, text, headers }), reject)
    })
    request.end(body)
  })
}
