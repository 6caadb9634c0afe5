import { type Arns, arnsOf } from './arns.ts'

/** As it can be in an ARN, which leads back here: see own-arns.ts. */
const REGION = /^[a-z\d-]+$/

/** Members with what clients have put, which is told as it was put. */
const OF_CLIENTS = new Set(['properties', 'metadata'])

/**
 * How to answer a client that signs for this region: by the ARNs that it would have there. Programs take the region
 * from an ARN, or hold ARNs against those that they put together themselves. Nothing is apart by region: each sees all
 * that there is, under ARNs of its own.
 * @returns undefined for the server's own region, where nothing is to be done
 */
export function retoldIn(arns: Arns, region: string) {
  if (region === arns.region || !REGION.test(region)) return undefined
  const [from, to] = [arns.of(''), arnsOf(arns.accountId, region).of('')]
  const message = (text: string) => text.replaceAll(from, to)
  const member = (name: string, value: unknown): unknown => {
    if (OF_CLIENTS.has(name)) return value
    if (typeof value === 'string') {
      if (name === 'failureReason') return message(value)
      return name.endsWith('Arn') && value.startsWith(from) ? to + value.slice(from.length) : value
    }
    return typeof value === 'object' && value !== null ? inside(name, value) : value
  }
  const inside = (name: string, value: object): object =>
    Array.isArray(value)
      ? value.map(part => member(name, part))
      : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, member(key, part)]))
  return { output: <Output>(output: Output) => member('', output) as Output, message }
}
