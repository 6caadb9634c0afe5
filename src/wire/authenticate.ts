import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import {
  IncompleteSignatureException,
  InvalidSignatureException,
  MissingAuthenticationTokenException,
  UnrecognizedClientException,
} from '../contract/errors.ts'
import { type Authorization, parseAuthorization, quote } from './authorization.ts'
import { basicDate, canonicalRequest, type SignableRequest, sha256, signature, TERMINATOR } from './sigv4.ts'

/** What the server knows of an access key; `sessionToken` where the credentials are temporary. */
export type Secret = { readonly secretAccessKey: string; readonly sessionToken?: string }

/** Access key id to secret; a Map will do. */
export type Credentials = { get(accessKeyId: string): Secret | undefined }

const SERVICE = 'personalize'
const MAX_CLOCK_SKEW_MINUTES = 5
const PRESIGNED = /[?&]x-amz-(?:signature|algorithm|credential)=/i
const REGION = /^[a-z0-9-]{1,64}$/i
const BASIC_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const INVALID_TOKEN = 'The security token included in the request is invalid.'

/**
 * Lets a request through if a known access key signed it, all of it, within five minutes of `now`; any region will do.
 * The first failing check decides the error: MissingAuthenticationTokenException (no Authorization header),
 * IncompleteSignatureException (not well formed), UnrecognizedClientException (unknown key or wrong session token),
 * InvalidSignatureException (everything else). Whatever the request holds, nothing else is thrown.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function authenticate(request: SignableRequest, credentials: Credentials, now: Date): void {
  const header = authorizationHeader(request)
  const authorization = parseAuthorization(header)
  checkScope(authorization)
  checkSignedHeaders(request.headers, authorization.signedHeaders)
  const date = requestDate(request.headers, authorization.date)
  checkClock(date, now)
  const secret = knownSecret(credentials, authorization.accessKeyId)
  checkSessionToken(request.headers, secret)
  const payloadHash = checkedPayloadHash(request)
  checkSignature(request, authorization, secret, date.basic, payloadHash)
}

function authorizationHeader({ headers, url }: SignableRequest): string {
  const header = headerText(headers, 'authorization')
  if (header) return header
  if (!PRESIGNED.test(url)) throw new MissingAuthenticationTokenException('Missing Authentication Token')
  throw new IncompleteSignatureException(
    'A presigned URL (X-Amz-Signature in the query string) is not accepted here: sign with an Authorization header.',
  )
}

// Any region: the signature covers it, and one server serves whatever region its clients are set to.
function checkScope({ region, service, terminator }: Authorization): void {
  if (!REGION.test(region)) {
    throw new InvalidSignatureException(`Credential should be scoped to a valid Region, not ${quote(region)}.`)
  }
  if (service !== SERVICE) {
    throw new InvalidSignatureException(`Credential should be scoped to correct service: '${SERVICE}'.`)
  }
  if (terminator !== TERMINATOR) {
    throw new InvalidSignatureException(
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not ${quote(terminator)}.`,
    )
  }
}

function checkSignedHeaders(headers: IncomingHttpHeaders, signedHeaders: readonly string[]): void {
  if (!signedHeaders.includes('host')) throw mustBeSigned('Host')
  if (headers['x-amz-date'] === undefined && headers.date === undefined) {
    throw new IncompleteSignatureException(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
  if (headers['x-amz-date'] === undefined && !signedHeaders.includes('date')) throw mustBeSigned('Date')
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

function mustBeSigned(name: string): InvalidSignatureException {
  return new InvalidSignatureException(`${quote(name)} must be a 'SignedHeader' in the AWS Authorization.`)
}

/** When a request was signed: as it says, as SigV4 writes it, and in milliseconds since 1970. */
type RequestDate = { readonly text: string; readonly basic: string; readonly time: number }

function requestDate(headers: IncomingHttpHeaders, scopeDate: string): RequestDate {
  const text = headerText(headers, 'x-amz-date') ?? headerText(headers, 'date') ?? ''
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

// Dates are in seconds, so most requests have that of the one before: 2 µs less for each.
let latestDate: RequestDate | undefined

// `20150830T123600Z` or, in a Date header, `Sun, 30 Aug 2015 12:36:00 GMT`. Written out again it must be the same text:
// Date.parse takes 30 February for 2 March.
function parseDate(text: string): RequestDate | undefined {
  if (latestDate?.text === text) return latestDate
  const date = new Date(text.replace(BASIC_DATE, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(date.getTime())) return undefined
  const basic = basicDate(date)
  if (basic !== text && date.toUTCString() !== text) return undefined
  latestDate = { text, basic, time: date.getTime() }
  return latestDate
}

function checkClock({ basic, time }: RequestDate, now: Date): void {
  const skew = MAX_CLOCK_SKEW_MINUTES * 60_000
  const second = Math.floor(now.getTime() / 1000) * 1000
  const [earliest, latest] = [second - skew, second + skew]
  if (time < earliest) {
    throw new InvalidSignatureException(
      `Signature expired: ${basic} is now earlier than ${basicDate(new Date(earliest))} ` +
        `(${basicDate(now)} - ${MAX_CLOCK_SKEW_MINUTES} min.)`,
    )
  }
  if (time > latest) {
    throw new InvalidSignatureException(
      `Signature not yet current: ${basic} is still later than ${basicDate(new Date(latest))} ` +
        `(${basicDate(now)} + ${MAX_CLOCK_SKEW_MINUTES} min.)`,
    )
  }
}

function knownSecret(credentials: Credentials, accessKeyId: string): Secret {
  const secret = credentials.get(accessKeyId)
  if (!secret) throw new UnrecognizedClientException(INVALID_TOKEN)
  return secret
}

// A token sent with a long-term key is refused too, as AWS refuses it.
function checkSessionToken(headers: IncomingHttpHeaders, { sessionToken }: Secret): void {
  const sent = headerText(headers, 'x-amz-security-token')
  if (sent === sessionToken && sent === undefined) return
  if (sent === undefined || sessionToken === undefined || !sameText(sent, sessionToken)) {
    throw new UnrecognizedClientException(INVALID_TOKEN)
  }
}

function checkedPayloadHash({ headers, body }: SignableRequest): string {
  const payloadHash = sha256(body)
  const sent = headerText(headers, 'x-amz-content-sha256')
  if (sent === undefined || sameText(sent, payloadHash)) return payloadHash
  if (sent === 'UNSIGNED-PAYLOAD' || sent.startsWith('STREAMING-')) {
    throw new InvalidSignatureException(
      `'x-amz-content-sha256' is ${quote(sent)}: unsigned and streaming payloads are not accepted here, sign the body.`,
    )
  }
  throw new InvalidSignatureException("The provided 'x-amz-content-sha256' header does not match what was computed.")
}

function checkSignature(
  request: SignableRequest,
  authorization: Authorization,
  { secretAccessKey }: Secret,
  date: string,
  payloadHash: string,
): void {
  const canonical = canonicalRequest(request, authorization.signedHeaders, payloadHash)
  if (sameText(signature(secretAccessKey, authorization, date, canonical), authorization.signature)) return
  throw new InvalidSignatureException(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
      'and signing method. Consult the service documentation for details.',
  )
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value: string | readonly string[] | undefined = headers[name]
  return typeof value === 'object' ? value.join(',') : value
}

// In constant time, but for the length.
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
