import { IncompleteSignatureException } from '../../contract/errors.ts'
import { type Authorization, parseCredential, parseSignedHeaders, quote, SIGNATURE } from './authorization.ts'
import { ALGORITHM } from './sigv4.ts'

/** The signature that a request claims, in a header or in its URL. Nothing in it is verified yet. */
export interface SignatureClaim {
  readonly authorization: Authorization
  /** The request target that was signed. */
  readonly url: string
  /** From the URL, if it has one. */
  readonly sessionToken?: string | undefined
  /** When it was signed, if the URL states it. */
  readonly date?: string
  /** How long the signature is valid, if the URL states it. */
  readonly seconds?: number
}

const PRESIGNED = /[?&]x-amz-(?:signature|algorithm|credential)=/i
const REQUIRED = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders'] as const
const SIGNATURE_PARAMETER = 'X-Amz-Signature'
const EXPIRES_MAX_SECONDS = 7 * 24 * 3600

/**
 * Reads the signature in the query string of a presigned URL, as Postman and the SDKs' presigners write it. The
 * signature covers the body too, as in every service but S3. Returns undefined for a URL without one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws IncompleteSignatureException for a parameter that is missing, repeated or not well formed
 */
export function readPresigned(url: string): SignatureClaim | undefined {
  if (!PRESIGNED.test(url)) return undefined
  const question = url.indexOf('?')
  const pairs = url.slice(question + 1).split('&')
  const read = readParameters(pairs)
  const missing = [...REQUIRED, SIGNATURE_PARAMETER].filter(name => !read.get(name))
  if (missing.length > 0) {
    throw new IncompleteSignatureException(
      `AWS query-string parameters must include ${missing.map(name => `'${name}'`).join(', ')}.`,
    )
  }
  const [algorithm, credential, date, expires, signedHeaders] = REQUIRED.map(name => read.get(name)!) as Values
  if (algorithm !== ALGORITHM) {
    throw new IncompleteSignatureException(
      `Unsupported AWS 'algorithm': ${quote(algorithm)} (only ${ALGORITHM} is accepted).`,
    )
  }
  const signature = read.get(SIGNATURE_PARAMETER)!
  if (!SIGNATURE.test(signature)) {
    throw new IncompleteSignatureException(`${SIGNATURE_PARAMETER} must be 64 lower-case hexadecimal digits.`)
  }
  const rest = pairs.filter(pair => nameOf(pair) !== SIGNATURE_PARAMETER)
  return {
    authorization: { ...parseCredential(credential), signedHeaders: parseSignedHeaders(signedHeaders), signature },
    url: `${url.slice(0, question)}?${rest.join('&')}`,
    sessionToken: read.get('X-Amz-Security-Token'),
    date,
    seconds: secondsIn(expires),
  }
}

type Values = [algorithm: string, credential: string, date: string, expires: string, signedHeaders: string]

/** The parameters that begin with `X-Amz-`, decoded. */
function readParameters(pairs: readonly string[]): ReadonlyMap<string, string> {
  const read = new Map<string, string>()
  for (const pair of pairs) {
    const name = nameOf(pair)
    if (!/^x-amz-/i.test(name)) continue
    if (read.has(name)) throw new IncompleteSignatureException(`${quote(name)} must be in the query string once.`)
    read.set(name, decoded(pair.slice(pair.indexOf('=') + 1)))
  }
  return read
}

function nameOf(pair: string): string {
  return decoded(pair.split('=', 1)[0]!)
}

/** SigV4 leaves a `+` as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new IncompleteSignatureException(`${quote(text)} in the query string is not well-formed percent-encoding.`)
  }
}

function secondsIn(expires: string): number {
  const seconds = /^\d{1,7}$/.test(expires) ? Number(expires) : 0
  if (seconds >= 1 && seconds <= EXPIRES_MAX_SECONDS) return seconds
  throw new IncompleteSignatureException(
    `X-Amz-Expires must be a whole number of seconds from 1 to ${EXPIRES_MAX_SECONDS} (7 days), got ${quote(expires)}.`,
  )
}
