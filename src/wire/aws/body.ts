import { isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { DEPTH_MAX, isTooDeep } from '../../contract/depth.ts'
import {
  InvalidInputException,
  RequestEntityTooLargeException,
  SerializationException,
  type ServiceException,
} from '../../contract/errors.ts'
import { quote } from './authorization.ts'

/** Ten items with properties of 32,000 characters, each of them escaped (`\u4e2d`), are a body of 1.9 MB. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024

/**
 * What the body of a request says; of none an empty object.
 * @param encoding its `content-encoding`: gzip, or none
 * @throws SerializationException where it is not JSON in UTF-8, or too deep, or in another encoding;
 *   RequestEntityTooLargeException where it unpacks to more than 4 MiB; InvalidInputException where a text has the NUL
 *   character
 */
export function readBody(body: Buffer, encoding?: string): unknown {
  if (body.length === 0) return {}
  const bytes = encoding === undefined ? body : decoded(body, encoding)
  if (!isUtf8(bytes)) throw new SerializationException('The request body is not UTF-8')
  const text = bytes.toString()
  if (isTooDeep(text)) {
    throw new SerializationException(`The request body must not be nested more than ${DEPTH_MAX} deep`)
  }
  const value = parse(text)
  // Without the backslash, of which texts inside texts are full: half the time.
  const path = text.includes('u0000') ? pathToNul(value) : undefined
  if (path !== undefined) throw new InvalidInputException(`'${path}' must not contain the NUL character (U+0000)`)
  return value
}

/** SDKs may compress a body with gzip, and with nothing else. */
function decoded(body: Buffer, encoding: string): Buffer {
  const name = encoding.trim().toLowerCase()
  if (name === '' || name === 'identity') return body
  if (name !== 'gzip') {
    throw new SerializationException(`content-encoding must be gzip, or left out, got ${quote(encoding)}`)
  }
  try {
    return gunzipSync(body, { maxOutputLength: BODY_BYTES_MAX })
  } catch (error) {
    throw notUnpacked((error as NodeJS.ErrnoException).code)
  }
}

function notUnpacked(code: string | undefined): ServiceException {
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    return new RequestEntityTooLargeException(`The request body unpacks to more than ${BODY_BYTES_MAX} bytes`)
  }
  return new SerializationException('The request body is not gzip, as its content-encoding says')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SerializationException('The request body is not JSON')
  }
}

/** Where the first text or key with a NUL is, which no database keeps as it is; undefined where there is none. */
function pathToNul(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const parts = Array.isArray(value)
    ? value.map((part, i) => [`${i + 1}.member`, part] as const)
    : Object.entries(value)
  for (const [key, part] of parts) {
    const inside = path === '' ? key : `${path}.${key}`
    const found = key.includes('\0') ? inside.replaceAll('\0', '\\u0000') : pathToNul(part, inside)
    if (found !== undefined) return found
  }
  return undefined
}
