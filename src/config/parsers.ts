import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { databaseUrls } from '../database-urls.ts'
import { timeOf } from './time.ts'

/** Takes texts that match. @param hint the right value, for the error */
export function matching(pattern: RegExp, hint: string): (text: string) => string {
  return text => {
    if (pattern.test(text)) return text
    throw new Error(`It must be ${hint}.`)
  }
}

/** A time, in milliseconds since 1970. @throws Error naming the right value */
export function parseTime(text: string): number {
  const time = timeOf(text)
  if (time !== undefined) return time
  throw new Error('It must be a time such as 2026-01-01T00:00:00Z.')
}

/** A bucket, or a folder from where the server was started. @throws Error naming the right value */
export function parseModels(text: string): string {
  if (/^s3:\/\/[a-z\d][\w.-]*(\/.*)?$/i.test(text)) return text
  if (text !== '' && !/^[a-z\d]+:\/\//i.test(text)) return resolve(text)
  throw new Error('It must be the path of a folder, or s3://BUCKET/PREFIX.')
}

/** A database, at one host or several. @throws Error naming the right value */
export function parseStore(text: string): string {
  const urls = databaseUrls(text)
  const isOne = /^postgres(ql)?:\/\/./.test(text) && urls.every(url => URL.canParse(url))
  if (isOne && (urls.length === 1 || urls.every(url => new URL(url).hostname !== ''))) return text
  throw new Error(
    'It must be the URL of a PostgreSQL database, postgres://user:password@host:port/database, or of several hosts, host:port,host:port.',
  )
}

/** A file from where the server was started. @throws Error naming the right value */
export function parseFile(text: string): string {
  if (text !== '') return resolve(text)
  throw new Error('It must be the path of a file.')
}

const UNITS = { m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }
const MEMORY_LEAST = 256 * UNITS.m

/** A size of memory in bytes, from MiB, GiB or TiB. @throws Error naming the right value */
export function parseMemory(text: string): number {
  const [, number, unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?)([mgt])$/i.exec(text) ?? []
  const bytes = Math.floor(Number(number) * UNITS[unit.toLowerCase() as keyof typeof UNITS])
  if (bytes >= MEMORY_LEAST) return bytes
  throw new Error('It must be a size of 256m or more, such as 512m, 4g or 1.5t.')
}

/** Takes whole numbers, of nine digits at most. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
    throw new Error(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** Takes these names, given as keys, so that the compiler says which is missing. */
export function oneOf<Name extends string>(names: Readonly<Record<Name, true>>): (text: string) => Name {
  const pattern = new RegExp(`^(${Object.keys(names).join('|')})$`)
  return matching(pattern, Object.keys(names).join(' or ')) as (text: string) => Name
}

/** An origin of pages, or * for any. @throws Error naming the right value */
export const parseOrigin = matching(
  /^(\*|[a-z][a-z\d+.-]*:\/\/[a-z\d.:[\]-]+)$/,
  '* or an origin as browsers send it, such as https://shop.example, without a path',
)

/** An address, or a range of addresses. @throws Error naming the right value */
export function parseProxy(text: string): string {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  if (family !== 0 && Number(bits ?? 0) <= (family === 6 ? 128 : 32)) return text
  throw new Error('It must be an address such as 10.0.0.7, or a range such as 10.0.0.0/8.')
}
