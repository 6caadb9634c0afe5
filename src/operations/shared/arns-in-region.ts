import { type Arns, arnsOf } from './arns.ts'

/** A region as it can stand in an ARN. Such ARNs find this server's resources: see own-arns.ts. */
const REGION = /^[a-z\d-]+$/

/** Members with data of clients, which are returned unchanged. */
const OF_CLIENTS = new Set(['properties', 'metadata'])

/**
 * Returns a function that takes the region that a client signs for. It returns functions that rewrite replies, with
 * ARNs of that region. Programs read the region from an ARN, or compare ARNs with those that they compose themselves.
 * All regions share the same resources, each under ARNs of its own. For the server's own region it returns undefined:
 * replies stay as they are.
 */
export function openRegions(arns: Arns) {
  return (region: string) =>
    region === arns.region || !REGION.test(region)
      ? undefined
      : inRegion(arns.of(''), arnsOf(arns.accountId, region).of(''))
}

/** @param from the start of this server's ARNs @param to that of the ARNs in replies */
function inRegion(from: string, to: string) {
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
