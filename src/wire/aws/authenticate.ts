import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import {
  IncompleteSignatureException,
  InvalidSignatureException,
  MissingAuthenticationTokenException,
  UnrecognizedClientException,
} from '../../contract/errors.ts'
import { type Authorization, parseAuthorization, quote } from './authorization.ts'
import type { Guard } from './guard.ts'
import { hintFor } from './other-services.ts'
import { readPresigned, type SignatureClaim } from './presigned.ts'
import { basicDate, canonicalRequest, type SignableHead, sha256, signature, TERMINATOR } from './sigv4.ts'

/** The secret of an access key. Temporary credentials have a `sessionToken` too. */
export type Secret = {
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Checks what the key may do; a key without one may do everything. */
  readonly guard?: Guard | undefined
  /** The owner of the key; left out, the account's root. */
  readonly principal?: Identity | undefined
}

/** Whom a key stands for, as an audit trail and STS name it. */
export interface Identity {
  readonly arn: string
  readonly accountId: string
  /** Of a user the id of its key, of a session of a role `ROLE:SESSION`. */
  readonly userId: string
  /** The name of a user; a session of a role has none. */
  readonly userName?: string | undefined
}

/** Finds the secret of an access key id. A Map fits. */
export type Credentials = {
  /**
   * @param sessionToken that the request has, for credentials that are in their token
   * @throws ExpiredTokenException, UnrecognizedClientException for such a token
   */
  get(accessKeyId: string, sessionToken?: string): Secret | undefined
  /** Resolves when all keys are known that other servers have made. Left out where there are no other servers. */
  refresh?(): Promise<void>
}

/** The access key is not one of this server's. */
export class UnknownKeyException extends UnrecognizedClientException {}

const SERVICE = 'personalize'
const MAX_CLOCK_SKEW_MINUTES = 5
const REGION = /^[a-z0-9-]{1,64}$/i
const BASIC_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const INVALID_TOKEN = 'The security token included in the request is invalid'

/** The parts of a checked head that `checkSignature` needs once the body is there. */
export interface Signed {
  readonly authorization: Authorization
  readonly secret: Secret
  /** The time of signing as SigV4 writes it: `20150830T123600Z`. */
  readonly date: string
  /** The request target that was signed. A presigned one is without its signature. */
  readonly url: string
}

/**
 * Checks everything about a signature that does not need the body. It must claim a known access key, this service, any
 * region, `host` and every `x-amz-` header. The time of signing must be within five minutes of `now`, or within the
 * time that a presigned URL states. `checkSignature` then verifies the signature itself.
 *
 * The first failing check decides the error. It throws nothing but MissingAuthenticationTokenException (not signed at
 * all), IncompleteSignatureException (not well formed), UnrecognizedClientException (unknown key or wrong session
 * token), ExpiredTokenException and InvalidSignatureException (everything else).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function checkHead(head: SignableHead, credentials: Credentials, now: Date, service = SERVICE): Signed {
  const claim = readClaim(head)
  const { authorization, url } = claim
  checkScope(authorization, service)
  checkSignedHeaders(head.headers, authorization.signedHeaders, claim.date === undefined)
  const date = requestDate(claim.date ?? dateHeader(head.headers), authorization.date)
  checkClock(date, now, claim.seconds)
  const sessionToken = claim.sessionToken ?? headerText(head.headers, 'x-amz-security-token')
  const secret = knownSecret(credentials, authorization.accessKeyId, sessionToken)
  checkSessionToken(sessionToken, secret)
  checkPayloadIsSigned(headerText(head.headers, 'x-amz-content-sha256'))
  return { authorization, secret, date: date.basic, url }
}

/** Verifies the signature over the whole request, its body included. @throws InvalidSignatureException */
export function checkSignature({ method, headers }: SignableHead, body: Buffer, signed: Signed): void {
  const { authorization, secret, date, url } = signed
  const payloadHash = checkedPayloadHash(headers, body)
  const canonical = canonicalRequest({ method, url, headers }, authorization.signedHeaders, payloadHash)
  if (sameText(signature(secret.secretAccessKey, authorization, date, canonical), authorization.signature)) return
  throw new InvalidSignatureException(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
      'and signing method. Consult the service documentation for details.',
  )
}

