import type { IncomingHttpHeaders } from 'node:http'
import type { Peer, Request } from '../aws/request.ts'

/**
 * The head of a request as AWS clients write it, in printable ASCII. It has no query, every header name has letters,
 * digits and hyphens, and a blank follows each colon. The pattern matches from left to right without backtracking.
 */
const HEAD = /^POST \/[\w/-]* HTTP\/1\.1\r\n(?:[A-Za-z][A-Za-z\d-]*: [ -~]*\r\n)+\r\n$/
const HEAD_END = Buffer.from('\r\n\r\n')
const HEAD_BYTES_MAX = 8 * 1024

/** These headers need more than reading a body of known length and sending a reply. */
const NOT_PLAIN = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'proxy-connection', 'origin', 'set-cookie']

/**
 * Reads a request that arrived whole and alone, in the plain form above. The result equals that of node's HTTP server:
 * the test has node read the same bytes. Returns undefined for all other bytes, which node reads.
 * @param peer the connection that they came on
 */
export function readPlainRequest(bytes: Buffer, peer?: Peer): Request | undefined {
  const end = bytes.indexOf(HEAD_END) + HEAD_END.length
  if (end < HEAD_END.length || end > HEAD_BYTES_MAX) return undefined
  const head = bytes.toString('latin1', 0, end)
  if (!HEAD.test(head)) return undefined
  const headers = readHeaders(head)
  if (!headers || NOT_PLAIN.some(name => headers[name] !== undefined)) return undefined
  const { connection = 'keep-alive', 'content-length': length = '' } = headers
  if (connection.toLowerCase() !== 'keep-alive' || length !== String(bytes.length - end)) return undefined
  const url = head.slice(head.indexOf('/'), head.indexOf(' HTTP/'))
  return { method: 'POST', url, headers, peer, body: bytes.subarray(end) }
}

/** Undefined where a header comes twice. */
function readHeaders(head: string): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {}
  for (let at = head.indexOf('\r') + 2; at < head.length - 2; ) {
    const [colon, end] = [head.indexOf(':', at), head.indexOf('\r', at)]
    const name = head.slice(at, colon).toLowerCase()
    if (headers[name] !== undefined) return undefined
    headers[name] = head.slice(colon + 2, end).trim()
    at = end + 2
  }
  return headers
}
