import { createHmac, hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { LRUCache } from 'lru-cache'

export const ALGORITHM = 'AWS4-HMAC-SHA256'
export const TERMINATOR = 'aws4_request'

/** Of SHA-256. */
const [BLOCK_BYTES, HASH_BYTES] = [64, 32]

/**
 * The head of a request as node's HTTP server delivers it: `url` is the request target, header names are in lower case.
 */
export type SignableHead = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export type SignableRequest = SignableHead & { readonly body: Buffer }

/** A signing key is valid for one day (`YYYYMMDD`), one region and one service. */
type Scope = { readonly date: string; readonly region: string; readonly service: string }

/** The credentials of a client that signs. Only temporary ones have a `sessionToken`. */
export type SigningCredential = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * Returns the headers to send: those of the request in lower case, with the signature added. The added headers are
 * `x-amz-date`, `x-amz-security-token` (for temporary credentials) and `authorization`. Every header is signed, so pass
 * only headers that arrive unchanged, and `host` among them. `url` is percent-encoded already.
 */
export function sign(
  request: Omit<SignableRequest, 'headers'> & { readonly headers: Readonly<Record<string, string>> },
  credential: SigningCredential,
  { region, service = 'personalize', now }: { readonly region: string; readonly service?: string; readonly now: Date },
): Record<string, string> {
  const date = basicDate(now)
  const headers: Record<string, string> = {}
  for (const name in request.headers) headers[name.toLowerCase()] = request.headers[name]!
  headers['x-amz-date'] = date
  if (credential.sessionToken !== undefined) headers['x-amz-security-token'] = credential.sessionToken
  const signedHeaders = Object.keys(headers).sort()
  const scope = { date: date.slice(0, 8), region, service }
  const canonical = canonicalRequest({ ...request, headers }, signedHeaders, sha256(request.body))
  const signed = signature(credential.secretAccessKey, scope, date, canonical)
  const credentialScope = `${credential.accessKeyId}/${scopeText(scope)}`
  headers.authorization = `${ALGORITHM} Credential=${credentialScope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signed}`
  return headers
}

/**
 * The signature of a canonical request, 64 lower-case hexadecimal digits; `date` as in `20150830T123600Z`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signature(secretAccessKey: string, scope: Scope, date: string, canonicalRequest: string): string {
  const { inner, outer } = signingKey(secretAccessKey, scope)
  inner.write(stringToSign(scope, date, canonicalRequest), BLOCK_BYTES, 'latin1')
  outer.write(hash('sha256', inner, 'latin1'), BLOCK_BYTES, 'latin1')
  return sha256(outer)
}

/** The text that is signed: algorithm, date, scope and the hash of the canonical request. */
export function stringToSign(scope: Scope, date: string, canonicalRequest: string): string {
  return `${ALGORITHM}\n${date}\n${scopeText(scope)}\n${sha256(canonicalRequest)}`
}

// A client signs with one key for a day. 64 keys suffice for every client of a server, and yesterday's keys are
// evicted. Entries are found by the secret and not by the access key id, so a rotated secret never finds an old entry.
const signingKeys = new LRUCache<string, SigningKey>({ max: 64 })

/**
 * A key as HMAC uses it: padded to a block of SHA-256, and combined with each of the two constants of RFC 2104. Behind
 * each is the room for the text that is hashed with it, which has the same length in all signatures of a scope. So a
 * signature makes no object: it takes a third of the time of `createHmac`.
 */
type SigningKey = { readonly inner: Buffer; readonly outer: Buffer }

/** The key that is derived from a secret for a scope. Deriving it takes four HMACs, so 64 keys are cached. */
export function signingKey(secretAccessKey: string, scope: Scope): SigningKey {
  const cacheKey = `${scopeText(scope)}\n${secretAccessKey}`
  const cached = signingKeys.get(cacheKey)
  if (cached) return cached
  const steps = [scope.date, scope.region, scope.service, TERMINATOR]
  const derived = steps.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`))
  const signed = stringToSign(scope, basicDate(new Date(0)), '')
  const key = { inner: paddedKey(derived, 0x36, signed.length), outer: paddedKey(derived, 0x5c, HASH_BYTES) }
  signingKeys.set(cacheKey, key)
  return key
}

/**
 * Returns the canonical form of a request, which both sides hash. `signedHeaders` are in lower case and sorted; one
 * that the request lacks counts as empty. The values of a repeated header are joined by `,` where they come as an array
 * (`headersDistinct`). Node's `headers` has already joined them by `, `, which cannot be told from one value. No AWS
 * client repeats a header.
 */
export function canonicalRequest(
  { method, url, headers }: SignableHead,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const query = url.indexOf('?')
  const path = canonicalPath(query < 0 ? url : url.slice(0, query))
  let text = `${method}\n${path}\n${query < 0 ? '' : canonicalQuery(url.slice(query + 1))}\n`
  for (const name of signedHeaders) text += `${name}:${canonicalHeader(headers[name])}\n`
  return `${text}\n${signedHeaders.join(';')}\n${payloadHash}`
}

/** A date as SigV4 writes it, to the second: `20150830T123600Z`. */
export function basicDate(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** The SHA-256 of a body or an UTF-8 text in lower-case hexadecimal. */
export function sha256(data: Buffer | string): string {
  return hash('sha256', data, 'hex')
}

function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/${TERMINATOR}`
}

/** @param room for the bytes of the text that follows */
function paddedKey(key: Buffer, constant: number, room: number): Buffer {
  const block = Array.from({ length: BLOCK_BYTES }, (_, i) => (key[i] ?? 0) ^ constant)
  return Buffer.concat([Buffer.from(block)], BLOCK_BYTES + room)
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

const UNTIDY = /^ | $| {2}|[\t\r\n]/

function canonicalHeader(value: string | readonly string[] | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return value.map(canonicalHeader).join(',')
  if (!UNTIDY.test(value)) return value
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')
}

const PLAIN_PATH = /^\/[A-Za-z0-9_-]+$/

// Every service but S3 encodes the percent-encoded path a second time.
function canonicalPath(path: string): string {
  if (path === '/' || PLAIN_PATH.test(path)) return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(encode(segment))
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`
}

// Sorts by name, then by value. Sorting `name=value` as one text would put `a-b=` before `a=`.
function canonicalQuery(query: string): string {
  const pairs: [string, string][] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    pairs.push([encode(decode(name)), equals < 0 ? '' : encode(decode(part.slice(equals + 1)))])
  }
  pairs.sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

// These work byte by byte, one character a byte, as node decodes a request target. Unlike decodeURIComponent and
// encodeURIComponent they never throw: a `%` without two digits stays a `%`.
function decode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function encode(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-._~]/g,
    byte => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
