import type { IncomingHttpHeaders } from 'node:http'
import type { Request } from '../aws/handle.ts'

/**
 * The head of a request as AWS clients write it, of printable ASCII and no more than it takes: no query, every name of
 * letters and digits, a blank after each colon. Matched from left to right, with nothing to go back to.
 */
const HEAD = /^POST \/[\w/-]* HTTP\/1\.1\r\n(?:[A-Za-z][A-Za-z\d-]*: [ -~]*\r\n)+\r\n$/
const HEAD_END = Buffer.from('\r\n\r\n')
const HEAD_BYTES_MAX = 8 * 1024

/** With these there is more to do than to read so many bytes and to answer. */
const NOT_PLAIN = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'proxy-connection', 'origin', 'set-cookie']

/**
 * Reads a request that came whole and alone, in the plain form above, as node's HTTP server reads it: the test beside
 * this has node read the same bytes. Undefined for anything else, of which most is HTTP too: that is node's to read.
 */
export function readPlainRequest(bytes: Buffer): Request | undefined {
  const end = bytes.indexOf(HEAD_END) + HEAD_END.length
  if (end < HEAD_END.length || end > HEAD_BYTES_MAX) return undefined
  const head = bytes.toString('latin1', 0, end)
  if (!HEAD.test(head)) return undefined
  const headers = readHeaders(head)
  if (!headers || NOT_PLAIN.some(name => headers[name] !== undefined)) return undefined
  const { connection = 'keep-alive', 'content-length': length = '' } = headers
  if (connection.toLowerCase() !== 'keep-alive' || length !== String(bytes.length - end)) return undefined
  const url = head.slice(head.indexOf('/'), head.indexOf(' HTTP/'))
  return { method: 'POST', url, headers, body: bytes.subarray(end) }
}

/** Undefined where one comes twice. */
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