function readClaim({ headers, url }: SignableHead): SignatureClaim {
  const header = headerText(headers, 'authorization')
  if (header) return { authorization: parseAuthorization(header), url }
  const claim = readPresigned(url)
  if (!claim) throw new MissingAuthenticationTokenException('Missing Authentication Token')
  return claim
}

// Any region is accepted: the signature covers it, and one server serves clients of all regions.
function checkScope({ region, service, terminator }: Authorization, expected: string): void {
  if (!REGION.test(region)) {
    throw new InvalidSignatureException(`Credential should be scoped to a valid Region, not ${quote(region)}.`)
  }
  if (service !== expected) {
    throw new InvalidSignatureException(
      `Credential should be scoped to correct service: '${expected}'${hintFor(service) || '.'}`,
    )
  }
  if (terminator !== TERMINATOR) {
    throw new InvalidSignatureException(
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not ${quote(terminator)}.`,
    )
  }
}

/** @param isDatedByHeader whether a header has the time of signing, and not the URL */
function checkSignedHeaders(
  headers: IncomingHttpHeaders,
  signedHeaders: readonly string[],
  isDatedByHeader: boolean,
): void {
  if (!signedHeaders.includes('host')) throw mustBeSigned('Host')
  if (isDatedByHeader) checkDateHeader(headers, signedHeaders)
  for (const name in headers) {
    if (name.startsWith('x-amz-') && !signedHeaders.includes(name)) throw mustBeSigned(name)
  }
  // Not `in`: `constructor` is a well-formed header name.
  const absent = signedHeaders.find(name => !Object.hasOwn(headers, name))
  if (absent === undefined) return
  throw new InvalidSignatureException(
    `SignedHeaders names ${quote(absent)}, a header that the request does not have: was it lost on the way?`,
  )
}

function checkDateHeader(headers: IncomingHttpHeaders, signedHeaders: readonly string[]): void {
  if (headers['x-amz-date'] === undefined && headers.date === undefined) {
    throw new IncompleteSignatureException(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
  if (headers['x-amz-date'] === undefined && !signedHeaders.includes('date')) throw mustBeSigned('Date')
}

function mustBeSigned(name: string): InvalidSignatureException {
  return new InvalidSignatureException(`${quote(name)} must be a 'SignedHeader' in the AWS Authorization.`)
}

/** When a request was signed: its own text, the form that SigV4 writes, and milliseconds since 1970. */
type RequestDate = { readonly text: string; readonly basic: string; readonly time: number }

function dateHeader(headers: IncomingHttpHeaders): string {
  return headerText(headers, 'x-amz-date') ?? headerText(headers, 'date') ?? ''
}

function requestDate(text: string, scopeDate: string): RequestDate {
  const date = parseDate(text)
  if (!date) {
    throw new IncompleteSignatureException(
      `Date must be in ISO-8601 'basic format'. Got ${quote(text)}. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  if (date.basic.slice(0, 8) === scopeDate) return date
  throw new InvalidSignatureException(
    `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ` +
      `${quote(scopeDate)} != '${date.basic.slice(0, 8)}', from '${date.basic}'.`,
  )
}

// Dates are in seconds, so most requests have the same date as the request before. This saves 2 µs each.
let latestDate: RequestDate | undefined

// Reads `20150830T123600Z` or, in a Date header, `Sun, 30 Aug 2015 12:36:00 GMT`. The date is written out again and
// compared with the text, because Date.parse takes 30 February for 2 March.
function parseDate(text: string): RequestDate | undefined {
  if (latestDate?.text === text) return latestDate
  const date = new Date(text.replace(BASIC_DATE, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(date.getTime())) return undefined
  const basic = basicDate(date)
  if (basic !== text && date.toUTCString() !== text) return undefined
  latestDate = { text, basic, time: date.getTime() }
  return latestDate
}

/** @param seconds for which a presigned request is valid, as its URL states */
function checkClock({ basic, time }: RequestDate, now: Date, seconds?: number): void {
  const skew = MAX_CLOCK_SKEW_MINUTES * 60_000
  const second = Math.floor(now.getTime() / 1000) * 1000
  const [earliest, latest] = [second - (seconds === undefined ? skew : seconds * 1000), second + skew]
  if (time < earliest) {
    const [allowed, advice] =
      seconds === undefined
        ? [`${MAX_CLOCK_SKEW_MINUTES} min.`, difference(second - time, 'behind')]
        : [`${seconds} s of X-Amz-Expires`, ': sign it anew']
    throw new InvalidSignatureException(
      `Signature expired: ${basic} is now earlier than ${basicDate(new Date(earliest))} ` +
        `(${basicDate(now)} - ${allowed})${advice}`,
    )
  }
  if (time > latest) {
    throw new InvalidSignatureException(
      `Signature not yet current: ${basic} is still later than ${basicDate(new Date(latest))} ` +
        `(${basicDate(now)} + ${MAX_CLOCK_SKEW_MINUTES} min.)${difference(time - second, 'ahead of')}`,
    )
  }
}

/** Botocore does not set its clock by the Date header of a reply, so a person must set it. The message helps. */
function difference(ms: number, direction: 'behind' | 'ahead of'): string {
  const units = [
    [Math.floor(ms / 86_400_000), 'd'],
    [Math.floor(ms / 3_600_000) % 24, 'h'],
    [Math.floor(ms / 60_000) % 60, 'min'],
    [Math.floor(ms / 1000) % 60, 's'],
  ] as const
  const text = units.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ')
  return `: the time of signing is ${text} ${direction} this server's clock; set the clocks right`
}

function knownSecret(credentials: Credentials, accessKeyId: string, sessionToken: string | undefined): Secret {
  const secret = credentials.get(accessKeyId, sessionToken)
  if (!secret) throw new UnknownKeyException(`${INVALID_TOKEN}: this server has no such access key.`)
  return secret
}

// AWS also refuses a token that is sent with a long-term key.
function checkSessionToken(sent: string | undefined, { sessionToken }: Secret): void {
  if (sent === sessionToken && sent === undefined) return
  if (sessionToken === undefined) {
    throw new UnrecognizedClientException(
      `${INVALID_TOKEN}: the request has a session token, and its access key has none. A token of other credentials ` +
        'may be left in the environment: unset AWS_SESSION_TOKEN.',
    )
  }
  if (sent === undefined || !sameText(sent, sessionToken)) {
    throw new UnrecognizedClientException(
      `${INVALID_TOKEN}: the request must have the session token of its access key.`,
    )
  }
}

function checkPayloadIsSigned(sent: string | undefined): void {
  if (sent !== 'UNSIGNED-PAYLOAD' && !sent?.startsWith('STREAMING-')) return
  throw new InvalidSignatureException(
    `'x-amz-content-sha256' is ${quote(sent)}: unsigned and streaming payloads are not accepted here, sign the body.`,
  )
}

function checkedPayloadHash(headers: IncomingHttpHeaders, body: Buffer): string {
  const payloadHash = sha256(body)
  const sent = headerText(headers, 'x-amz-content-sha256')
  if (sent === undefined || sameText(sent, payloadHash)) return payloadHash
  throw new InvalidSignatureException("The provided 'x-amz-content-sha256' header does not match what was computed.")
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value: string | readonly string[] | undefined = headers[name]
  return typeof value === 'object' ? value.join(',') : value
}

// Compares in constant time, except for the length.
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
