import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Head } from './request.ts'

/** Where a request came from. */
export interface Origin {
  /** The address of the client; empty where it is unknown. */
  readonly address: string
  /** Whether the client spoke TLS, as far as this server and its proxies know. */
  readonly isSecure: boolean
}

export type OriginOf = (head: Head) => Origin

const WITH_PORT = /^(?:\[(.*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i

/**
 * Returns a function that says where a request came from. A proxy that is trusted names the client in `X-Forwarded-For`
 * and the protocol in `X-Forwarded-Proto`. The client is the last address there that is no trusted proxy's: a client
 * may write what it likes before it. Nobody else's headers count.
 * @param trusted addresses of proxies, or ranges such as 10.0.0.0/8
 */
export function openOrigins(trusted: readonly string[]): OriginOf {
  const proxies = listOf(trusted)
  const isProxy = (address: string) => isIP(address) !== 0 && proxies?.check(address, familyOf(address)) === true
  return ({ peer, headers }) => {
    const last = plain(peer?.remoteAddress ?? '')
    if (!proxies || !isProxy(last)) return { address: last, isSecure: peer?.encrypted === true }
    const forwarded = textOf(headers['x-forwarded-for']).map(plain)
    const client = forwarded.findLast(one => !isProxy(one)) ?? last
    return {
      // A client that the proxy names in another way is not the proxy.
      address: isIP(client) === 0 ? '' : client,
      isSecure: textOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase() === 'https',
    }
  }
}

/** Undefined where nothing is trusted, which costs nothing then. */
function listOf(trusted: readonly string[]): BlockList | undefined {
  if (trusted.length === 0) return undefined
  const list = new BlockList()
  for (const one of trusted) {
    const [address = '', bits] = one.split('/')
    const family = familyOf(address)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')

/** The address without its zone, a proxy's port and brackets, and the prefix of an IPv4 address in IPv6. */
function plain(text: string): string {
  const [, inBrackets, ipv4] = WITH_PORT.exec(text) ?? []
  return (inBrackets ?? ipv4 ?? text).replace(MAPPED, '').replace(/%.*$/, '')
}

const textOf = (header: string | readonly string[] | undefined) =>
  [header ?? []]
    .flat()
    .flatMap(text => text.split(','))
    .map(text => text.trim())
