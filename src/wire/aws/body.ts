import { isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { DEPTH_MAX, isTooDeep } from '../../contract/depth.ts'
import {
  InvalidInputException,
  RequestEntityTooLargeException,
  SerializationException,
  type ServiceException,
} from '../../contract/errors.ts'
import { faultOf } from '../../contract/json-fault.ts'
import { repeatedMember } from '../../contract/repeated-member.ts'
import { quote } from './authorization.ts'

/**
 * The largest body that an operation allows is 1.9 MB: ten items with properties of 32,000 escaped characters
 * (`\u4e2d`).
 */
export const BODY_BYTES_MAX = 4 * 1024 * 1024

/**
 * Returns the JSON value of a request's body. An empty body counts as an empty object.
 * @param encoding its `content-encoding`: gzip, or none
 * @param isUnambiguous whether no object may have a member twice
 * @throws SerializationException where the body is not JSON in UTF-8, is nested too deep, or has another encoding
 * @throws RequestEntityTooLargeException where it unpacks to more than 4 MiB
 * @throws InvalidInputException where a text has the NUL character, or a member is there twice that must not be
 */
export function readBody(body: Buffer, encoding?: string, isUnambiguous = false): unknown {
  if (body.length === 0) return {}
  const bytes = encoding === undefined ? body : decoded(body, encoding)
  if (!isUtf8(bytes)) throw new SerializationException('The request body is not UTF-8')
  const text = bytes.toString()
  if (isTooDeep(text)) {
    throw new SerializationException(`The request body must not be nested more than ${DEPTH_MAX} deep`)
  }
  const value = parse(text)
  const twice = isUnambiguous ? repeatedMember(text) : undefined
  if (twice !== undefined) throw new InvalidInputException(`'${twice.slice(0, 60)}' must be given once`)
  // A search without the backslash takes half the time: JSON inside JSON is full of backslashes.
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
  } catch (error) {
    throw new SerializationException(`The request body is not JSON${faultOf(text, error)}`)
  }
}

/** Returns the path to the first text or key with a NUL, or undefined. No database stores a NUL unchanged. */
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
